#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <re2/re2.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "config/config.h"
#include "model/error.h"
#include "query/script/script.h"
#include "trial/report.h"
#include "trial/run.h"
#include "trial/watch.h"

namespace tocsin::cli {
namespace {

struct TestOptions {
  std::vector<std::string> files;
  std::vector<std::string> names;  ///< regular expressions
  std::string junit_file;
  bool only_differences = false;
  bool watch = false;
  bool scripts = false;
  bool experimental = false;
};

/// Any of the expressions, anywhere in the name, as promtool has it.
std::function<bool(const std::string&)> name_filter(const std::vector<std::string>& names) {
  std::vector<std::shared_ptr<const re2::RE2>> patterns;
  for (const std::string& name : names) {
    patterns.push_back(std::make_shared<re2::RE2>(name, re2::RE2::Quiet));
    if (!patterns.back()->ok()) {
      throw Error(
          fmt::format("--run {} is not a regular expression: {}", name, patterns.back()->error()));
    }
  }
  return [patterns](const std::string& name) {
    for (const auto& pattern : patterns) {
      if (re2::RE2::PartialMatch(name, *pattern)) return true;
    }
    return patterns.empty();
  };
}

/// Failures go where promtool puts them, to standard error.
void print(const trial::FileResult& result) {
  std::fflush(stdout);
  fmt::print(stderr, "{}", trial::warning_text(result));
  std::fflush(stderr);
  fmt::print(result.passed() ? stdout : stderr, "{}", trial::outcome_text(result));
  fmt::print(stdout, "\n");
  std::fflush(stdout);
}

void write_junit(const std::string& path, const std::vector<trial::FileResult>& results) {
  std::ofstream out(path);
  out << trial::junit_xml(results);
  out.close();
  if (!out) throw Error(fmt::format("the JUnit report {} cannot be written", path));
}

std::vector<trial::FileResult> run_rules(const TestOptions& options,
                                         const trial::RunOptions& run_options) {
  std::vector<trial::FileResult> results;
  for (const std::string& file : options.files) {
    fmt::print(stdout, "{}", trial::headline(file));
    results.push_back(trial::run_file(file, run_options));
    print(results.back());
  }
  if (!options.junit_file.empty()) write_junit(options.junit_file, results);
  return results;
}

int exit_code(const std::vector<trial::FileResult>& results) {
  for (const trial::FileResult& result : results) {
    if (!result.passed()) return 1;
  }
  return 0;
}

/// A script is a test file whose cases are its tests.
trial::FileResult run_script(const std::string& file) {
  trial::FileResult result;
  result.name = file;
  result.files = {file};
  try {
    const auto report = query::run_script(config::read_file(file), file);
    for (const query::ScriptCase& each : report.cases) {
      const Position where{file, each.line, 0};
      trial::TestResult test{fmt::format("{}: {}", each.line, each.expression), where, {}, 0};
      if (each.outcome == query::CaseOutcome::Failed) {
        test.failures.push_back({where, each.message, {}});
      } else if (each.outcome == query::CaseOutcome::Refused) {
        result.warnings.push_back({where, each.message});
      }
      result.tests.push_back(std::move(test));
    }
  } catch (const Error& error) {
    result.problems.push_back({{file, 0, 0}, error.what()});
  }
  return result;
}

std::vector<trial::FileResult> run_scripts(const TestOptions& options) {
  std::vector<trial::FileResult> results;
  for (const std::string& file : options.files) {
    fmt::print(stdout, "{}", trial::headline(file));
    results.push_back(run_script(file));
    print(results.back());
  }
  if (!options.junit_file.empty()) write_junit(options.junit_file, results);
  return results;
}

trial::Stamp look_at(const std::string& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return 0;
  constexpr std::uint64_t kBillion = 1'000'000'000;
  const auto changed = static_cast<std::uint64_t>(found.st_mtim.tv_sec) * kBillion +
                       static_cast<std::uint64_t>(found.st_mtim.tv_nsec);
  return (changed ^ (static_cast<std::uint64_t>(found.st_size) << 1)) | 1;
}

/// Half a second; false on SIGINT or SIGTERM, which are blocked otherwise.
bool pause_for(const sigset_t& signals) {
  constexpr timespec kPause{0, 500'000'000};
  return ::sigtimedwait(&signals, nullptr, &kPause) < 0;
}

int watch(const std::vector<std::string>& given,
          const std::function<std::vector<trial::FileResult>()>& run) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int code = 0;
  trial::Outlook outlook;
  outlook.files = given;
  outlook.run = [&] {
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // ends a run that takes too long
    const std::vector<trial::FileResult> results = run();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    code = exit_code(results);
    std::vector<std::string> files;
    for (const trial::FileResult& result : results) {
      files.insert(files.end(), result.files.begin(), result.files.end());
    }
    fmt::print("Watching {} {}; Ctrl-C ends it.\n\n", files.size(),
               files.size() == 1 ? "file" : "files");
    std::fflush(stdout);
    return files;
  };
  outlook.look = look_at;
  outlook.pause = [&] { return pause_for(signals); };
  trial::watch(outlook);
  return code;
}

int test(const TestOptions& options) {
  spdlog::set_level(spdlog::level::off);  // what rules complain of is in the results
  trial::RunOptions run_options;
  run_options.reading.syntax.experimental = options.experimental;
  run_options.only_differences = options.only_differences;
  run_options.wanted = name_filter(options.names);
  const auto run = [&] {
    return options.scripts ? run_scripts(options) : run_rules(options, run_options);
  };
  return options.watch ? watch(options.files, run) : exit_code(run());
}

}  // namespace

Command add_test(CLI::App& program) {
  const auto options = std::make_shared<TestOptions>();
  CLI::App* app = program.add_subcommand(
      "test", "Run unit tests of rules (promtool's format, and notifications)");
  app->add_option("FILE", options->files, "Test files")->required();
  app->add_option("--run", options->names,
                  "Run only tests whose names match this regular expression; may be repeated")
      ->take_all();
  app->add_option("--junit", options->junit_file, "Write a JUnit report to this file");
  app->add_flag("--diff", options->only_differences, "Show only what differs in a failure");
  app->add_flag("--watch", options->watch, "Run again whenever a file has changed, until Ctrl-C");
  app->add_flag("--promql", options->scripts,
                "The files are scripts in the language of Prometheus' PromQL tests");
  app->add_flag(
      "--experimental", options->experimental,
      "Allow functions and syntax that Prometheus hides behind feature flags (with --promql "
      "they always are)");
  return {app, [options] { return test(*options); }};
}

}  // namespace tocsin::cli
