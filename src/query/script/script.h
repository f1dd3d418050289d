// Runs scripts in the language of Prometheus' own PromQL tests: `load`, `clear`, `eval`.
//
// Source: Prometheus, promql/promqltest/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/engine/engine.h"
#include "query/syntax/parse.h"

namespace tocsin::query {

struct ScriptOptions {
  /// As Prometheus' own tests are run.
  static EngineSettings test_settings();

  EngineSettings engine = test_settings();
  ParseOptions parse{.experimental = true};
};

enum class CaseOutcome {
  Passed,
  Failed,
  Refused  ///< needs native histograms, which are not computed
};

/// One `eval`; or a command that cannot be understood, which has failed.
struct ScriptCase {
  int line = 0;            ///< of the command
  std::string expression;  ///< or the command
  CaseOutcome outcome = CaseOutcome::Passed;
  /// Why it failed (with lines "- expected" and "+ got") or was refused.
  std::string message;
};

struct ScriptReport {
  std::string name;
  std::vector<ScriptCase> cases;

  std::size_t count(CaseOutcome outcome) const;
  /// "name:line: expression: message", for each case that failed.
  std::string failures() const;
};

/// Every command of the script in order. An instant `eval` is also tried as a range query, and with
/// its selectors fixed by @ at other times, as Prometheus does. `name` is for messages.
ScriptReport run_script(std::string_view text, const std::string& name,
                        const ScriptOptions& options = {});

}  // namespace tocsin::query
