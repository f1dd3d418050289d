#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>

#include "cli/command.h"
#include "cli/query_format.h"
#include "cli/query_places.h"
#include "cli/query_plot.h"
#include "cli/query_text.h"
#include "cli/query_times.h"
#include "engine/loop.h"
#include "model/error.h"
#include "query/syntax/print.h"

namespace tocsin::cli {
namespace {

struct QueryOptions {
  std::string expression;
  std::string source;
  std::string samples;
  std::string config_file;
  TimeOptions times;
  std::string timeout;
  std::string format = "table";
  int width = 0;  ///< 0: the terminal's
  int height = 0;
  bool experimental = false;
  bool print = false;
};

bool on_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

PlotStyle plot_style(const QueryOptions& options, std::size_t series) {
  PlotStyle style;
  winsize size{};
  if (on_terminal() && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
    // Room for the title, the legend and the prompt.
    const auto legend = static_cast<int>(std::min(series, kMaxPlotted + 1));
    style.height = std::clamp(size.ws_row - legend - 6, 8, 40);
  }
  if (options.width > 0) style.width = options.width;
  if (options.height > 0) style.height = options.height;
  const char* no_colour = std::getenv("NO_COLOR");
  style.colours = on_terminal() && (no_colour == nullptr || *no_colour == '\0');
  return style;
}

std::string shown(const query::Evaluated& result, const net::QueryTimes& times,
                  const QueryOptions& options) {
  if (options.format == "json") return json_text(result);
  if (options.format == "csv") return csv_text(result, on_terminal());
  if (options.format == "table") return table_text(result);
  const auto& matrix = std::get<query::Matrix>(result.value);
  return plot_text(matrix, std::get<net::QueryRange>(times), plot_style(options, matrix.size()));
}

void write_out(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw Error("the result cannot be written");
}

void write_notes(const query::Evaluated& result) {
  for (const std::string& text : result.warnings) {
    fmt::print(stderr, "warning: {}\n", for_terminal(text));
  }
  for (const std::string& text : result.infos) fmt::print(stderr, "info: {}\n", for_terminal(text));
}

net::QueryTimes times_of(const QueryOptions& options, Timestamp now) {
  const net::QueryTimes times = parse_times(options.times, now);
  if (options.format == "plot" && !std::holds_alternative<net::QueryRange>(times)) {
    throw Error("a plot needs a range: give a --range such as 1h, or a --start");
  }
  return times;
}

/// An expression that is wrong is worth more words than a source that is missing.
net::SourceSettings source_of(const QueryOptions& options, Duration timeout) {
  try {
    return choose_source(options.source, options.config_file, timeout);
  } catch (const Error&) {
    parse_or_explain(options.expression, options.experimental);
    throw;
  }
}

int query(const QueryOptions& options) {
  if (options.print) {
    write_out(query::pretty(*parse_or_explain(options.expression, options.experimental)) + "\n");
    return 0;
  }
  const Timestamp clock = engine::wall_clock();
  net::QueryTimes times;
  query::Evaluated result;
  if (options.samples.empty()) {
    const Duration timeout =
        options.timeout.empty() ? Duration(0) : parse_length("--timeout", options.timeout);
    times = times_of(options, clock);
    result = ask(source_of(options, timeout), options.expression, times, options.experimental);
  } else {
    series::SampleFile samples = read_samples(options.samples);
    times = times_of(options, now_of(samples, clock));
    result = evaluate(std::move(samples), options.expression, times, options.experimental);
  }
  if (options.format != "json") write_notes(result);
  write_out(shown(result, times, options));
  return 0;
}

void add_place_options(CLI::App& app, QueryOptions& options) {
  CLI::Option* source =
      app.add_option("--source", options.source,
                     "URL of a Prometheus-compatible API, or the name of a source in the "
                     "configuration (default: its first one)");
  CLI::Option* samples = app.add_option(
      "--samples", options.samples,
      "Evaluate here, over the samples in this file (- for standard input): Prometheus' text "
      "format, OpenMetrics, or the load blocks of a test script");
  CLI::Option* config = app.add_option("--config.file", options.config_file,
                                       "Configuration with sources (default: config.yaml)");
  samples->excludes(source)->excludes(config);
  app.add_option("--timeout", options.timeout, "How long a source may take (default: 30s)");
}

void add_time_options(CLI::App& app, TimeOptions& times) {
  app.add_option("--at", times.at,
                 "When: 2026-01-02T15:04:05Z, Unix seconds, now, or from now, like -5m (default: "
                 "now; with --samples the time of the newest one)");
  app.add_option("--range", times.range, "Evaluate over such a time, like 1h, up to --at");
  app.add_option("--start", times.start, "Evaluate from this time on");
  app.add_option("--end", times.end, "Until this time (default: now)");
  app.add_option("--step", times.step,
                 "Time between the points of a range (default: a 250th of it, at least 1s)");
}

}  // namespace

Command add_query(CLI::App& program) {
  const auto options = std::make_shared<QueryOptions>();
  CLI::App* app = program.add_subcommand(
      "query", "Evaluate a PromQL expression, over a source or a file of samples");
  app->add_option("expression", options->expression, "PromQL")->required();
  add_place_options(*app, *options);
  add_time_options(*app, options->times);
  app->add_option("--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"table", "json", "csv", "plot"}))
      ->capture_default_str();
  app->add_option("--width", options->width, "Columns of a plot (default: the terminal's)")
      ->check(CLI::Range(20, 1000));
  app->add_option("--height", options->height, "Lines of a plot (default: by the terminal)")
      ->check(CLI::Range(4, 200));
  app->add_flag("--experimental", options->experimental,
                "Take what Prometheus hides behind feature flags, too (with --samples)");
  app->add_flag("--print", options->print, "Only print the expression, laid out on lines");
  return {app, [options] { return query(*options); }};
}

}  // namespace tocsin::cli
