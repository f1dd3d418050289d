// One scrape after the other: its request, its answer, what is told of it.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "model/overloaded.h"
#include "model/text.h"
#include "scrape/pools.h"

namespace tocsin::scrape {
namespace {

/// Samples get the time that was planned when it is as near as this: equal distances take less
/// room, and rates are smoother.
constexpr Duration kTolerance = std::chrono::milliseconds{10};
/// Answers read in one turn: in between others may look at the pools.
constexpr int kMostAnswers = 16;
/// Bytes of a body that are read in one turn; a few milliseconds.
constexpr std::size_t kStep = std::size_t{1} << 20;

std::size_t body_limit(const JobSettings& job) {
  return job.limits.body_bytes == 0 ? kMostBody : std::min(job.limits.body_bytes, kMostBody);
}

/// "text/plain" of "text/plain; version=0.0.4".
std::string media_type(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return type;
}

/// How the body is to be read. Throws Error when nothing says so.
series::ExpositionFormat format_of(const net::Response& response, const JobSettings& job) {
  using enum series::ExpositionFormat;
  const std::string type = media_type(response.header("content-type"));
  if (type == "text/plain") return Text;
  if (type == "application/openmetrics-text") return OpenMetrics;
  if (job.fallback) return *job.fallback == Protocol::Text ? Text : OpenMetrics;
  if (type.empty()) {
    throw Error("the answer has no content type; set fallback_scrape_protocol to say what it is");
  }
  throw Error(
      fmt::format("the answer is {}, which is no exposition of metrics; set "
                  "fallback_scrape_protocol if it is one all the same",
                  quote(truncate_runes(is_utf8(type) ? type : "not UTF-8", 100))));
}

}  // namespace

/// The clock was set back: what was due by the old one would be a long time in coming.
void Pools::plan_again(Timestamp now) {
  due_.clear();
  for (const auto& [id, scrape] : by_id_) {
    scrape->due = next_scrape(now, scrape->target.interval, scrape->offset);
    due_.insert({scrape->due, id});
  }
}

void Pools::start_due(Timestamp now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    Scrape& scrape = *by_id_.at(due_.begin()->second);
    due_.erase(due_.begin());
    const Timestamp planned = scrape.due;
    scrape.due = next_scrape(now, scrape.target.interval, scrape.offset);
    due_.insert({scrape.due, scrape.id});
    if (scrape.running) {
      ++counters_.missed;
      continue;
    }
    scrape.at = now - planned <= std::min(kTolerance, scrape.target.interval / 100) ? planned : now;
    start(scrape, now);
  }
}

net::Request Pools::request_of(const Scrape& scrape) const {
  const JobSettings& job = *scrape.pool->job;
  net::Request request;
  request.url = scrape.target.url;
  request.headers = {
      {"Accept", job.accept},
      {"X-Prometheus-Scrape-Timeout-Seconds",
       fmt::format("{}", static_cast<double>(scrape.target.timeout.count()) / 1000)}};
  if (!job.compression) request.headers.emplace_back("Accept-Encoding", "identity");
  request.timeout = scrape.target.timeout;
  request.max_response_bytes = body_limit(job);
  request.settings = scrape.pool->http;
  return request;
}

void Pools::start(Scrape& scrape, Timestamp now) {
  const JobSettings& job = *scrape.pool->job;
  scrape.started = now;
  ++counters_.scrapes;
  if (job.limits.targets > 0 && scrape.pool->scrapes.size() > job.limits.targets) {
    return fail(scrape,
                fmt::format("target limit exceeded: the job has {} targets, target_limit is {}",
                            scrape.pool->scrapes.size(), job.limits.targets),
                now);
  }
  scrape.running = true;
  outside_.send(request_of(scrape), [this, id = scrape.id](net::Result result) {
    answers_.push_back({id, std::move(result)});
  });
}

void Pools::take_answers(Timestamp now) {
  for (int i = 0; i < kMostAnswers && !answers_.empty(); ++i) {
    Answer answer = std::move(answers_.front());
    answers_.pop_front();
    const auto* response = std::get_if<net::Response>(&answer.result);
    if (response != nullptr && response->body.size() > kStep) {
      large_.push_back(std::move(answer));
      continue;
    }
    const auto found = by_id_.find(answer.id);
    if (found == by_id_.end()) continue;
    found->second->running = false;
    conclude(*found->second, *read(*found->second, answer, now), now);
  }
  if (!large_.empty()) read_large(now);
}

void Pools::read_large(Timestamp now) {
  Answer& answer = large_.front();
  const auto found = by_id_.find(answer.id);
  if (found != by_id_.end()) {
    std::optional<Scraped> scraped = read(*found->second, answer, now);
    if (!scraped) return;
    found->second->running = false;
    conclude(*found->second, std::move(*scraped), now);
  }
  large_.pop_front();
}

void Pools::fail(Scrape& scrape, std::string why, Timestamp now) {
  scrape.ingest.end_all(store_, scrape.at, now);
  Scraped scraped;
  scraped.error = std::move(why);
  conclude(scrape, std::move(scraped), now);
}

/// Nothing: it goes on in the next turn.
std::optional<Scraped> Pools::read(Scrape& scrape, Answer& answer, Timestamp now) {
  const JobSettings& job = *scrape.pool->job;
  Scraped scraped;
  try {
    if (const auto* failure = std::get_if<net::Failure>(&answer.result)) {
      const bool too_large = failure->kind == net::Failure::Kind::TooLarge;
      if (too_large) ++counters_.body_limit;
      throw Error(too_large ? fmt::format("{}: it may have {} bytes (body_size_limit)",
                                          failure->message, body_limit(job))
                            : failure->message);
    }
    const auto& response = std::get<net::Response>(answer.result);
    if (response.status != 200) {
      throw Error(fmt::format("{} answered HTTP {}", net::destination_of(scrape.target.url),
                              response.status));
    }
    if (!std::exchange(answer.begun, true)) {
      scrape.ingest.begin({response.body, format_of(response, job)}, scrape.at);
    }
    return scrape.ingest.step(store_, now, kStep);
  } catch (const Error& error) {
    scrape.ingest.end_all(store_, scrape.at, now);
    scraped.error = error.what();
  }
  return scraped;
}

void Pools::conclude(Scrape& scrape, Scraped scraped, Timestamp now) {
  scraped.duration = std::max(now - scrape.started, Duration{0});
  scrape.ingest.report(store_, scraped, scrape.target.timeout, scrape.at, now);
  scrape.health = scraped.error.empty() ? Health::Up : Health::Down;
  if (!scraped.error.empty()) ++counters_.failed;
  if (scraped.error.starts_with("sample limit")) ++counters_.sample_limit;
  scrape.last_error = std::move(scraped.error);
  scrape.last_scrape = scrape.started;
  scrape.last_duration = scraped.duration;
  counters_.duplicate += scraped.duplicate;
  counters_.out_of_order += scraped.out_of_order;
  counters_.out_of_bounds += scraped.out_of_bounds;
  counters_.full += scraped.full;
}

}  // namespace tocsin::scrape
