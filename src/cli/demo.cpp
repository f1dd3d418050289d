// `tocsin demo`: two minutes in which alerts pend, fire, are told, silenced and resolve, without
// anything else installed.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/log.h"
#include "cli/query_text.h"
#include "cli/site.h"
#include "demo/files.h"
#include "demo/show.h"
#include "demo/stand_ins.h"
#include "engine/loop.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "web/handlers.h"

namespace tocsin::cli {
namespace {

struct DemoOptions {
  std::string listen_address = "127.0.0.1:0";
  bool stay = false;
  bool only_backend = false;
};

/// Is there as long as it is needed.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code missing;
    std::string name =
        (std::filesystem::temp_directory_path(missing) / "tocsin-demo-XXXXXX").string();
    if (missing) throw Error("there is no folder for temporary files; $TMPDIR names one");
    if (mkdtemp(name.data()) == nullptr) {
      throw Error(fmt::format("no folder can be made at {}; $TMPDIR names another place", name));
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  out.close();
  if (!out) throw Error(fmt::format("{} cannot be written", file.string()));
}

/// Ctrl-C and SIGTERM, blocked before the first thread starts, so that only ended_within() sees
/// them.
sigset_t block_ends() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void wait_for_end(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

bool ended_within(const sigset_t& signals, std::chrono::nanoseconds time) {
  const timespec wait{0, static_cast<long>(time.count())};
  return sigtimedwait(&signals, nullptr, &wait) > 0;
}

void print(const std::string& line) {
  constexpr std::size_t kColumns = 110;  // links to expressions are long
  fmt::print("{}\n", cut_to(for_terminal(line), kColumns));
  std::fflush(stdout);
}

void introduce(const std::string& url, const std::filesystem::path& folder) {
  fmt::print(
      "Tocsin {} shows itself for about a minute and a half. A small backend in this process is\n"
      "scraped and breaks; its messages go to a mail server, a Slack and a Discord in this "
      "process.\n"
      "  look in   tocsin alerts query --url {}\n"
      "  files     {}/config.yaml, rules.yaml (until it ends)\n",
      TOCSIN_VERSION, url, folder.string());
  std::fflush(stdout);
}

/// The backend by itself, for something else to scrape.
int serve_backend(const DemoOptions& options) {
  set_up_log("error", "logfmt");
  const sigset_t signals = block_ends();
  demo::ServedBackend backend;
  web::Router router;
  backend.add_to(router);
  web::Server server;
  web::Address address = web::parse_address(options.listen_address);
  address.port = server.bind(address);
  server.serve(std::move(router));
  fmt::print(
      "http://{0}/metrics; POST http://{0}/break/errors, /break/latency, /break/logins, /heal\n",
      address.to_string());
  std::fflush(stdout);
  wait_for_end(signals);
  server.stop();
  return 0;
}

int play(const DemoOptions& options) {
  set_up_log("error", "logfmt");
  const sigset_t signals = block_ends();
  const TemporaryFolder folder;
  demo::StandIns stand_ins;
  const std::filesystem::path config_file = folder.path() / "config.yaml";
  write(folder.path() / "rules.yaml", demo::rules_text());
  write(config_file, demo::config_text(stand_ins.http_port(), stand_ins.mail_port()));

  RunOptions run_options;
  run_options.listen_addresses = {options.listen_address};
  const Site site = open_site(run_options);
  const auto journal = journal::open_sqlite(folder.path().string());
  engine::Loop::Settings settings;
  settings.config_file = config_file.string();
  settings.external_url = site.external_url;
  engine::Loop loop(*journal, config::load(config_file), settings);
  site.server->serve(
      web::make_router(loop.engine(), {engine::wall_clock(), TOCSIN_VERSION, std::nullopt,
                                       MatcherSyntax::Fallback, &loop.scraper(), &loop.series()}));
  loop.start();
  introduce(site.url, folder.path());

  constexpr std::chrono::milliseconds kPause{200};
  demo::Show show(loop.engine(), stand_ins,
                  {engine::wall_clock, print, [&] { return !ended_within(signals, kPause); }});
  const bool complete = show.run();
  fmt::print("{}", show.summary());
  if (complete && options.stay) {
    fmt::print("\nIt goes on until Ctrl-C; look around at {}\n", site.url);
    std::fflush(stdout);
    wait_for_end(signals);
  }
  loop.stop();
  site.server->stop();
  return complete ? 0 : 1;
}

}  // namespace

Command add_demo(CLI::App& program) {
  const auto options = std::make_shared<DemoOptions>();
  CLI::App* app = program.add_subcommand(
      "demo", "Watch an alert pend, fire, be told, silenced and resolve, in under two minutes");
  app->add_option("--web.listen-address", options->listen_address,
                  "Where it answers meanwhile; port 0 is any free one")
      ->capture_default_str();
  app->add_flag("--stay", options->stay, "Go on after the end, until Ctrl-C");
  app->add_flag("--only-backend", options->only_backend,
                "Serve the backend alone, for another Tocsin or a Prometheus to scrape");
  return {app,
          [options] { return options->only_backend ? serve_backend(*options) : play(*options); }};
}

}  // namespace tocsin::cli
