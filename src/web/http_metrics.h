// How the API is used, for /metrics: under Alertmanager's names and one of Prometheus'.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "web/exposition.h"

namespace tocsin::web {

/// For several threads.
class HttpMetrics {
 public:
  struct Served {
    std::string handler;  ///< the path as it was added to the router: there are few of them
    std::string method;   ///< in lower case
    int status = 200;
    double seconds = 0;
    std::size_t bytes = 0;  ///< of the body, before it is packed
  };

  void record(const Served& served);
  /// A GET is being handled until end_get().
  void begin_get();
  void end_get();
  /// A GET found too many others before it.
  void refuse_get();

  void write(Exposition& out) const;

 private:
  template <std::size_t kBounds>
  struct Histogram {
    std::array<std::uint64_t, kBounds + 1> counts{};  // the last one: above all bounds
    double sum = 0;
  };
  static constexpr std::array<double, 10> kSeconds = {0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 5, 20, 60};
  static constexpr std::array<double, 7> kBytes = {1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
  using Durations = Histogram<kSeconds.size()>;
  using Sizes = Histogram<kBytes.size()>;

  template <std::size_t kBounds>
  static void observe(Histogram<kBounds>& histogram, const std::array<double, kBounds>& bounds,
                      double value);
  void write_durations(Exposition& out) const;
  void write_sizes(Exposition& out) const;
  void write_requests(Exposition& out) const;

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, Durations> durations_;  // …, code
  std::map<std::pair<std::string, std::string>, Sizes> sizes_;  // handler, method
  std::uint64_t in_flight_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace tocsin::web
