// Prints what each channel would send for ordinary and for hostile alerts, a JSON object a line:
// receivers_test.py gives them to the stand-ins of the services.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "model/overloaded.h"
#include "notifiers/channel.h"
#include "samples.h"

using namespace tocsin;
using namespace tocsin::notifiers;

namespace {

struct Sample {
  std::string what;
  notify::Notification notification;
};

std::vector<Sample> samples() {
  const std::string huge(1 << 17, '&');
  const std::string wide = [] {
    std::string out;
    while (out.size() < 1 << 17) out += "*🔥<";
    return out;
  }();
  std::vector<Sample> all = {{"mixed", testing::mixed()}, {"none", testing::notification({})}};
  for (const std::size_t count : {1, 25, 26, 51, 500, 4000}) {
    all.push_back({std::to_string(count) + " alerts", testing::many(count)});
  }
  for (const std::string& text : {huge, wide}) {
    all.push_back({"huge texts", testing::hostile(text)});
    notify::Notification both = testing::many(300);
    both.alerts.push_back(
        testing::told({{"a", text}}, {{"description", text}}, notify::Status::Resolved));
    all.push_back({"huge texts and many alerts", both});
  }
  for (const std::string& text : testing::hostile_texts()) {
    all.push_back({text, testing::hostile(text)});
    all.push_back({text, testing::hostile(text, notify::Status::Resolved)});
  }
  return all;
}

std::vector<Channel> channels() {
  SlackSettings slack;
  slack.api_url.text = "http://receivers.test/slack/services/T0/B0/X";
  DiscordSettings discord;
  discord.webhook_url.text = "http://receivers.test/discord/webhooks/1/token";
  WebhookSettings webhook;
  webhook.url.text = "http://receivers.test/webhook/x";
  EmailSettings email;
  email.to = "ops@example.org, Jörg <joerg@example.org>";
  email.from = "Tocsin <tocsin@example.org>";
  return {{"slack/0", true, slack},
          {"discord/0", true, discord},
          {"webhook/0", true, webhook},
          {"email/0", true, email}};
}

nlohmann::json json_of(const Delivery& delivery) {
  return std::visit(Overloaded{
                        [](const net::Request& request) {
                          const std::string path = request.url.substr(request.url.find('/', 7));
                          return nlohmann::json{{"path", path}, {"body", request.body}};
                        },
                        [](const net::Mail& mail) {
                          return nlohmann::json{
                              {"from", mail.from}, {"to", mail.recipients}, {"body", mail.message}};
                        },
                        [](const Print& print) {
                          return nlohmann::json{{"body", print.text}};
                        },
                    },
                    delivery);
}

}  // namespace

int main() {
  for (const Sample& sample : samples()) {
    for (const Channel& channel : channels()) {
      nlohmann::json line = json_of(prepare(channel, sample.notification, testing::kStart));
      line["channel"] = kind_of(channel.settings);
      line["what"] = sample.what.substr(0, 100);
      std::puts(line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).c_str());
    }
  }
}
