// Unit tests of rules: promtool's format, and what we add to it (notifications).
//
// Source of the format: Prometheus docs "Unit testing for rules", cmd/promtool/unittest.go.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "model/error.h"
#include "model/labels.h"
#include "model/time.h"
#include "notify/notification.h"
#include "query/engine/native_histogram.h"
#include "query/syntax/parse.h"
#include "rule/rule.h"

namespace tocsin::trial {

/// One value for each interval; a gap has its bits (is_gap).
struct InputSeries {
  Labels labels;
  std::vector<double> values;
  /// Native histograms by their place among the values, which are gaps there; null for one that
  /// would have to be computed.
  std::map<std::size_t, std::shared_ptr<const query::NativeHistogram>> histograms;
};
double gap();
bool is_gap(double value);

struct ExpectedAlert {
  Labels labels;  ///< with the alertname
  Annotations annotations;
};

/// alert_rule_test: the alerts of one name that fire at one time, all of them.
struct AlertCheck {
  Position where;
  Duration eval_time{0};
  std::string alertname;
  std::vector<ExpectedAlert> alerts;
};

struct ExpectedSample {
  Labels labels;
  double value = 0;
  std::shared_ptr<const query::NativeHistogram> histogram;  ///< instead of the value
};

/// promql_expr_test: what an expression gives at one time, all of it.
struct ExpressionCheck {
  Position where;
  Duration eval_time{0};
  std::string expression;
  std::vector<ExpectedSample> samples;
};

/// notifications: one message that a receiver gets.
struct MessageCheck {
  Position where;
  Duration eval_time{0};
  std::string receiver;
  std::string channel;  ///< kind ("slack") or name ("slack/0"); empty: any
  std::optional<notify::Status> status;
  std::optional<notify::Reason> reason;
  /// Where one of them is set, the message has these alerts and no others; each is given by some
  /// of its labels.
  std::optional<std::vector<Labels>> firing;
  std::optional<std::vector<Labels>> resolved;
};

/// A receiver of which the messages are known: those of MessageCheck, and no others.
struct Listener {
  Position where;
  std::string receiver;
};

struct Test {
  Position where;
  std::string name;  ///< empty: none
  Duration interval{0};
  Timestamp start;
  std::vector<InputSeries> series;
  std::vector<AlertCheck> alerts;
  std::vector<ExpressionCheck> expressions;
  std::vector<MessageCheck> messages;
  std::vector<Listener> listeners;
  std::optional<Labels> external_labels;
  std::string external_url;
  Duration until{0};  ///< the last moment that matters to it

  /// The name, or "unnamed#2" for the third test of the file.
  std::string title;
};

struct TestFile {
  std::string name;
  Duration evaluation_interval = std::chrono::minutes{1};
  bool fuzzy_compare = false;
  std::vector<rule::RuleGroup> groups;  ///< in the order of their evaluation
  /// Of config_file; null: there is none.
  std::shared_ptr<const config::Config> config;
  std::vector<Test> tests;
  std::vector<Diagnostic> warnings;
  /// What it was read from, and folders where more may turn up.
  std::vector<std::string> files;
};

struct ReadOptions {
  query::ParseOptions syntax;
};

/// All values of a file together.
inline constexpr std::size_t kMaxValues = 10'000'000;
/// Of all groups of one test.
inline constexpr std::int64_t kMaxEvaluations = 10'000'000;

/// Reads the file and the rules and configuration that it names. Appends what is wrong to
/// `diagnostics`; then the result is of no use, but for its `files`.
TestFile read_test_file(const std::filesystem::path& path, const ReadOptions& options,
                        std::vector<Diagnostic>& diagnostics);
/// The same for text in memory; `path` names it and anchors relative paths.
TestFile parse_test_file(std::string_view text, const std::filesystem::path& path,
                         const ReadOptions& options, std::vector<Diagnostic>& diagnostics);

}  // namespace tocsin::trial
