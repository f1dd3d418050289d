#include "web/series_api.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "query/engine/engine.h"
#include "query/syntax/parse.h"
#include "web/json.h"
#include "web/prometheus_answer.h"
#include "web/query_json.h"

namespace tocsin::web {
namespace {

/// What a parameter says is of no use; becomes an answer of the type bad_data.
class BadData : public Error {
 public:
  using Error::Error;
};

std::optional<double> as_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Unix seconds or RFC 3339; `otherwise` when it is absent.
Timestamp time_of(const Request& request, std::string_view name, Timestamp otherwise) {
  const std::string_view text = request.parameter(name);
  if (text.empty()) return otherwise;
  try {
    if (const std::optional<double> seconds = as_number(text)) return from_unix_seconds(*seconds);
    return parse_rfc3339(text);
  } catch (const Error&) {
    throw BadData(fmt::format("invalid parameter \"{}\": cannot parse {} to a valid timestamp",
                              name, quote(text)));
  }
}

/// Seconds or 1h30m; `otherwise` when it is absent.
Duration duration_of(const Request& request, std::string_view name, Duration otherwise) {
  constexpr double kMostSeconds = 9e12;
  const std::string_view text = request.parameter(name);
  if (text.empty()) return otherwise;
  try {
    const std::optional<double> seconds = as_number(text);
    if (!seconds) return parse_duration(text);
    if (std::abs(*seconds) < kMostSeconds) {
      return Duration{static_cast<Duration::rep>(std::llround(*seconds * 1000))};
    }
  } catch (const Error&) {
  }
  throw BadData(fmt::format("invalid parameter \"{}\": cannot parse {} to a valid duration", name,
                            quote(text)));
}

/// 0: none.
std::size_t limit_of(const Request& request) {
  const std::string_view text = request.parameter("limit");
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (text.empty() || (error == std::errc() && end == text.data() + text.size())) return limit;
  throw BadData(fmt::format("invalid parameter \"limit\": {} is no number", quote(text)));
}

std::vector<Matchers> selectors_of(const Request& request) {
  std::vector<Matchers> out;
  for (const std::string& text : request.parameters("match[]")) {
    try {
      out.push_back(query::parse_selector(text));
      if (std::all_of(out.back().begin(), out.back().end(),
                      [](const Matcher& each) { return each.matches(std::string_view()); })) {
        throw Error("match[] must contain at least one non-empty matcher");
      }
    } catch (const Error& error) {
      throw BadData(fmt::format("invalid parameter \"match[]\": {}", error.what()));
    }
  }
  return out;
}

struct Period {
  Timestamp from, to;
};

Period period_of(const Request& request) {
  const Period out{time_of(request, "start", Timestamp::min()),
                   time_of(request, "end", Timestamp::max())};
  if (out.to < out.from) {
    throw BadData("invalid parameter \"end\": end timestamp must not be before start time");
  }
  return out;
}

query::ExprPtr expression_of(const Request& request) {
  const std::string text(request.parameter("query"));
  query::Parsed parsed = query::parse_expression(text, {.experimental = true});
  if (parsed.expr == nullptr) {
    throw BadData(fmt::format("invalid parameter \"query\": {}",
                              parsed.errors.empty()
                                  ? std::string("it is empty")
                                  : query::to_string(parsed.errors.front(), text)));
  }
  return std::move(parsed.expr);
}

JsonWriter succeeded() {
  JsonWriter out;
  out.begin_object().field("status", "success").key("data");
  return out;
}

Response shown(const query::Evaluated& evaluated) {
  JsonWriter out = succeeded();
  out.begin_object();
  write_result(out, evaluated);
  out.end_object();
  write_notes(out, "warnings", evaluated.warnings);
  write_notes(out, "infos", evaluated.infos);
  return json(out.end_object().take());
}

/// A list, cut to the limit.
template <class Element>
Response shown(std::vector<Element> list, std::size_t limit) {
  const bool is_cut = limit > 0 && list.size() > limit;
  if (is_cut) list.resize(limit);
  JsonWriter out = succeeded();
  out.begin_array();
  for (const Element& each : list) out.value(each);
  out.end_array();
  if (is_cut) write_notes(out, "warnings", {"results truncated due to limit"});
  return json(out.end_object().take());
}

Response empty_list() { return shown(std::vector<std::string>{}, 0); }

void cut_to_limit(query::Evaluated& evaluated, std::size_t limit) {
  const auto cut = [&](auto& list) {
    if (limit == 0 || list.size() <= limit) return;
    list.resize(limit);
    evaluated.warnings.emplace_back("results truncated due to limit");
  };
  if (auto* samples = std::get_if<query::Samples>(&evaluated.value)) cut(*samples);
  if (auto* matrix = std::get_if<query::Matrix>(&evaluated.value)) cut(*matrix);
}

}  // namespace

/// Ends queries whose time is over.
class SeriesApi::Watch {
 public:
  Watch() : thread_([this] { run(); }) {}
  ~Watch() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  using Clock = std::chrono::steady_clock;
  /// Sets its flag at the deadline, unless it is gone by then.
  class Deadline {
   public:
    Deadline(Watch& watch, Duration left)
        : watch_(watch), at_(Clock::now() + left), over_(left <= Duration{0}) {
      {
        const std::lock_guard lock(watch_.mutex_);
        place_ = watch_.deadlines_.insert(watch_.deadlines_.end(), this);
      }
      watch_.wake_.notify_all();
    }
    ~Deadline() {
      const std::lock_guard lock(watch_.mutex_);
      watch_.deadlines_.erase(place_);
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    const std::atomic<bool>& over() const { return over_; }

   private:
    friend class Watch;
    Watch& watch_;
    Clock::time_point at_;
    std::atomic<bool> over_;
    std::list<Deadline*>::iterator place_;
  };

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      auto next = Clock::now() + std::chrono::hours{1};
      for (Deadline* each : deadlines_) {
        if (each->at_ <= Clock::now()) {
          each->over_ = true;
        } else {
          next = std::min(next, each->at_);
        }
      }
      wake_.wait_until(lock, next);
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Deadline*> deadlines_;
  bool stopping_ = false;
  std::thread thread_;
};

SeriesApi::SeriesApi(const series::Store& store, Limits limits)
    : store_(store), limits_(limits), watch_(std::make_unique<Watch>()) {}
SeriesApi::~SeriesApi() = default;

/// What evaluating the request's expression gives, or the error in Prometheus' words.
template <class Evaluate>
Response SeriesApi::evaluated(const Request& request, Evaluate&& evaluate) const {
  const query::ExprPtr expr = expression_of(request);
  const Watch::Deadline deadline(
      *watch_, std::min(limits_.timeout, duration_of(request, "timeout", limits_.timeout)));
  query::EngineSettings settings;
  settings.lookback = duration_of(request, "lookback_delta", settings.lookback);
  settings.max_samples = limits_.max_samples;
  settings.cancelled = &deadline.over();
  const std::string text(request.parameter("query"));
  try {
    query::Evaluated result = evaluate(*expr, text, settings);
    cut_to_limit(result, limit_of(request));
    return shown(result);
  } catch (const query::EvaluationError& error) {
    if (!deadline.over()) return prometheus_error("execution", error.what(), 422);
    return prometheus_error("timeout", "query timed out in expression evaluation", 503);
  }
}

Response SeriesApi::query(const Request& request, Timestamp now) const {
  const Timestamp at = time_of(request, "time", now);
  return evaluated(request, [&](const query::Expr& expr, const std::string& text,
                                const query::EngineSettings& settings) {
    return query::evaluate_instant(expr, text, at, store_, settings);
  });
}

Response SeriesApi::query_range(const Request& request, Timestamp now) const {
  for (const char* name : {"start", "end", "step"}) {
    if (request.parameter(name).empty()) {
      throw BadData(fmt::format("invalid parameter \"{0}\": {0} is missing", name));
    }
  }
  const Period period{time_of(request, "start", now), time_of(request, "end", now)};
  if (period.to < period.from) {
    throw BadData("invalid parameter \"end\": end timestamp must not be before start time");
  }
  const Duration step = duration_of(request, "step", Duration{0});
  if (step <= Duration{0}) {
    throw BadData(
        "invalid parameter \"step\": zero or negative query resolution step widths are not "
        "accepted. Try a positive integer");
  }
  if (static_cast<std::size_t>((period.to - period.from) / step) > limits_.max_steps) {
    throw BadData(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
        "resolution (?step=XX)");
  }
  return evaluated(request, [&](const query::Expr& expr, const std::string& text,
                                const query::EngineSettings& settings) {
    return query::evaluate_range(expr, text, period.from, period.to, step, store_, settings);
  });
}

Response SeriesApi::series(const Request& request) const {
  const std::vector<Matchers> selectors = selectors_of(request);
  if (selectors.empty()) throw BadData("no match[] parameter provided");
  const Period period = period_of(request);
  return shown(store_.series(selectors, period.from, period.to), limit_of(request));
}

Response SeriesApi::labels(const Request& request) const {
  const Period period = period_of(request);
  return shown(store_.label_names(selectors_of(request), period.from, period.to),
               limit_of(request));
}

Response SeriesApi::label_values(const Request& request) const {
  const std::string& name = request.arguments.at(0);
  if (name.empty()) throw BadData("invalid label name: \"\"");
  const Period period = period_of(request);
  return shown(store_.label_values(name, selectors_of(request), period.from, period.to),
               limit_of(request));
}

Response SeriesApi::status() const {
  const series::StoreStatistics now = store_.statistics();
  JsonWriter out = succeeded();
  out.begin_object().key("headStats").begin_object();
  out.field("numSeries", static_cast<double>(now.series));
  out.field("chunkCount", static_cast<double>(now.chunks));
  out.end_object();
  for (const char* list : {"seriesCountByMetricName", "labelValueCountByLabelName",
                           "memoryInBytesByLabelName", "seriesCountByLabelValuePair"}) {
    out.key(list).begin_array().end_array();
  }
  return json(out.end_object().end_object().take());
}

Response SeriesApi::answer(const std::string& api, const Request& request, Timestamp now) const {
  try {
    if (api == "query") return query(request, now);
    if (api == "query_range") return query_range(request, now);
    if (api == "series") return series(request);
    if (api == "labels") return labels(request);
    if (api == "label/{}/values") return label_values(request);
    if (api == "status/tsdb") return status();
    if (api == "query_exemplars") return empty_list();
    JsonWriter out = succeeded();  // metadata: none is kept
    return json(out.begin_object().end_object().end_object().take());
  } catch (const BadData& error) {
    return prometheus_error("bad_data", error.what(), 400);
  }
}

}  // namespace tocsin::web
