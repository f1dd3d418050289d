// Prometheus' API for data: questions go on to a source as they are, its answer comes back as it
// is; those to the embedded source are answered here (series_api.h). So Grafana's Explore and its
// alert panels work with Tocsin as their Prometheus.
//
// ?source=NAME names another source than the first one.
#include <atomic>
#include <memory>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "web/handlers.h"
#include "web/prometheus_answer.h"
#include "web/series_api.h"

namespace tocsin::web {
namespace {

/// A slow source must not take all threads that answer requests.
constexpr int kMostAtOnce = 16;
/// Those that are answered here take memory.
constexpr int kMostHere = 4;

/// One of the places that are taken while a question is under way.
class Place {
 public:
  Place(std::atomic<int>& taken, int most) : taken_(taken), free_(taken.fetch_add(1) < most) {}
  ~Place() { taken_.fetch_sub(1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool free() const { return free_; }

 private:
  std::atomic<int>& taken_;
  bool free_;
};

std::string form_of(const Request& request) {
  std::string form;
  for (const auto& [name, value] : request.query) {
    if (name == "source") continue;
    if (!form.empty()) form += '&';
    form += escape_query(name) + "=" + escape_query(value);
  }
  return form;
}

/// Only JSON goes on to the client: a proxy's page of HTML would be ours to its browser.
Response translated(net::Response&& answer) {
  const std::size_t first = answer.body.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || answer.body[first] != '{') {
    return prometheus_error("unavailable",
                            fmt::format("the source answered HTTP {} with something that is not a "
                                        "Prometheus API's answer",
                                        answer.status),
                            502);
  }
  return json(std::move(answer.body), answer.status);
}

Response failed(const net::Failure& failure) {
  const bool late = failure.kind == net::Failure::Kind::Timeout;
  return prometheus_error(late ? "timeout" : "unavailable", failure.message, 503);
}

Response pass_on(engine::Engine& engine, const Request& request, std::string api,
                 engine::SourceQuestion::Method method) {
  if (const std::size_t hole = api.find("{}"); hole != std::string::npos) {
    api.replace(hole, 2, escape_path_segment(request.arguments.at(0)));
  }
  const std::string source(request.parameter("source"));
  net::Result result = engine.ask_source({source, std::move(api), form_of(request), method});
  return std::visit(Overloaded{[](net::Response& answer) { return translated(std::move(answer)); },
                               [](const net::Failure& failure) { return failed(failure); }},
                    result);
}

/// Whom the request asks, or why it cannot be asked.
std::variant<net::SourceSettings, Response> asked(const engine::Engine& engine,
                                                  const Request& request) {
  const std::shared_ptr<const config::Config> config = engine.config();
  const std::string source(request.parameter("source"));
  if (config->sources.empty()) {
    return prometheus_error("unavailable", "no source is configured: name one under `sources`",
                            503);
  }
  if (source.empty()) return config->sources.front();
  if (const net::SourceSettings* settings = config->source(source)) return *settings;
  return prometheus_error("bad_data", fmt::format("there is no source {}", quote(source)), 400);
}

/// What answers each path.
struct Answers {
  Answers(engine::Engine& remote, const About& about)
      : engine(remote),
        series(about.series == nullptr ? nullptr : std::make_unique<SeriesApi>(*about.series)),
        scraper(about.scraper) {}

  engine::Engine& engine;
  std::unique_ptr<SeriesApi> series;  ///< null: there are no series here
  const scrape::Scraper* scraper;     ///< null: nothing is scraped
  std::atomic<int> taken = 0;
  std::atomic<int> taken_here = 0;

  Response answer(const std::string& api, engine::SourceQuestion::Method onward,
                  const Request& request, Timestamp now) {
    const auto whom = asked(engine, request);
    if (const auto* refused = std::get_if<Response>(&whom)) return *refused;
    const bool here = std::get<net::SourceSettings>(whom).embedded;
    const Place place(here ? taken_here : taken, here ? kMostHere : kMostAtOnce);
    if (!place.free()) {
      return prometheus_error("unavailable", "too many queries are under way, ask again", 503);
    }
    if (!here) return pass_on(engine, request, api, onward);
    if (scraper != nullptr && api == "metadata") return scraped_metadata(*scraper, request);
    if (series != nullptr) return series->answer(api, request, now);
    return prometheus_error("unavailable", "the embedded source has no series here", 503);
  }
};

}  // namespace

void add_source_api(Router& router, engine::Engine& engine, const About& about) {
  using Method = engine::SourceQuestion::Method;
  const auto answers = std::make_shared<Answers>(engine, about);
  const auto add = [&](const char* method, const std::string& api, Method onward) {
    router.add(method, "/api/v1/" + api,
               [answers, api, onward](const Request& request, Timestamp now) {
                 return answers->answer(api, onward, request, now);
               });
  };
  for (const char* api : {"query", "query_range", "query_exemplars", "labels", "series"}) {
    add("GET", api, Method::Post);
    add("POST", api, Method::Post);
  }
  for (const char* api : {"label/{}/values", "metadata", "status/tsdb"}) {
    add("GET", api, Method::Get);
  }
}

}  // namespace tocsin::web
