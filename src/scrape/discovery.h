// Where targets come from: each kind of discovery keeps the groups that it found last.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/error.h"
#include "net/http.h"
#include "scrape/settings.h"

namespace tocsin::scrape {

/// What discovery and scrapes need of the world.
struct Outside {
  /// `done` is called once, not from within the call.
  std::function<void(net::Request, std::function<void(net::Result)>)> send;
  /// The groups in a file of targets. Throws Error.
  std::function<std::vector<TargetGroup>(const std::string& path)> read_target_file;
};

/// Driven by turn(); everything on one thread. A failure leaves the groups as they were.
class Discovery {
 public:
  virtual ~Discovery() = default;
  /// Does what is due; when to be called again at the latest.
  virtual Timestamp turn(Timestamp now) = 0;
  /// "file", "http", "kubernetes": for metrics and messages.
  virtual std::string_view kind() const = 0;

  const std::vector<TargetGroup>& groups() const { return groups_; }
  /// Grows whenever groups() changes.
  std::uint64_t version() const { return version_; }
  /// What went wrong last, "" when nothing did.
  const std::string& problem() const { return problem_; }
  /// Whether it has found targets, or none, or failed, at least once.
  bool has_tried() const { return version_ > 0 || !problem_.empty(); }
  /// Failures since the last call.
  std::uint64_t take_failures() { return std::exchange(failures_, 0); }

 protected:
  void set_groups(std::vector<TargetGroup> groups);
  /// Also says so in the log when it is news.
  void fail(std::string problem);
  void succeed() { problem_.clear(); }

 private:
  std::vector<TargetGroup> groups_;
  std::uint64_t version_ = 0;
  std::string problem_;
  std::uint64_t failures_ = 0;
};

/// Whether what is done every `interval` is not due yet; a clock that was set back makes it due.
inline bool is_early(Timestamp now, Timestamp next, Duration interval) {
  return now < next && next <= now + interval;
}

/// `outside` outlives what they make.
std::unique_ptr<Discovery> discover_files(FileDiscovery settings, const Outside& outside);
std::unique_ptr<Discovery> discover_over_http(HttpDiscovery settings, const Outside& outside);
std::unique_ptr<Discovery> discover_in_kubernetes(KubernetesDiscovery settings,
                                                  const Outside& outside);

/// [{"targets": ["host:port"], "labels": {"a": "b"}}]; sources are `source`:INDEX. Throws Error.
std::vector<TargetGroup> parse_target_groups(std::string_view json, std::string_view source);

}  // namespace tocsin::scrape
