#include "notifiers/channel.h"

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "notifiers/http_exchange.h"
#include "notifiers/plain_text.h"

namespace tocsin::notifiers {
namespace {

/// What a server says may end up in logs and on pages, and it may repeat the URL it was asked for.
net::Result without_secret(net::Result result, const net::Secret& url) {
  auto* response = std::get_if<net::Response>(&result);
  if (response == nullptr || response->body.empty()) return result;
  try {
    response->body = without_url(std::move(response->body), url.read());
  } catch (const Error&) {  // the file was fine when this was sent: what is in it now is unknown
    if (response->status / 100 != 2) response->body.clear();
  }
  return result;
}

}  // namespace

std::string_view kind_of(const Settings& settings) {
  return std::visit(Overloaded{
                        [](const ConsoleSettings&) { return std::string_view("console"); },
                        [](const EmailSettings&) { return std::string_view("email"); },
                        [](const SlackSettings&) { return std::string_view("slack"); },
                        [](const DiscordSettings&) { return std::string_view("discord"); },
                        [](const WebhookSettings&) { return std::string_view("webhook"); },
                    },
                    settings);
}

notify::RateLimit default_rate_limit(const Settings& settings) {
  if (std::holds_alternative<DiscordSettings>(settings)) return {5, std::chrono::seconds{2}};
  if (std::holds_alternative<SlackSettings>(settings)) return {1, std::chrono::seconds{1}};
  return {};
}

Delivery prepare(const Channel& channel, const notify::Notification& notification, Timestamp now,
                 const MakeRendering& make, std::string_view earlier) {
  const auto offer = [&]() -> std::optional<Link> {
    if (!channel.silence_links) return std::nullopt;
    return silence_link(*channel.silence_links, notification, now);
  };
  return std::visit(
      Overloaded{
          [&](const ConsoleSettings&) -> Delivery { return Print{console_text(notification)}; },
          [&](const EmailSettings& settings) -> Delivery {
            return email(settings, notification, now, make, offer());
          },
          [&](const SlackSettings& settings) -> Delivery {
            return slack(settings, notification, make, earlier, offer());
          },
          [&](const DiscordSettings& settings) -> Delivery {
            return discord(settings, notification, make, offer());
          },
          [&](const WebhookSettings& settings) -> Delivery {
            return webhook(settings, notification, make);
          },
      },
      channel.settings);
}

notify::Outcome judge(const Channel& channel, const net::Result& result) {
  return std::visit(
      Overloaded{
          [](const ConsoleSettings&) -> notify::Outcome { return notify::Sent{"printed"}; },
          [&](const EmailSettings&) { return judge_email(result); },
          [&](const SlackSettings& settings) {
            return judge_slack(settings, without_secret(result, settings.api_url));
          },
          [&](const DiscordSettings& settings) {
            return judge_discord(without_secret(result, settings.webhook_url));
          },
          [&](const WebhookSettings& settings) {
            return judge_webhook(without_secret(result, settings.url));
          },
      },
      channel.settings);
}

std::string describe(const Channel& channel) {
  return std::visit(Overloaded{
                        [](const ConsoleSettings&) { return std::string("the console"); },
                        [](const EmailSettings& settings) {
                          return fmt::format("mail to {} by {}:{}", one_line(settings.to),
                                             settings.server.host, settings.server.port);
                        },
                        [](const SlackSettings& settings) {
                          return settings.channel.empty() ? std::string("Slack")
                                                          : "Slack channel " + settings.channel;
                        },
                        [](const DiscordSettings&) { return std::string("Discord"); },
                        [](const WebhookSettings& settings) {
                          const std::string& url = settings.url.text;
                          return url.empty() || holds_template(url)
                                     ? std::string("a webhook")
                                     : "the webhook at " + net::destination_of(url);
                        },
                    },
                    channel.settings);
}

}  // namespace tocsin::notifiers
