// From what discovery finds to what is scraped: labels, URL, place in the interval.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scrape/settings.h"

namespace tocsin::scrape {

/// A value; two with the same key are the same target.
struct Target {
  Labels discovered;  ///< before relabelling
  Labels labels;      ///< after it, those that begin with __ included
  Labels attached;    ///< what its series get: without those
  std::string url;
  Duration interval{0};
  Duration timeout{0};

  std::string key() const;
};

struct Targets {
  std::vector<Target> active;
  std::vector<Labels> dropped;        ///< by relabelling, as they were discovered
  std::vector<std::string> problems;  ///< of those that cannot be targets
};

/// Every target once, in the order of the groups.
Targets make_targets(const JobSettings& job, std::span<const TargetGroup> groups);

/// Where in its interval a target is scraped: spread evenly over all targets, and always the same
/// for one.
Duration offset_of(const Target& target);

/// The first instant after `now` that lies `offset` into an interval, counted from the epoch.
Timestamp next_scrape(Timestamp now, Duration interval, Duration offset);

}  // namespace tocsin::scrape
