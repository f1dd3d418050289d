#include "scrape/forward.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/overloaded.h"
#include "net/remote_source.h"
#include "scrape/relabel.h"

namespace tocsin::scrape {
namespace {

/// Of one window: what is read from the store at a time.
constexpr Duration kLongestWindow = std::chrono::seconds{30};
constexpr Duration kShortestWindow = std::chrono::seconds{5};

std::int64_t milliseconds(Timestamp at) { return at.time_since_epoch().count(); }

}  // namespace

Forward::Forward(RemoteWriteSettings settings, Labels external_labels,
                 const query::Storage& storage, const Outside& outside, Timestamp from)
    : settings_(std::move(settings)),
      http_(std::make_shared<const net::HttpSettings>(settings_.http)),
      external_labels_(std::move(external_labels)),
      storage_(storage),
      outside_(outside),
      from_(from),
      until_(from) {
  view_.name = settings_.name;
  view_.sent_until = from;
}

Timestamp Forward::turn(Timestamp now) {
  now_ = now;
  if (request_.under_way) return now + kShortestWindow;
  if (request_.samples > 0) {
    if (now < request_.retry_at) return request_.retry_at;
    send();
    return now + kShortestWindow;
  }
  if (!window_ && !open_window(now))
    return std::max(from_ + kShortestWindow + lag_, now + Duration{1});
  fill_request();
  if (request_.samples > 0) {
    send();
    return now + kShortestWindow;
  }
  window_.reset();
  from_ = until_;
  view_.sent_until = from_;
  return now;  // there may be more
}

bool Forward::open_window(Timestamp now) {
  const Timestamp newest = now - lag_;
  if (newest < from_ + kShortestWindow) return false;
  until_ = std::min(newest, from_ + kLongestWindow);
  window_ = storage_.select({Matcher(std::string(kMetricName), MatchOp::NotEqual, "")}, from_,
                            until_ - Duration{1});
  series_ = sample_ = 0;
  return true;
}

/// With the external labels that it does not have itself, and relabelled; empty: it is not sent.
Labels Forward::labels_of(const query::SeriesView& series) const {
  Labels labels = *series.labels;
  for (const LabelView& label : external_labels_) {
    if (!labels.has(label.name)) labels.set(label.name, label.value);
  }
  if (!relabel(labels, settings_.relabel)) return {};
  return labels;
}

void Forward::fill_request() {
  std::vector<query::Sample> samples;
  const std::vector<query::SeriesView>& all = window_->series;
  for (; series_ < all.size() && samples.size() < settings_.batch; ++series_, sample_ = 0) {
    const query::SeriesView& series = all[series_];
    const auto first =
        std::lower_bound(series.times.begin(), series.times.end(), milliseconds(from_));
    sample_ =
        std::max<std::size_t>(sample_, static_cast<std::size_t>(first - series.times.begin()));
    const auto inside = [&] {
      return sample_ < series.times.size() && series.times[sample_] < milliseconds(until_);
    };
    if (!inside()) continue;
    const Labels labels = labels_of(series);
    if (labels.empty()) continue;
    for (; inside() && samples.size() < settings_.batch; ++sample_) {
      samples.push_back(
          {labels, Timestamp{Duration{series.times[sample_]}}, series.values[sample_]});
    }
    if (inside()) break;  // the next request goes on here
  }
  if (samples.empty()) return;
  request_.body = net::encode_write_request(samples);
  request_.samples = samples.size();
}

void Forward::send() {
  net::Request request;
  request.method = "POST";
  request.url = settings_.url;
  request.headers = {{"Content-Type", "application/x-protobuf"},
                     {"Content-Encoding", "snappy"},
                     {"X-Prometheus-Remote-Write-Version", "0.1.0"}};
  request.body = request_.body;
  request.timeout = settings_.timeout;
  request.settings = http_;
  request_.under_way = true;
  outside_.send(std::move(request), [this, alive = std::weak_ptr(alive_)](net::Result result) {
    if (!alive.expired()) take(result);
  });
}

void Forward::take(const net::Result& result) {
  request_.under_way = false;
  std::visit(Overloaded{[this](const net::Failure& failure) { try_again(failure.message); },
                        [this](const net::Response& response) {
                          const std::string why =
                              fmt::format("{} answered HTTP {}", net::destination_of(settings_.url),
                                          response.status);
                          if (response.status / 100 == 2) {
                            view_.sent += request_.samples;
                            view_.last_error.clear();
                            close_request();
                          } else if (response.status / 100 == 5 || response.status == 429) {
                            try_again(why);
                          } else {
                            give_up(why);
                          }
                        }},
             result);
}

void Forward::try_again(const std::string& why) {
  if (view_.last_error != why) spdlog::warn("remote write {}: {}; trying again", view_.name, why);
  view_.last_error = why;
  ++view_.retries;
  request_.backoff = std::clamp(request_.backoff * 2, settings_.min_backoff, settings_.max_backoff);
  request_.retry_at = now_ + request_.backoff;
}

void Forward::give_up(const std::string& why) {
  if (view_.last_error != why) {
    spdlog::warn("remote write {}: {}; {} samples are lost", view_.name, why, request_.samples);
  }
  view_.last_error = why;
  view_.dropped += request_.samples;
  close_request();
}

void Forward::close_request() { request_ = {}; }

ForwardView Forward::view() const { return view_; }

}  // namespace tocsin::scrape
