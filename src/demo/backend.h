// A small file-sharing backend in the shape of Gauzian's, which exists only as its metrics.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/time.h"

namespace tocsin::demo {

enum class Trouble {
  Errors,   ///< one request in four ends with 500
  Latency,  ///< requests take two to four seconds
  Logins,   ///< five logins fail each second
};

/// Traffic flows steadily and without chance: what is counted depends on nothing but how long each
/// trouble lasted. One thread at a time.
class Backend {
 public:
  /// Traffic up to `now`; the first call begins it.
  void flow(Timestamp now);
  /// From the last flow() on.
  void begin(Trouble trouble) { troubles_.insert(trouble); }
  void heal() { troubles_.clear(); }

  /// All metrics of the backend in Prometheus' text format.
  std::string exposition() const;

 private:
  /// A metric's labels as they are written between braces; empty: none.
  using LabelText = std::string;
  struct Histogram {
    std::vector<double> counts;  ///< by bound, not cumulated; the last is beyond all bounds
    double sum = 0;
  };
  /// Seconds, and the share of the observations that take so long.
  using Durations = std::vector<std::pair<double, double>>;

  void count(const std::string& name, const LabelText& labels, double times);
  void observe(const std::string& name, const LabelText& labels, const Durations& durations,
               double times);
  void requests(double seconds);
  void files(double seconds);
  void dependencies(double seconds);
  bool has(Trouble trouble) const { return troubles_.contains(trouble); }

  std::set<Trouble> troubles_;
  std::map<std::string, std::map<LabelText, double>> counters_;
  std::map<std::string, std::map<LabelText, Histogram>> histograms_;
  Timestamp until_{};
  bool flows_ = false;
};

}  // namespace tocsin::demo
