// The samples of the alerting window, compressed in memory: what the embedded source asks, what
// scrapes and rules write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"
#include "query/engine/storage.h"

namespace tocsin::series {

struct Head;  // what the store holds; in head.h

/// A series of a store. 0: none. Never used again for another one, so that one that is gone is
/// found out.
using Ref = std::uint64_t;

/// What became of a sample.
enum class Outcome {
  Added,
  Same,           ///< the time and the value of the last one again
  DuplicateTime,  ///< another value at the time of the last one
  OutOfOrder,     ///< before the last one
  TooOld,         ///< before what is kept
  TooFarAhead,    ///< more than ten minutes after now
  Full,           ///< beyond the bound on memory
  Gone            ///< the series is no longer there: find or make it again
};
/// "duplicate sample for timestamp" …: what is wrong, for messages; "" for Added and Same.
std::string_view to_string(Outcome outcome);

struct StoreSettings {
  Duration retention = std::chrono::hours{2};
  /// Of memory for series and samples together, as counted by the store.
  std::size_t max_bytes = std::size_t{1} << 30;
  /// Of one selection: what goes beyond it throws query::EvaluationError.
  std::size_t max_selected = 50'000'000;
};

struct StoreStatistics {
  std::size_t series = 0;
  std::size_t samples = 0;  ///< held
  std::size_t chunks = 0;
  std::size_t bytes = 0;         ///< of memory, of all of it
  std::size_t sample_bytes = 0;  ///< of these for samples
  std::size_t max_bytes = 0;
  std::uint64_t appended = 0;      ///< samples since the start
  std::uint64_t created = 0;       ///< series since the start
  std::uint64_t removed = 0;       ///< series since the start
  std::uint64_t refused_full = 0;  ///< series and samples
  std::uint64_t out_of_order = 0;
  std::uint64_t duplicates = 0;  ///< another value at the same time
  std::uint64_t out_of_bounds = 0;
  Duration retention{0};
};

/// What came of a snapshot.
struct Loaded {
  std::size_t series = 0;
  std::size_t samples = 0;
  std::size_t left_out = 0;  ///< series that the bound on memory refused
};

/// Any number of threads may read; one batch at a time writes, and readers wait for it.
class Store : public query::Storage {
 public:
  explicit Store(StoreSettings settings = {});
  ~Store() override;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// One scrape, or what one rule gave. Holds the store's lock while it lives: keep it short, read
  /// nothing meanwhile.
  class Batch {
   public:
    ~Batch();
    Batch(Batch&&) noexcept;
    Batch& operator=(Batch&&) = delete;

    /// Labels with an empty value do not count. 0 when the store is full.
    Ref find_or_make(const Labels& labels);
    /// 0 when there is none.
    Ref find(const Labels& labels) const;
    /// Bits of the value are kept, also of NaNs (query::kStaleBits).
    Outcome add(Ref series, Timestamp at, double value);
    /// Both at once, for who holds no Ref.
    Outcome add(const Labels& labels, Timestamp at, double value);
    /// Of the series; epoch when it has none or is gone.
    Timestamp last_time(Ref series) const;

   private:
    friend class Store;
    struct State;
    explicit Batch(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  /// `now` says what is too old and what too far ahead.
  Batch batch(Timestamp now);

  query::Selection select(const Matchers& matchers, Timestamp from, Timestamp to) const override;
  query::Selection latest(const Matchers& matchers, Timestamp from, Timestamp to) const override;

  /// The series that any of the lists of matchers match entirely and that have samples between the
  /// two, both included (looked at chunk by chunk: a few more may come). Sorted.
  std::vector<Labels> series(const std::vector<Matchers>& any, Timestamp from, Timestamp to) const;
  /// Of such series; no lists: of all. Sorted.
  std::vector<std::string> label_names(const std::vector<Matchers>& any, Timestamp from,
                                       Timestamp to) const;
  std::vector<std::string> label_values(std::string_view name, const std::vector<Matchers>& any,
                                        Timestamp from, Timestamp to) const;

  StoreStatistics statistics() const;

  /// Lets go of what is older than the retention, in slices of at most so many series: goes on
  /// where the last call ended.
  void truncate(Timestamp now, std::size_t at_most = 2'000);
  /// The bounds of a new configuration.
  void set_bounds(Duration retention, std::size_t max_bytes);

  /// Writes all of it to a file beside `path`, synced and renamed; the lock is held for a thousand
  /// series at a time. Throws Error.
  /// Returns how many bytes it wrote.
  std::size_t save(const std::string& path) const;
  /// REQUIRES: the store is empty. Samples older than the retention at `now`, and those far ahead
  /// of it, are left out. Throws Error, and is empty, unless the whole file is as it was written.
  Loaded load(const std::string& path, Timestamp now);

 private:
  std::unique_ptr<Head> head_;
};

}  // namespace tocsin::series
