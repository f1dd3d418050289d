// What is looked for in one rule; a source file for each question.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "check/analysis.h"
#include "config/config.h"

namespace tocsin::check {

struct Settings {
  Duration scrape_interval = std::chrono::seconds{15};
};

/// The alert fires whenever its series exist, whatever their values.
void check_comparison(const rule::Rule& rule, const Report& report);
/// Ranges in which rate() and its like may find less than two samples.
void check_windows(const query::Expr& expr, const Settings& settings, const Report& report);
/// Counters whose values are taken for what they count now.
void check_counters(const query::Expr& expr, const Report& report);
/// Syntax that Prometheus takes behind feature flags only.
void check_experimental(const rule::Rule& rule, const Report& report);

/// A template uses a label that the series have not.
struct GoneLabel {
  bool is_annotation = false;
  std::string_view name;   ///< of the label or annotation whose text it is
  std::size_t offset = 0;  ///< in that text
  std::string message;
};
std::vector<GoneLabel> gone_labels(const rule::Rule& rule, const LabelFacts& labels);

/// The name that the selector's series have, or "" where it is not fixed.
std::string metric_of(const query::VectorSelector& selector);

}  // namespace tocsin::check
