// Receivers as Alertmanager shows them. Keys that are newer than 0.25 stand there only when they
// say something that is not their default: older parsers would refuse them.
#include <fmt/format.h>

#include "config/alertmanager_yaml.h"
#include "model/overloaded.h"

namespace tocsin::config {
namespace {

std::string smarthost(const net::MailServer& server) {
  const bool v6 = server.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", server.host, v6 ? "]" : "", server.port);
}

void write_headers(YamlWriter& out, const notifiers::EmailSettings& email) {
  if (email.headers.empty()) return;
  out.mapping("headers", [&] {
    for (const auto& [name, value] : email.headers) {
      out.plain(yaml_quoted(name), yaml_quoted(value));
    }
  });
}

void write_email(YamlWriter& out, const notifiers::EmailSettings& email) {
  const net::MailServer& server = email.server;
  const notifiers::EmailMessage message = email.message.value_or(notifiers::EmailMessage{});
  out.text("to", email.to);
  out.text("from", email.from);
  out.text("hello", server.hello);
  out.text("smarthost", smarthost(server));
  out.text("auth_username", server.username);
  write_secret(out, "auth_password", server.password);
  write_secret(out, "auth_secret", server.secret);
  out.text("auth_identity", server.identity);
  write_headers(out, email);
  // Left out when empty, as Alertmanager does, though for html that is not the default.
  out.text("html", message.html);
  out.text("text", message.text);
  out.flag("require_tls", server.tls != net::MailTls::None);
  write_tls(out, server.tls_settings);
  const bool by_port = (server.tls == net::MailTls::Implicit) == (server.port == 465);
  if (!by_port) out.flag("force_implicit_tls", server.tls == net::MailTls::Implicit);
  if (email.threads) {
    out.mapping("threading", [&] {
      out.flag("enabled", true);
      const bool daily = *email.threads == notifiers::EmailThreads::OfDay;
      out.text("thread_by_date", daily ? "daily" : "none");
    });
  }
}

void write_fields(YamlWriter& out, const std::vector<notifiers::SlackField>& fields) {
  if (fields.empty()) return;
  out.mapping("fields", [&] {
    for (const notifiers::SlackField& field : fields) {
      out.element([&] {
        out.text("title", field.title);
        out.text("value", field.value);
        if (field.is_short) out.flag("short", *field.is_short);
      });
    }
  });
}

void write_actions(YamlWriter& out, const std::vector<notifiers::SlackAction>& actions) {
  if (actions.empty()) return;
  out.mapping("actions", [&] {
    for (const notifiers::SlackAction& action : actions) {
      out.element([&] {
        out.text("type", action.type);
        out.text("text", action.text);
        out.text("url", action.url);
        out.text("style", action.style);
        out.text("name", action.name);
        out.text("value", action.value);
        if (!action.confirm) return;
        out.mapping("confirm", [&] {
          out.text("text", action.confirm->text);
          out.text("title", action.confirm->title);
          out.text("ok_text", action.confirm->ok_text);
          out.text("dismiss_text", action.confirm->dismiss_text);
        });
      });
    }
  });
}

void write_message(YamlWriter& out, const notifiers::SlackMessage& message) {
  out.text("color", message.color);
  out.text("title", message.title);
  out.text("title_link", message.title_link);
  out.text("pretext", message.pretext);
  out.text("text", message.text);
  out.text("message_text", message.message_text);
  write_fields(out, message.fields);
  out.flag("short_fields", message.short_fields);
  out.text("footer", message.footer);
  out.text("fallback", message.fallback);
  out.text("callback_id", message.callback_id);
  out.text("image_url", message.image_url);
  out.text("thumb_url", message.thumb_url);
  if (!message.mrkdwn_in.empty()) out.texts("mrkdwn_in", message.mrkdwn_in);
  write_actions(out, message.actions);
}

/// A token is shown as what it becomes: an authorization and a URL.
void write_slack(YamlWriter& out, const notifiers::SlackSettings& slack) {
  const auto or_default = [](const std::string& text, bool own, std::string_view standard) {
    return own && text.empty() ? std::string(standard) : text;
  };
  const bool own = !slack.message;
  write_http(out, slack.http);
  write_secret(out, "api_url", slack.api_url);
  out.text("channel", slack.channel);
  out.text("username", or_default(slack.username, own, notifiers::kSlackUsername));
  write_message(out, slack.message.value_or(notifiers::SlackMessage{}));
  out.text("icon_emoji", or_default(slack.icon_emoji, own, notifiers::kSlackIconEmoji));
  out.text("icon_url", or_default(slack.icon_url, own, notifiers::kSlackIconUrl));
  out.flag("link_names", slack.link_names);
}

/// Alertmanager 0.25 takes nothing but a URL here, newer ones this as well.
std::string webhook_url(const net::Secret& url) {
  const bool known = !url.text.empty() && !notifiers::holds_template(url.text);
  const std::string place = known ? net::destination_of(url.text) : "http://from-file.invalid:80";
  return fmt::format("{}/{}", place, kSecret);
}

/// All on one line.
std::string inline_yaml(const notifiers::Payload& payload) {
  using Kind = notifiers::Payload::Kind;
  if (payload.kind == Kind::Null) return "null";
  if (payload.kind == Kind::Text) return yaml_quoted(payload.text);
  const bool is_list = payload.kind == Kind::List;
  std::string out;
  for (std::size_t i = 0; i < payload.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (!is_list) out += yaml_quoted(payload.keys[i]) + ": ";
    out += inline_yaml(payload.items[i]);
  }
  return (is_list ? "[" : "{") + out + (is_list ? "]" : "}");
}

void write_webhook(YamlWriter& out, const notifiers::WebhookSettings& webhook) {
  write_http(out, webhook.http);
  out.text("url", webhook_url(webhook.url));
  out.plain("max_alerts", fmt::to_string(webhook.max_alerts));
  if (webhook.payload) out.plain("payload", inline_yaml(*webhook.payload));
}

void write_discord(YamlWriter& out, const notifiers::DiscordSettings& discord) {
  const notifiers::DiscordMessage message = discord.message.value_or(notifiers::DiscordMessage{});
  write_http(out, discord.http);
  write_secret(out, "webhook_url", discord.webhook_url);
  out.text("content", message.content);
  out.text("title", message.title);
  out.text("message", message.message);
  out.text("username", discord.username);
  out.text("avatar_url", discord.avatar_url);
}

void write_settings(YamlWriter& out, const notifiers::Settings& settings) {
  std::visit(Overloaded{
                 [](const notifiers::ConsoleSettings&) {},
                 [&](const notifiers::EmailSettings& email) { write_email(out, email); },
                 [&](const notifiers::SlackSettings& slack) { write_slack(out, slack); },
                 [&](const notifiers::DiscordSettings& discord) { write_discord(out, discord); },
                 [&](const notifiers::WebhookSettings& webhook) { write_webhook(out, webhook); },
             },
             settings);
}

void write_kind(YamlWriter& out, const Receiver& receiver, std::string_view kind) {
  std::vector<const notifiers::Channel*> channels;
  for (const notifiers::Channel& each : receiver.channels) {
    if (notifiers::kind_of(each.settings) == kind) channels.push_back(&each);
  }
  if (channels.empty()) return;
  out.mapping(fmt::format("{}_configs", kind), [&] {
    for (const notifiers::Channel* channel : channels) {
      out.element([&] {
        out.flag("send_resolved", channel->send_resolved);
        write_settings(out, channel->settings);
      });
    }
  });
}

void write_labels(YamlWriter& out, const Receiver& receiver) {
  if (receiver.labels.size() <= 1) return;  // its name is implied
  out.mapping("labels", [&] {
    for (const LabelView& label : receiver.labels) {
      out.plain(yaml_quoted(label.name), yaml_quoted(label.value));
    }
  });
}

}  // namespace

void write_receivers(YamlWriter& out, const std::vector<Receiver>& receivers) {
  out.mapping("receivers", [&] {
    for (const Receiver& receiver : receivers) {
      out.element([&] {
        out.text("name", receiver.name);
        write_labels(out, receiver);
        for (const std::string_view kind : {"email", "slack", "discord", "webhook"}) {
          write_kind(out, receiver, kind);
        }
      });
    }
  });
}

}  // namespace tocsin::config
