// A site with a configuration of a few lines, to which alerts are posted and which is asked why.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "web/site.h"

namespace tocsin::testing {

inline const std::string kPlain = R"(
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m, repeat_interval: 4h}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)";

/// What an explanation says, as text to look for sentences in.
struct Explained {
  std::string state;
  std::string answer;  ///< lines
  std::string text;    ///< everything, a line each
  nlohmann::json json;
};

/// Every text in a document, a line each.
inline void collect(const nlohmann::json& json, std::string& lines) {
  if (json.is_string()) lines += json.get<std::string>() + "\n";
  if (!json.is_structured()) return;
  for (const auto& each : json) collect(each, lines);
}

class Explainer : public Site {
 public:
  explicit Explainer(const std::string& config = kPlain)
      : Site({"sources: [{name: fake, url: \"http://source.test\"}]\n" + config, kRules}) {}

  /// Fires for so long.
  void post(const Labels& labels, Duration length = hours{1}) {
    send_alert(labels, world.now + length);
  }
  void resolve(const Labels& labels) { send_alert(labels, world.now); }
  /// Without an end.
  void post_once(const Labels& labels) { send_alert(body(labels)); }

  std::string silence(const std::vector<Matcher>& matchers, Duration length = hours{1}) {
    route::SilenceRequest request;
    request.matchers = matchers;
    request.ends_at = world.now + length;
    request.created_by = "alice";
    request.comment = "being repaired";
    const auto answer =
        world.ask([&](engine::Engine& engine) { return engine.put_silence(request, "10.0.0.1"); });
    return std::get<route::SilenceChange>(answer).id;
  }

  /// The first explanation of `alert`.
  Explained explain(const std::string& alert, const std::string& at = "") {
    Query query = {{"alert", alert}};
    if (!at.empty()) query.emplace_back("at", at);
    const nlohmann::json answer = json("/api/tocsin/v1/explain", query);
    Explained out;
    if (answer["explanations"].empty()) return out;
    out.json = answer["explanations"][0];
    out.state = out.json["state"];
    collect(out.json["answer"], out.answer);
    collect(out.json, out.text);
    return out;
  }

 private:
  static nlohmann::json body(const Labels& labels) {
    nlohmann::json alert;
    for (const LabelView& each : labels) alert["labels"][std::string(each.name)] = each.value;
    return alert;
  }
  void send_alert(const Labels& labels, Timestamp end) {
    nlohmann::json alert = body(labels);
    alert["endsAt"] = format_rfc3339(end);
    send_alert(alert);
  }
  void send_alert(const nlohmann::json& alert) {
    const web::Response answer =
        send("POST", "/api/v2/alerts", nlohmann::json::array({alert}).dump());
    if (answer.status != 200) throw Error("POST alerts: " + answer.body);
  }
};

}  // namespace tocsin::testing
