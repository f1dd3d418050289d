// http_sd_configs: a URL that answers with a list of target groups.
#include <fmt/format.h>

#include "model/overloaded.h"
#include "scrape/discovery.h"

namespace tocsin::scrape {
namespace {

constexpr std::size_t kMostList = std::size_t{64} << 20;
constexpr Duration kLongest = std::chrono::seconds{60};

class OverHttp : public Discovery {
 public:
  OverHttp(HttpDiscovery settings, const Outside& outside)
      : settings_(std::move(settings)),
        http_(std::make_shared<const net::HttpSettings>(settings_.http)),
        outside_(outside) {}

  std::string_view kind() const override { return "http"; }

  Timestamp turn(Timestamp now) override {
    if (is_early(now, next_, settings_.refresh_interval)) return next_;
    next_ = now + settings_.refresh_interval;
    if (*asking_) return next_;
    *asking_ = true;
    outside_.send(request(), [this, asking = std::weak_ptr(asking_)](net::Result result) {
      const auto alive = asking.lock();
      if (!alive) return;  // a reload took this discovery away
      *alive = false;
      take(result);
    });
    return next_;
  }

 private:
  net::Request request() const {
    net::Request request;
    request.url = settings_.url;
    request.headers = {
        {"Accept", "application/json"},
        {"X-Prometheus-Refresh-Interval-Seconds",
         fmt::format("{}", static_cast<double>(settings_.refresh_interval.count()) / 1000)}};
    request.timeout = std::min(settings_.refresh_interval, kLongest);
    request.max_response_bytes = kMostList;
    request.settings = http_;
    return request;
  }

  void take(const net::Result& result) {
    std::visit(Overloaded{[this](const net::Failure& failure) { fail(failure.message); },
                          [this](const net::Response& response) { take(response); }},
               result);
  }

  void take(const net::Response& response) {
    const std::string place = net::destination_of(settings_.url);
    if (response.status != 200) {
      return fail(fmt::format("{} answered HTTP {}", place, response.status));
    }
    if (!response.header("content-type").starts_with("application/json")) {
      return fail(
          fmt::format("{} answered with another content type than application/json", place));
    }
    try {
      std::vector<TargetGroup> groups = parse_target_groups(response.body, settings_.url);
      for (TargetGroup& group : groups) group.labels.set("__meta_url", settings_.url);
      succeed();
      set_groups(std::move(groups));
    } catch (const Error& error) {
      fail(fmt::format("{}: {}", place, error.what()));
    }
  }

  HttpDiscovery settings_;
  std::shared_ptr<const net::HttpSettings> http_;
  const Outside& outside_;
  Timestamp next_;
  std::shared_ptr<bool> asking_ = std::make_shared<bool>(false);  // an answer may outlive this
};

}  // namespace

std::unique_ptr<Discovery> discover_over_http(HttpDiscovery settings, const Outside& outside) {
  return std::make_unique<OverHttp>(std::move(settings), outside);
}

}  // namespace tocsin::scrape
