#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/silence.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::vector<std::string> ids;
  ServiceOptions service;
};

/// All are tried, whatever becomes of the others.
int expire(const Options& options) {
  Service service(options.service);
  int code = 0;
  for (const std::string& id : options.ids) {
    const Service::Answer answer = service.ask("DELETE", "/api/v2/silence/" + id);
    if (answer.ok()) continue;
    code = 1;
    const std::string why =
        answer.status == 404 ? "there is no such silence" : service.complaint(answer);
    fmt::print(stderr, "tocsin: {}: {}\n", for_terminal(id), why);
  }
  return code;
}

}  // namespace

Command add_silence_expire(CLI::App& silence) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = silence.add_subcommand("expire", "End silences now");
  app->add_option("ID", options->ids, "Which, such as $(tocsin silence query -q --created-by me)")
      ->required();
  add_service_options(*app, options->service);
  return {app, [options] { return expire(*options); }};
}

}  // namespace tocsin::cli
