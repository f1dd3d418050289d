#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "check/report.h"
#include "cli/command.h"
#include "trial/test_file.h"

namespace tocsin::cli {
namespace {

// As promtool ends.
constexpr int kFailed = 1;
constexpr int kMisused = 2;
constexpr int kLintFatal = 3;

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> lint = {"all"};
  std::vector<std::string> ignore;
  bool lint_fatal = false;
  std::string format = "text";
  std::string scrape_interval = "15s";
};

using Codes = std::set<std::string_view>;

Codes codes_of(const std::vector<std::string>& names, std::string_view option) {
  Codes codes;
  for (const std::string& name : names) {
    const auto all = check::all_codes();
    const auto found = std::find(all.begin(), all.end(), name);
    if (found != all.end()) {
      codes.insert(*found);
    } else if (name == "all") {
      codes.insert(all.begin(), all.end());
    } else if (name != "none") {
      throw Error(fmt::format("{} {}: there are no such findings; there are all, none, {}", option,
                              name, fmt::join(all, ", ")));
    }
  }
  return codes;
}

check::Options read(const CheckOptions& given) {
  check::Options options;
  options.codes = codes_of(given.lint, "--lint");
  for (const std::string_view code : codes_of(given.ignore, "--ignore")) options.codes.erase(code);
  options.tests = [](const std::string& text, const std::string& file) {
    std::vector<Diagnostic> problems;
    trial::parse_test_file(text, file, {}, problems);
    return problems;
  };
  options.settings.scrape_interval = parse_duration(given.scrape_interval);
  return options;
}

std::string render(const std::vector<check::CheckedFile>& files, const std::string& format) {
  if (format == "json") return check::as_json(files);
  return format == "github" ? check::as_github(files) : check::as_text(files);
}

int check_files(const CheckOptions& given) {
  check::Options options;
  try {
    options = read(given);
  } catch (const Error& error) {
    fmt::print(stderr, "tocsin: {}\n", error.what());
    return kMisused;
  }
  const std::vector<check::CheckedFile> files = check::check_files(given.files, options);
  const std::string text = render(files, given.format);
  std::fwrite(text.data(), 1, text.size(), stdout);
  const check::Counts counts = check::count(files);
  if (counts.errors > 0) return kFailed;
  return counts.warnings > 0 && given.lint_fatal ? kLintFatal : 0;
}

}  // namespace

Command add_check(CLI::App& program) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* app = program.add_subcommand(
      "check", "Check rule files, the configuration and files of unit tests");
  app->add_option("FILE", options->files, "What to check")->required();
  app->add_option("--lint", options->lint,
                  "Which warnings are wanted: all, none, or their codes with commas (default: all)")
      ->delimiter(',');
  app->add_option("--ignore", options->ignore, "Warnings that are not wanted, with commas")
      ->delimiter(',');
  app->add_flag("--lint-fatal", options->lint_fatal, "Exit code 3 when there are warnings");
  app->add_option("--format", options->format, "Form of the report")
      ->check(CLI::IsMember({"text", "json", "github"}))
      ->capture_default_str();
  app->add_option("--scrape-interval", options->scrape_interval,
                  "How often the series' samples come, for the code window-short")
      ->capture_default_str();
  return {app, [options] { return check_files(*options); }};
}

}  // namespace tocsin::cli
