// Sends what is stored on to other places (remote write 1.0), so that longer history can be kept
// there.
//
// The store itself is the queue: what a place has not got yet is read from it, window by window,
// and whatever happens to the place, no more is kept than the store keeps anyway. What comes later
// than kLag after its own time (old times in an exposition) is not sent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/labels.h"
#include "net/http.h"
#include "query/engine/storage.h"
#include "scrape/discovery.h"
#include "scrape/settings.h"

namespace tocsin::scrape {

struct ForwardView {
  std::string name;
  std::uint64_t sent = 0;     ///< samples
  std::uint64_t dropped = 0;  ///< that the place refused for good
  std::uint64_t retries = 0;  ///< requests tried again
  Timestamp sent_until;       ///< everything before it was dealt with
  std::string last_error;     ///< of the last request; empty: it went well
};

/// One place. Driven by turn(); everything on one thread.
class Forward {
 public:
  /// How far behind the clock it stays: a scrape's samples have the time of its start.
  static constexpr Duration kLag = std::chrono::seconds{15};

  /// `storage` and `outside` outlive it. What is stored from `from` on is sent.
  Forward(RemoteWriteSettings settings, Labels external_labels, const query::Storage& storage,
          const Outside& outside, Timestamp from);

  const RemoteWriteSettings& settings() const { return settings_; }
  const Labels& external_labels() const { return external_labels_; }
  Timestamp turn(Timestamp now);
  /// Scrapes may take so long: kLag and this.
  void set_lag(Duration longest_scrape) { lag_ = kLag + longest_scrape; }
  ForwardView view() const;

 private:
  /// A request that waits for its answer, or to be tried again.
  struct Request {
    std::string body;
    std::size_t samples = 0;
    Duration backoff{0};
    Timestamp retry_at;
    bool under_way = false;
  };

  bool open_window(Timestamp now);
  void fill_request();
  Labels labels_of(const query::SeriesView& series) const;
  void send();
  void take(const net::Result& result);
  void give_up(const std::string& why);
  void try_again(const std::string& why);
  void close_request();

  RemoteWriteSettings settings_;
  std::shared_ptr<const net::HttpSettings> http_;
  Labels external_labels_;
  const query::Storage& storage_;
  const Outside& outside_;
  Duration lag_ = kLag;
  Timestamp now_;           // of the last turn
  Timestamp from_, until_;  // the window under way, or [from, from) when there is none
  std::optional<query::Selection> window_;
  std::size_t series_ = 0, sample_ = 0;  // where in the window the next request begins
  Request request_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // an answer may outlive this
  ForwardView view_;
};

}  // namespace tocsin::scrape
