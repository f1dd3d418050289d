#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/silence.h"
#include "engine/loop.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

struct Options {
  std::vector<std::string> ids;
  std::string author;
  std::string comment;
  SilenceTimes times;
  ServiceOptions service;
};

void update(Service& service, const std::string& id, const Options& options, Timestamp now) {
  const nlohmann::json old = service.get("/api/v2/silence/" + id);
  const Period given = {time_of(old, "startsAt"), time_of(old, "endsAt")};
  // A length without a start is from now on where the silence has begun.
  Period from = given;
  if (options.times.start.empty() && !options.times.duration.empty() && given.start < now) {
    from.start = now;
  }
  Period period = parse_period(options.times, from, now);
  if (options.times.start.empty()) period.start = given.start;
  nlohmann::json silence = {
      {"id", id},
      {"matchers", old.value("matchers", nlohmann::json::array())},
      {"startsAt", format_rfc3339(period.start)},
      {"endsAt", format_rfc3339(period.end)},
      {"createdBy", options.author.empty() ? text_of(old, "createdBy") : options.author},
      {"comment", options.comment.empty() ? text_of(old, "comment") : options.comment}};
  const Labels annotations = labels_of(old, "annotations");
  if (!annotations.empty()) silence["annotations"] = json_of(annotations);
  put_silence(service, silence, now);
}

int update_all(const Options& options) {
  const Timestamp now = engine::wall_clock();
  Service service(options.service);
  for (const std::string& id : options.ids) update(service, id, options, now);
  return 0;
}

}  // namespace

Command add_silence_update(CLI::App& silence) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = silence.add_subcommand(
      "update",
      "Change when silences hold, or their comment; prints their ids, which are new where "
      "they were over");
  app->add_option("ID", options->ids, "Which")->required();
  app->add_option("-a,--author", options->author, "Another author");
  app->add_option("-c,--comment", options->comment, "Another comment");
  add_silence_times(*app, options->times);
  app->get_option("--duration")->description("How long from now (or from its start, if later)");
  add_service_options(*app, options->service);
  return {app, [options] { return update_all(*options); }};
}

}  // namespace tocsin::cli
