#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/query_text.h"
#include "cli/service.h"
#include "cli/words.h"
#include "engine/loop.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

constexpr const char* kPath = "/api/tocsin/v1/outbox";

struct Options {
  std::vector<std::string> ids;
  std::string state = "all";
  std::string format = "table";
  bool quiet = false;
  ServiceOptions service;
};

std::string number_of(const Json& row, const char* name) {
  const auto at = row.find(name);
  return at != row.end() && at->is_number() ? fmt::format("{}", at->get<std::int64_t>()) : "";
}

std::string when_of(const Json& row, Timestamp now) {
  return row.contains("retryAt") ? moment_text(time_of(row, "retryAt"), now) : "given up";
}

std::string target_of(const Json& row) {
  return text_of(row, "receiver") + "/" + text_of(row, "channel");
}

std::string table(const Json& rows, Timestamp now) {
  if (rows.empty()) return "no messages\n";
  std::vector<std::vector<std::string>> table = {
      {"ID", "STATE", "TO", "ALERTS", "DECIDED", "TRIES", "NEXT TRY", "GROUP", "LAST ERROR"}};
  for (const Json& row : rows) {
    table.push_back({text_of(row, "id"), text_of(row, "state"), target_of(row),
                     number_of(row, "alerts"), moment_text(time_of(row, "decidedAt"), now),
                     number_of(row, "attempts"), when_of(row, now), text_of(row, "groupKey"),
                     text_of(row, "lastError")});
  }
  return table_of(table);
}

int list(const Options& options) {
  Json rows = Service(options.service).get(kPath);
  Json wanted = Json::array();
  for (Json& row : rows) {
    if (options.state == "all" || text_of(row, "state") == options.state) {
      wanted.push_back(std::move(row));
    }
  }
  if (options.quiet) {
    std::string ids;
    for (const Json& row : wanted) ids += text_of(row, "id") + "\n";
    print_out(ids);
  } else {
    print_out(options.format == "json" ? pretty(wanted) : table(wanted, engine::wall_clock()));
  }
  return 0;
}

std::string row_text(const Json& row, Timestamp now) {
  std::vector<std::vector<std::string>> lines = {
      {"message", text_of(row, "id")},
      {"state", text_of(row, "state")},
      {"to", target_of(row)},
      {"why", text_of(row, "reason")},
      {"group", text_of(row, "groupKey")},
      {"decided", moment_text(time_of(row, "decidedAt"), now)},
      {"tries", number_of(row, "attempts")},
      {"next try", when_of(row, now)},
      {"last error", text_of(row, "lastError")}};
  for (const Json& told : row.value("about", Json::array())) {
    lines.push_back({text_of(told, "status"), labels_of(told, "labels").to_string()});
  }
  return table_of(lines);
}

int show(const Options& options) {
  Service service(options.service);
  std::string text;
  for (const std::string& id : options.ids) {
    const Json row = service.get(fmt::format("{}/{}", kPath, escape_path_segment(id)));
    if (!text.empty()) text += '\n';
    text += options.format == "json" ? pretty(row) : row_text(row, engine::wall_clock());
  }
  print_out(text);
  return 0;
}

/// All are tried, whatever becomes of the others.
int change(const Options& options, const char* method, const char* suffix, const char* body) {
  Service service(options.service);
  int code = 0;
  for (const std::string& id : options.ids) {
    const std::string path = fmt::format("{}/{}{}", kPath, escape_path_segment(id), suffix);
    const Service::Answer answer = service.ask(method, path, body);
    const Json said = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    if (answer.ok()) {
      fmt::print(stderr, "{}\n", for_terminal(said.is_string() ? said.get<std::string>() : "done"));
    } else {
      code = 1;
      fmt::print(stderr, "tocsin: {}: {}\n", for_terminal(id), service.complaint(answer));
    }
  }
  return code;
}

Command add_list(CLI::App& outbox) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = outbox.add_subcommand("list", "Messages that wait, and those that were given up");
  app->add_option("--state", options->state, "Only those that are like this")
      ->check(CLI::IsMember({"all", "pending", "dead"}))
      ->capture_default_str();
  app->add_flag("-q,--quiet", options->quiet, "Only their numbers");
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_service_options(*app, options->service);
  return {app, [options] { return list(*options); }};
}

Command add_show(CLI::App& outbox) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = outbox.add_subcommand("show", "All that is known of messages");
  app->add_option("ID", options->ids, "Which")->required();
  app->add_option("-o,--format", options->format, "What the answer looks like")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  add_service_options(*app, options->service);
  return {app, [options] { return show(*options); }};
}

Command add_retry(CLI::App& outbox) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = outbox.add_subcommand("retry", "Try to send messages again now");
  app->add_option("ID", options->ids, "Which, such as $(tocsin outbox list -q --state dead)")
      ->required();
  add_service_options(*app, options->service);
  return {app, [options] { return change(*options, "POST", "/retry", "{}"); }};
}

Command add_drop(CLI::App& outbox) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = outbox.add_subcommand("drop", "Throw messages away");
  app->add_option("ID", options->ids, "Which")->required();
  add_service_options(*app, options->service);
  return {app, [options] { return change(*options, "DELETE", "", ""); }};
}

}  // namespace

Command add_outbox(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "outbox", "Messages of a running Tocsin that wait to be sent or were given up");
  app->require_subcommand(1);
  return {app, [commands = std::vector<Command>{add_list(*app), add_show(*app), add_retry(*app),
                                                add_drop(*app)}] { return run_chosen(commands); }};
}

}  // namespace tocsin::cli
