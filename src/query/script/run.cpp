#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "query/samples/memory_storage.h"
#include "query/script/compare.h"
#include "query/script/native.h"
#include "query/script/script.h"
#include "query/syntax/functions.h"

namespace tocsin::query {
namespace {

using namespace std::chrono_literals;

Timestamp time_of(const Load& load, std::size_t value) {
  return Timestamp(load.step * static_cast<std::int64_t>(value));
}

void store(MemoryStorage& storage, const Load& load) {
  for (std::size_t line = 0; line < load.series.size(); ++line) {
    const SeriesLine& series = load.series[line];
    const Starts& starts = load.starts[line];
    for (std::size_t i = 0; i < series.values.size(); ++i) {
      if (const auto* value = std::get_if<double>(&series.values[i])) {
        const Timestamp at = time_of(load, i);
        const bool has_start = i < starts.size() && starts[i];
        storage.add(series.labels, at, *value, has_start ? at + *starts[i] : Timestamp());
      } else if (const auto* histogram = std::get_if<HistogramValue>(&series.values[i])) {
        storage.add_histogram(series.labels, time_of(load, i), histogram->content);
      }
    }
  }
  if (!load.with_native) return;
  for (const auto& [labels, places] : native_histograms(load.series)) {
    for (const std::size_t i : places) storage.add_histogram(labels, time_of(load, i));
  }
}

/// What the result depends on besides the samples: such calls give another result at another time
/// even if all selectors are fixed by @.
bool depends_on_time(FunctionId id) {
  switch (id) {
    case FunctionId::DaysInMonth:
    case FunctionId::DayOfMonth:
    case FunctionId::DayOfWeek:
    case FunctionId::DayOfYear:
    case FunctionId::Hour:
    case FunctionId::Minute:
    case FunctionId::Month:
    case FunctionId::Year:
    case FunctionId::PredictLinear:
    case FunctionId::Time:
    case FunctionId::Timestamp:
    case FunctionId::Start:
    case FunctionId::End:
    case FunctionId::Range:
    case FunctionId::Step:
      return true;
    default:
      return false;
  }
}

/// Adds `@ at` to what has no @ yet; what is within a subquery stays as it is. False when the
/// result would depend on the time all the same.
bool fix_time(Expr& expr, Timestamp at) {
  const auto fix = [at](Modifiers& modifiers) {
    if (modifiers.at_kind != AtKind::None) return;
    modifiers.at_kind = AtKind::Timestamp;
    modifiers.at = at;
  };
  if (auto* subquery = expr.as<Subquery>()) {
    fix(subquery->modifiers);
    return true;
  }
  if (auto* selector = expr.as<VectorSelector>()) fix(selector->modifiers);
  if (const auto* call = expr.as<Call>(); call != nullptr && depends_on_time(call->function->id)) {
    return false;
  }
  bool fixed = true;
  for_each_child(expr, [&](const Expr& child) {
    // The tree is this function's caller's; only the visitor sees it as const.
    fixed = fix_time(const_cast<Expr&>(child), at) && fixed;
  });
  return fixed;
}

std::vector<Duration> other_times(Duration at) {
  if (at == 0ms) return {-1s, 1s};
  return {-10 * at, 0ms, at / 5, at, 10 * at};
}

class CaseRunner {
 public:
  CaseRunner(const Eval& eval, const MemoryStorage& storage, const ScriptOptions& options)
      : eval_(eval), storage_(storage), options_(options) {}

  /// Empty if it passes; otherwise why it fails. Throws HistogramsNotComputed.
  std::string run() {
    Parsed parsed = parse_expression(eval_.expression, options_.parse);
    if (parsed.expr == nullptr) {
      return failed(to_string(parsed.errors.at(0), eval_.expression));
    }
    if (eval_.is_range) return range(*parsed.expr);
    std::string message = instant(*parsed.expr, eval_.to);
    if (!message.empty() || !fix_time(*parsed.expr, eval_.to)) return message;
    for (const Duration at : other_times(eval_.to.time_since_epoch())) {
      message = instant(*parsed.expr, Timestamp(at));
      if (!message.empty()) {
        return fmt::format("with @ {} at {}: {}", format_duration(eval_.to.time_since_epoch()),
                           format_duration(at), message);
      }
    }
    return {};
  }

 private:
  /// What an error means.
  std::string failed(const std::string& error) const {
    for (const Expectation& each : eval_.expectations) {
      if (each.kind != ExpectKind::Fail) continue;
      if (each.matches(error)) return {};
      return fmt::format("it fails for another reason\n  - {}\n  + {}", each.to_string(), error);
    }
    return error;
  }

  std::string check(const Evaluated& got) const {
    if (eval_.expects(ExpectKind::Fail)) return "it should fail, but does not";
    std::string message = note_difference(eval_, got);
    return message.empty() ? difference(eval_, got, storage_) : message;
  }

  Evaluated over(const Expr& expr, Timestamp from, Timestamp to, Duration step) const {
    return evaluate_range(expr, eval_.expression, from, to, step, storage_, options_.engine);
  }

  std::string range(const Expr& expr) const {
    try {
      return check(over(expr, eval_.from, eval_.to, eval_.step));
    } catch (const HistogramsNotComputed&) {
      throw;
    } catch (const EvaluationError& error) {
      return failed(error.what());
    }
  }

  std::string instant(const Expr& expr, Timestamp at) const {
    try {
      const Evaluated got = evaluate_instant(expr, eval_.expression, at, storage_, options_.engine);
      std::string message = check(got);
      if (!message.empty()) return message;
      message = in_range_mode(expr, at, std::holds_alternative<Number>(got.value));
      return message.empty() ? message : "as a range query: " + message;
    } catch (const HistogramsNotComputed&) {
      throw;
    } catch (const EvaluationError& error) {
      return failed(error.what());
    }
  }

  /// The same from a minute before to a minute after: the middle has to be the same.
  std::string in_range_mode(const Expr& expr, Timestamp at, bool is_scalar) const {
    static const RE2 depends_on_query(R"((start|end|range|step)\(\))");
    if (eval_.is_range_vector || eval_.text) return {};
    if (RE2::PartialMatch(eval_.expression, depends_on_query)) return {};
    try {
      const Evaluated got = over(expr, at - 1min, at + 1min, 1min);
      if (eval_.expects(ExpectKind::Ordered)) return {};
      const Samples samples = samples_at(std::get<Matrix>(got.value), at);
      if (is_scalar) return difference(eval_, samples.at(0).value);
      return difference(eval_, samples, storage_);
    } catch (const HistogramsNotComputed&) {
      throw;
    } catch (const EvaluationError& error) {
      return error.what();
    }
  }

  static Samples samples_at(const Matrix& matrix, Timestamp at) {
    Samples samples;
    for (const Series& series : matrix) {
      for (const Point& point : series.points) {
        if (point.at == at) samples.push_back({series.labels, at, point.value});
      }
    }
    return samples;
  }

  const Eval& eval_;
  const MemoryStorage& storage_;
  const ScriptOptions& options_;
};

ScriptCase run_case(int line, const Eval& eval, const MemoryStorage& storage,
                    const ScriptOptions& options) {
  ScriptCase result{line, eval.expression, CaseOutcome::Passed, ""};
  try {
    result.message = CaseRunner(eval, storage, options).run();
    if (!result.message.empty()) result.outcome = CaseOutcome::Failed;
  } catch (const HistogramsNotComputed& refusal) {
    result.outcome = CaseOutcome::Refused;
    result.message = refusal.what();
  }
  return result;
}

}  // namespace

EngineSettings ScriptOptions::test_settings() {
  EngineSettings settings;
  settings.delayed_name_removal = true;
  settings.gives_histograms = true;
  return settings;
}

std::size_t ScriptReport::count(CaseOutcome outcome) const {
  return static_cast<std::size_t>(std::count_if(
      cases.begin(), cases.end(), [=](const auto& each) { return each.outcome == outcome; }));
}

std::string ScriptReport::failures() const {
  std::string text;
  for (const ScriptCase& each : cases) {
    if (each.outcome != CaseOutcome::Failed) continue;
    text += fmt::format("{}:{}: {}: {}\n", name, each.line, each.expression, each.message);
  }
  return text;
}

ScriptReport run_script(std::string_view text, const std::string& name,
                        const ScriptOptions& options) {
  ScriptReport report{name, {}};
  MemoryStorage storage;
  for (const Command& command : read_script(text)) {
    if (const auto* load = std::get_if<Load>(&command.what)) {
      store(storage, *load);
    } else if (const auto* eval = std::get_if<Eval>(&command.what)) {
      report.cases.push_back(run_case(command.line, *eval, storage, options));
    } else if (const auto* wrong = std::get_if<Misunderstood>(&command.what)) {
      report.cases.push_back({command.line, wrong->text, CaseOutcome::Failed, wrong->message});
    } else {
      storage.clear();
    }
  }
  return report;
}

}  // namespace tocsin::query
