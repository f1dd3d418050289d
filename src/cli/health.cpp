#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "model/overloaded.h"
#include "net/client.h"

namespace tocsin::cli {
namespace {

/// Asks a running Tocsin whether it is ready or, with `live`, whether it answers at all.
int health(const std::string& url, bool live) {
  net::Client client;
  net::Request request;
  request.url = url + (live ? "/-/healthy" : "/-/ready");
  request.timeout = std::chrono::seconds{5};
  int code = 1;
  client.start(std::move(request), [&code](net::Result result) {
    std::visit(Overloaded{[&](const net::Response& response) {
                            code = response.status == 200 ? 0 : 1;
                            fmt::print(code == 0 ? stdout : stderr, "{}", response.body);
                          },
                          [](const net::Failure& failure) {
                            fmt::print(stderr, "{}\n", failure.message);
                          }},
               result);
  });
  while (client.in_flight() > 0) client.poll(std::chrono::seconds{1});
  return code;
}

}  // namespace

Command add_health(CLI::App& program) {
  struct Options {
    std::string url = "http://127.0.0.1:9093";
    bool live = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* app =
      program.add_subcommand("health", "Ask a running Tocsin whether it is ready (exit code 0)");
  app->add_option("--url", options->url, "Where it listens")->capture_default_str();
  app->add_flag("--live", options->live, "Only ask whether it answers, not whether it is ready");
  return {app, [options] { return health(options->url, options->live); }};
}

}  // namespace tocsin::cli
