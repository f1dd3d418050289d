#include "trial/run.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "trial/checks.h"

namespace tocsin::trial {
namespace {

Duration last_of_rules(const Test& test) {
  Duration last{0};
  for (const AlertCheck& check : test.alerts) last = std::max(last, check.eval_time);
  for (const ExpressionCheck& check : test.expressions) last = std::max(last, check.eval_time);
  return last;
}

/// False when a rule could not be evaluated: what comes after it would be guessed.
bool rules_work(const Stage& stage, Duration time, std::vector<Failed>& failures) {
  const std::vector<Diagnostic> failed = stage.failed_rules();
  for (const Diagnostic& each : failed) {
    failures.push_back(
        {each.where, fmt::format("{}, time: {}", each.message, format_duration(time)), {}});
  }
  return failed.empty();
}

/// What promtool does: evaluates the rules, compares alerts on the way and expressions at the end.
/// False when a rule could not be evaluated.
bool try_rules(const CheckContext& context, const RunOptions& options,
               std::vector<Failed>& failures) {
  const Test& test = context.test;
  const Duration interval = context.file.evaluation_interval;
  std::vector<const AlertCheck*> checks;
  for (const AlertCheck& check : test.alerts) checks.push_back(&check);
  std::stable_sort(checks.begin(), checks.end(),
                   [](const auto* a, const auto* b) { return a->eval_time < b->eval_time; });
  Stage stage(context.file, test, options.reading, false);
  const Duration last = last_of_rules(test);
  auto next = checks.begin();
  for (Duration time{0}; time <= last; time += interval) {
    stage.turn(test.start + time);
    if (!rules_work(stage, time, failures)) return false;
    if (next == checks.end() || (*next)->eval_time >= time + interval) continue;
    const auto rules = stage.rules();
    for (; next != checks.end() && (*next)->eval_time < time + interval; ++next) {
      check_alerts(context, **next, *rules, failures);
    }
  }
  for (const ExpressionCheck& check : test.expressions) {
    check_expression(context, check, stage.source(), failures);
  }
  return true;
}

/// The same once more, with routes and receivers and every moment at which something may be said.
void try_messages(const CheckContext& context, const RunOptions& options,
                  std::vector<Failed>& failures) {
  const Test& test = context.test;
  Stage stage(context.file, test, options.reading, true);
  const Timestamp end = test.start + test.until;
  for (Timestamp now = test.start; now <= end;) {
    Timestamp next = stage.turn(now);
    while (next <= now) next = stage.turn(now);  // outcomes of what was just sent
    if (!rules_work(stage, now - test.start, failures)) return;
    now = next;
  }
  check_messages(context, stage.decided(), failures);
}

FileResult begin(const TestFile& file) {
  FileResult result;
  result.name = file.name;
  result.files = file.files;
  result.warnings = file.warnings;
  return result;
}

}  // namespace

TestResult run_test(const TestFile& file, const Test& test, const RunOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  TestResult result{test.title, test.where, {}, 0};
  const CheckContext context{file, test, options.only_differences};
  if (try_rules(context, options, result.failures) && !test.listeners.empty()) {
    try_messages(context, options, result.failures);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

FileResult run_file(const std::filesystem::path& path, const RunOptions& options) {
  std::vector<Diagnostic> problems;
  const TestFile file = read_test_file(path, options.reading, problems);
  FileResult result = begin(file);
  result.problems = std::move(problems);
  if (!result.problems.empty()) return result;
  for (const Test& test : file.tests) {
    if (options.wanted(test.name)) result.tests.push_back(run_test(file, test, options));
  }
  return result;
}

bool FileResult::passed() const {
  return problems.empty() && std::all_of(tests.begin(), tests.end(),
                                         [](const TestResult& test) { return test.passed(); });
}

}  // namespace tocsin::trial
