#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/silence.h"
#include "config/config.h"
#include "model/error.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

struct Options {
  std::string file = "-";
  bool force = false;
  ServiceOptions service;
};

Json read_silences(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    text = config::read_file(file);
  }
  Json silences = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!silences.is_array()) {
    throw Error(
        fmt::format("{} is no JSON list of silences, as `tocsin silence query -o json` "
                    "writes one",
                    file == "-" ? "standard input" : quote(file)));
  }
  return silences;
}

/// Empty, or why it was refused.
std::string import(Service& service, Json silence, bool force) {
  if (!silence.is_object()) return "it is no object";
  if (force) silence.erase("id");
  const auto post = [&] {
    return service.ask("POST", "/api/v2/silences",
                       silence.dump(-1, ' ', false, Json::error_handler_t::replace));
  };
  Service::Answer answer = post();
  if (answer.status == 404 && silence.contains("id")) {
    silence.erase("id");  // it came from elsewhere
    answer = post();
  }
  if (!answer.ok()) return service.complaint(answer);
  const Json id = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  print_out((id.is_object() ? text_of(id, "silenceID") : "") + "\n");
  return "";
}

int import_all(const Options& options) {
  const Json silences = read_silences(options.file);
  Service service(options.service);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < silences.size(); ++i) {
    const std::string why = import(service, silences[i], options.force);
    if (why.empty()) continue;
    ++refused;
    fmt::print(stderr, "tocsin: silence {} of the list: {}\n", i + 1, why);
  }
  if (refused > 0) {
    throw Error(fmt::format("couldn't import {} out of {} silences", refused, silences.size()));
  }
  return 0;
}

}  // namespace

Command add_silence_import(CLI::App& silence) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = silence.add_subcommand(
      "import", "Create silences from JSON, as `tocsin silence query -o json` writes it");
  app->add_option("FILE", options->file, "Where it stands; - is standard input")
      ->capture_default_str();
  app->add_flag("-f,--force", options->force, "Create new ones, whatever ids they have");
  add_service_options(*app, options->service);
  return {app, [options] { return import_all(*options); }};
}

}  // namespace tocsin::cli
