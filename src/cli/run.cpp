#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "cli/command.h"
#include "cli/greeting.h"
#include "cli/log.h"
#include "engine/loop.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "web/handlers.h"
#include "web/server.h"

namespace tocsin::cli {
namespace {

struct RunOptions {
  std::string config_file = "config.yaml";
  std::string storage_path = "data";
  std::string listen_address = "127.0.0.1:9093";
  std::string external_url;  ///< empty: http:// and the listen address
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

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
      engine.reload();
    } catch (const Error& error) {
      spdlog::error("the configuration was not reloaded: {}", error.what());
    }
  }
}

std::string display_host(const web::Address& address) {
  return address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
}

/// The URL for links in messages; empty where none is given.
std::string external_url(std::string url) {
  if (url.empty()) return url;
  const bool has_scheme = url.starts_with("http://") || url.starts_with("https://");
  const bool odd = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '"' || c == '<' || c == '>';
  });
  if (!has_scheme || odd) {
    throw Error(
        fmt::format("--web.external-url \"{}\" is not a URL that begins with http:// or "
                    "https://",
                    url));
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
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
  const web::Address address = web::parse_address(options.listen_address);
  std::string links = external_url(options.external_url);
  const std::shared_ptr<const config::Config> config = config::load(options.config_file);
  for (const Diagnostic& warning : config->warnings) spdlog::warn("{}", warning.to_string());
  const std::unique_ptr<journal::Journal> journal = journal::open_sqlite(options.storage_path);
  web::Server server;
  const int port = server.bind(address);
  const std::string bound = fmt::format("{}:{}", display_host(address), port);

  engine::Loop::Settings settings;
  settings.config_file = options.config_file;
  settings.external_url = links.empty() ? "http://" + bound : std::move(links);
  engine::Loop loop(*journal, config, settings);
  server.serve(web::make_router(loop.engine(), {engine::wall_clock(), TOCSIN_VERSION}));
  loop.start();
  spdlog::info("Listening on address={} config={}", bound, options.config_file);
  greet(*config, loop.engine(), "http://" + bound, options);

  wait_for_end(signals, loop.engine());
  loop.stop();
  server.stop();
  return 0;
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* app =
      program.add_subcommand("run", "Evaluate rules, keep state, notify, serve the API");
  app->add_option("--config.file", options->config_file, "Configuration file")
      ->capture_default_str();
  app->add_option("--storage.path", options->storage_path,
                  "Folder for alerts, silences and messages")
      ->capture_default_str();
  app->add_option("--web.listen-address", options->listen_address,
                  "Address for API and metrics (loopback only in this version; port 0: any)")
      ->capture_default_str();
  app->add_option(
      "--web.external-url", options->external_url,
      "How people reach this Tocsin; for links in messages (default: the address it listens on)");
  app->add_option("--log.level", options->log_level, "Least severe messages to log")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app->add_option("--log.format", options->log_format, "Form of the log on standard error")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
  return {app, [options] { return run(*options); }};
}

}  // namespace tocsin::cli
