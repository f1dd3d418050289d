#include <fmt/format.h>

#include "config/config.h"
#include "config/yaml_writer.h"
#include "model/overloaded.h"

namespace tocsin::config {
namespace {

// Secrets are shown as if they stood inline, also those from files: the keys for files are newer
// than some of the programs that read this.
constexpr std::string_view kSecret = "<secret>";

void write_secret(YamlWriter& out, std::string_view key, const net::Secret& secret) {
  if (!secret.empty()) out.text(key, kSecret);
}

/// Without the password, as Go prints URLs.
std::string redacted(const std::string& url) {
  const std::size_t user = url.find("://") + 3;
  const std::size_t at = url.rfind('@', url.find_first_of("/?#", user));
  if (at == std::string::npos || at < user) return url;
  const std::size_t colon = url.find(':', user);
  if (colon > at) return url;
  return url.substr(0, colon) + ":xxxxx" + url.substr(at);
}

void write_tls(YamlWriter& out, const net::TlsSettings& tls) {
  if (tls == net::TlsSettings{}) return;
  out.mapping("tls_config", [&] {
    out.text("ca_file", tls.ca_file);
    out.text("cert_file", tls.cert_file);
    out.text("key_file", tls.key_file);
    out.text("server_name", tls.server_name);
    out.flag("insecure_skip_verify", tls.insecure_skip_verify);
    out.text("min_version", tls.min_version);
    out.text("max_version", tls.max_version);
  });
}

void write_http(YamlWriter& out, const net::HttpSettings& http) {
  out.mapping("http_config", [&] {
    if (http.basic_auth) {
      out.mapping("basic_auth", [&] {
        out.plain("username", yaml_quoted(http.basic_auth->username));
        write_secret(out, "password", http.basic_auth->password);
      });
    }
    if (http.authorization) {
      out.mapping("authorization", [&] {
        out.plain("type", yaml_quoted(http.authorization->type));
        write_secret(out, "credentials", http.authorization->credentials);
      });
    }
    write_tls(out, http.tls);
    if (!http.proxy_url.empty()) out.text("proxy_url", redacted(http.proxy_url));
    out.flag("follow_redirects", http.follow_redirects);
    out.flag("enable_http2", true);
  });
}

void write_email(YamlWriter& out, const notifiers::EmailSettings& email) {
  const net::MailServer& server = email.server;
  const bool v6 = server.host.find(':') != std::string::npos;
  out.text("to", email.to);
  out.text("from", email.from);
  out.text("hello", server.hello);
  out.text("smarthost",
           fmt::format("{}{}{}:{}", v6 ? "[" : "", server.host, v6 ? "]" : "", server.port));
  out.text("auth_username", server.username);
  write_secret(out, "auth_password", server.password);
  out.text("auth_identity", server.identity);
  if (!email.headers.empty()) {
    out.mapping("headers", [&] {
      for (const auto& [name, value] : email.headers) {
        out.plain(yaml_quoted(name), yaml_quoted(value));
      }
    });
  }
  out.flag("require_tls", server.tls != net::MailTls::None);
  write_tls(out, server.tls_settings);
}

void write_slack(YamlWriter& out, const notifiers::SlackSettings& slack) {
  write_http(out, slack.http);
  write_secret(out, "api_url", slack.api_url);
  out.text("channel", slack.channel);
  out.text("username", slack.username);
  out.text("icon_emoji", slack.icon_emoji);
  out.text("icon_url", slack.icon_url);
}

/// Alertmanager 0.25 takes nothing but a URL here, newer ones this as well.
std::string webhook_url(const net::Secret& url) {
  const std::string place =
      url.text.empty() ? "http://from-file.invalid:80" : net::destination_of(url.text);
  return fmt::format("{}/{}", place, kSecret);
}

void write_webhook(YamlWriter& out, const notifiers::WebhookSettings& webhook) {
  write_http(out, webhook.http);
  out.text("url", webhook_url(webhook.url));
  out.plain("max_alerts", fmt::to_string(webhook.max_alerts));
}

void write_discord(YamlWriter& out, const notifiers::DiscordSettings& discord) {
  write_http(out, discord.http);
  write_secret(out, "webhook_url", discord.webhook_url);
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

/// A route says what is not as it is in its parent (the top one: in the defaults), as a file would.
void write_route(YamlWriter& out, const route::Route& route, const route::Route* parent) {
  out.text("receiver", route.receiver);
  if (route.group_by_all) {
    if (parent == nullptr || !parent->group_by_all) out.texts("group_by", {"..."});
  } else if (parent == nullptr ? !route.group_by.empty()
                               : parent->group_by_all || parent->group_by != route.group_by) {
    out.texts("group_by", route.group_by);
  }
  if (!route.matchers.empty()) {
    std::vector<std::string> matchers;
    for (const Matcher& each : route.matchers) matchers.push_back(each.to_string());
    out.texts("matchers", matchers);
  }
  out.flag("continue", route.continue_after);
  const auto timer = [&](std::string_view key, Duration route::Route::*field) {
    if (parent != nullptr && parent->*field == route.*field) return;
    out.plain(key, format_duration(route.*field));
  };
  timer("group_wait", &route::Route::group_wait);
  timer("group_interval", &route::Route::group_interval);
  timer("repeat_interval", &route::Route::repeat_interval);
  if (route.routes.empty()) return;
  out.mapping("routes", [&] {
    for (const route::Route& child : route.routes) {
      out.element([&] { write_route(out, child, &route); });
    }
  });
}

}  // namespace

std::string Config::alertmanager_yaml() const {
  YamlWriter out;
  out.mapping("global", [&] {
    out.plain("resolve_timeout", format_duration(global.resolve_timeout));
    write_http(out, http);
  });
  out.mapping("route", [&] { write_route(out, route, nullptr); });
  out.mapping("receivers", [&] {
    for (const Receiver& receiver : receivers) {
      out.element([&] {
        out.text("name", receiver.name);
        for (const std::string_view kind : {"email", "slack", "discord", "webhook"}) {
          write_kind(out, receiver, kind);
        }
      });
    }
  });
  out.texts("templates", {});
  return out.result();
}

}  // namespace tocsin::config
