#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "cli/command.h"
#include "cli/greeting.h"
#include "cli/log.h"
#include "cli/run_options.h"
#include "cli/site.h"
#include "engine/loop.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "web/handlers.h"

namespace tocsin::cli {
namespace {

/// The signals we answer, blocked before the first thread starts so that only wait_for_end() sees
/// them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is a full disk, not the end
  return signals;
}

/// Sockets of many sources and clients: take what the system allows.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void wait_for_end(const sigset_t& signals, engine::Engine& engine) {
  for (;;) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) {
      spdlog::info("stopping on {}", signal == SIGINT ? "SIGINT" : "SIGTERM");
      return;
    }
    try {
      engine.reload("SIGHUP");
    } catch (const Error& error) {
      spdlog::error("the configuration was not reloaded: {}", error.what());
    }
  }
}

std::size_t at_least_zero(std::int64_t number) {
  return static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
}

void limit(engine::Loop::Settings& settings, const RunOptions& options) {
  const bool classic = options.features.classic_mode;
  settings.intake.per_alertname = at_least_zero(options.per_alertname_limit);
  if (classic) settings.intake.names = state::LabelNames::Legacy;
  settings.silence_limits = {at_least_zero(options.max_silences),
                             at_least_zero(options.max_silence_size_bytes), classic};
}

void keep(engine::Loop::Settings& settings, const RunOptions& options) {
  settings.housekeeping = {options.alerts_gc_interval, options.data_retention,
                           options.timeline_max_size};
  settings.log_silences = options.log_silences;
}

/// 26 letters and digits, as Alertmanager's ULIDs.
std::string random_name() {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::random_device random;
  std::string name;
  for (int i = 0; i < 26; ++i) name += kLetters[random() % kLetters.size()];
  return name;
}

std::optional<web::About::Node> node_of(const RunOptions& options) {
  const ClusterOptions& cluster = options.cluster;
  if (cluster.listen_address.empty()) return std::nullopt;
  const std::string& address =
      cluster.advertise_address.empty() ? cluster.listen_address : cluster.advertise_address;
  return web::About::Node{cluster.peer_name.empty() ? random_name() : cluster.peer_name, address};
}

void greet(const config::Config& config, const engine::Engine& engine, const std::string& url,
           const RunOptions& options) {
  const engine::Book::Snapshot snapshot(engine.book());
  const std::string text =
      greeting_text(config, {TOCSIN_VERSION, url, options.storage_path, snapshot.alerts().size(),
                             snapshot.silences().size()});
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

/// Serves until SIGINT or SIGTERM; SIGHUP reloads.
int run(const RunOptions& options) {
  set_up_log(options.log_level, options.log_format);
  const sigset_t signals = block_signals();
  raise_file_limit();
  for (const std::string& warning : warnings_of(options)) spdlog::warn("{}", warning);
  const std::shared_ptr<const config::Config> config =
      config::load(options.config_file, options.features.matchers());
  for (const Diagnostic& warning : config->warnings) spdlog::warn("{}", warning.to_string());
  const Site site = open_site(options);
  const std::unique_ptr<journal::Journal> journal = journal::open_sqlite(options.storage_path);

  engine::Loop::Settings settings;
  settings.config_file = options.config_file;
  settings.matchers = options.features.matchers();
  settings.external_url = site.external_url;
  limit(settings, options);
  keep(settings, options);
  settings.series_file = (std::filesystem::path(options.storage_path) / "series.snapshot").string();
  settings.start_delay = options.dispatch_start_delay;
  engine::Loop loop(*journal, config, settings);
  site.server->serve(web::make_router(
      loop.engine(), {engine::wall_clock(), TOCSIN_VERSION, node_of(options),
                      options.features.matchers(), &loop.scraper(), &loop.series()}));
  loop.start();
  for (const std::string& address : site.addresses) {
    log_fields("Listening on", {{"address", address}, {"config", options.config_file}});
  }
  greet(*config, loop.engine(), site.url, options);

  wait_for_end(signals, loop.engine());
  loop.stop();
  site.server->stop();
  return 0;
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* app =
      program.add_subcommand("run", "Evaluate rules, keep state, notify, serve the API");
  add_run_options(*app, *options);
  return {app, [options] { return run(*options); }};
}

std::function<int()> add_alertmanager(CLI::App& program) {
  const auto options = std::make_shared<RunOptions>(alertmanager_defaults());
  add_run_options(program, *options);
  return [options] { return run(*options); };
}

}  // namespace tocsin::cli
