// Notifications for the tests of the channels.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/time.h"
#include "notify/notification.h"

namespace tocsin::notifiers::testing {

/// 2026-01-02 15:04:05 UTC
inline const Timestamp kStart{std::chrono::seconds{1'767'366'245}};

inline notify::Told told(Labels labels, Annotations annotations = {},
                         notify::Status status = notify::Status::Firing) {
  Alert alert;
  alert.labels = std::move(labels);
  alert.fingerprint = alert.labels.fingerprint();
  alert.annotations = std::move(annotations);
  alert.generator_url = "https://tocsin.example.org/graph?g0.expr=up&g0.tab=1";
  alert.starts_at = kStart;
  alert.updated_at = kStart;
  if (status == notify::Status::Resolved) alert.ends_at = kStart + std::chrono::minutes{5};
  alert.origin = Origin::Rule;
  alert.value = 0.875;
  return {std::make_shared<const Alert>(std::move(alert)), status};
}

inline notify::Told with_source(notify::Told told, std::string url) {
  Alert alert = *told.alert;
  alert.generator_url = std::move(url);
  told.alert = std::make_shared<const Alert>(std::move(alert));
  return told;
}

inline notify::Told with_value(notify::Told told, std::optional<double> value) {
  Alert alert = *told.alert;
  alert.value = value;
  told.alert = std::make_shared<const Alert>(std::move(alert));
  return told;
}

inline notify::Notification notification(std::vector<notify::Told> alerts,
                                         Labels group_labels = {{"alertname", "SlowApi"}}) {
  notify::Notification out;
  out.receiver = "ops.team";
  out.channel = "webhook/0";
  out.group_id = "0/{}:{alertname=\"SlowApi\"}";
  out.group_key = "{}:{alertname=\"SlowApi\"}";
  out.group_labels = std::move(group_labels);
  out.alerts = std::move(alerts);
  out.reason = notify::Reason::FirstNotification;
  out.decided_at = kStart + std::chrono::minutes{12};
  out.external_url = "https://tocsin.example.org";
  return out;
}

inline Labels api(const std::string& instance) {
  return {{"alertname", "SlowApi"}, {"instance", instance}, {"severity", "page"}};
}

inline Annotations slow(const std::string& instance) {
  return {{"summary", instance + " is slow"},
          {"description", "Half of the requests take over 2s."},
          {"runbook_url", "https://runbooks.example.org/slow#api"}};
}

/// Two that fire and one that is over.
inline notify::Notification mixed() {
  return notification({told(api("a"), slow("a")), told(api("b"), slow("b")),
                       told(api("c"), slow("c"), notify::Status::Resolved)});
}

/// `count` alerts that differ by instance, with short annotations.
inline notify::Notification many(std::size_t count) {
  std::vector<notify::Told> alerts;
  alerts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string instance = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    alerts.push_back(told(api(instance), slow(instance)));
  }
  return notification(std::move(alerts));
}

/// Texts that want to be something else: markup, mentions, links, headers, terminals, bytes.
inline std::vector<std::string> hostile_texts() {
  return {
      "<!channel> <!here|x> <@U12345> <#C12345> <!subteam^S1> <!date^1^{date}|x>",
      "@here @channel @everyone \\@everyone \xE2\x80\x8B@here",
      "<https://evil.example|https://bank.example>",
      "[click](https://evil.example) ![i](https://evil.example/i.png)",
      "**b** __u__ *i* _i_ ~~s~~ ||spoiler|| `code` ```block```",
      "```\nunclosed block",
      "# heading\n## two\n-# small\n> quote\n>>> all\n- list\n* list\n+ list\n1. one",
      "<@123456789012345678> <@&1> <#1> <t:0:R> <:x:1> </cmd:1> <id:guide>",
      "</b><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;&",
      "x\r\nBcc: victim@example.org\r\n\r\nbody",
      "x\nBcc: victim@example.org",
      "\r\n.\r\nQUIT\r\n.",
      "=?UTF-8?Q?=0D=0ABcc:_x?= =?utf-8?B?QkNDOg==?=",
      "--=_tocsin_boundary--",
      "\x1b[2J\x1b]0;owned\x07 \x08\x7f",
      std::string("nul\0inside", 10),
      "\xE2\x80\xAEgpj.exe \xE2\x81\xA6 \xEF\xBB\xBF \xF3\xA0\x81\x81",
      "\xC0\xAF \xED\xA0\x80 \xF5\x80\x80\x80 \xFF\xFE \xE2\x82",
      "javascript:alert(1)",
      "\\",
      "日本語のアラート 🔥👩‍👩‍👧 café",
      "",
      " ",
  };
}

/// The text everywhere where an alert can hold one.
inline notify::Notification hostile(const std::string& text,
                                    notify::Status status = notify::Status::Firing) {
  const Labels labels{{"alertname", text}, {"severity", text}, {"x" + text, text}};
  const Annotations annotations{{"summary", text},
                                {"description", text},
                                {"runbook_url", text},
                                {"dashboard_url", text},
                                {"other" + text, text}};
  const Labels more{{"alertname", text}, {"severity", text}, {"y", text}, {"instance", "b"}};
  notify::Notification out = notification({with_source(told(labels, annotations, status), text),
                                           with_source(told(more, annotations, status), text)},
                                          {{"alertname", text}});
  out.receiver = text;
  out.group_key = text;
  out.group_id = text;
  out.external_url = text;
  return out;
}

}  // namespace tocsin::notifiers::testing
