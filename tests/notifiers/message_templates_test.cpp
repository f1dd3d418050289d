#include "notifiers/message_templates.h"

#include <gtest/gtest.h>

#include "model/error.h"
#include "notifiers/message_data.h"
#include "notifiers/samples.h"

namespace tocsin::notifiers {
namespace {

using Mode = MessageTemplates::Mode;

struct Case {
  std::string_view field;
  std::string_view expected;
};

tmpl::Environment at(const notify::Notification& notification) {
  tmpl::Environment environment;
  environment.now = notification.decided_at;
  return environment;
}

std::string text(std::string_view field, const notify::Notification& notification) {
  return MessageTemplates::standard()->text(field, message_data(notification), at(notification));
}

std::string text(std::string_view field) { return text(field, testing::mixed()); }

/// What execution complains of.
std::string complaint(std::string_view field) {
  try {
    return "no complaint, but " + text(field);
  } catch (const Error& error) {
    return error.what();
  }
}

std::string refusal(MessageTemplates templates, std::string_view field, Mode mode = Mode::Text) {
  try {
    templates.add(field, mode);
    return "";
  } catch (const InvalidInput& error) {
    return error.what();
  }
}

TEST(MessageTemplates, DataModel) {
  const Case cases[] = {
      {"plain }} text", "plain }} text"},
      {"{{ .Receiver }}|{{ .Status }}|{{ .ExternalURL }}",
       "ops\\.team|firing|https://tocsin.example.org"},
      {"{{ .NotificationReason }}", "first notification"},
      {"{{ len .Alerts }} {{ len .Alerts.Firing }} {{ .Alerts.Resolved | len }}", "3 2 1"},
      {"{{ .GroupLabels }}|{{ .CommonLabels }}",
       "alertname=SlowApi|alertname=SlowApi, severity=page"},
      {"{{ .CommonLabels.SortedPairs }}", "alertname=SlowApi, severity=page"},
      {"{{ .CommonLabels.Names }} {{ .CommonLabels.Values | join \"+\" }}",
       "[alertname severity] SlowApi+page"},
      {"{{ .CommonLabels.SortedPairs.Names | join \",\" }}", "alertname,severity"},
      {"{{ .CommonLabels.Remove .GroupLabels.Names }}", "severity=page"},
      {"{{ .CommonLabels.Remove (stringSlice \"severity\" \"x\") }}", "alertname=SlowApi"},
      {"{{ with .CommonLabels.Remove .CommonLabels.Names }}some{{ else }}none{{ end }}", "none"},
      {"[{{ .CommonLabels.nope }}] [{{ index .CommonLabels \"nope\" }}]", "[] []"},
      {"{{ printf \"%s %q %v\" .GroupLabels .GroupLabels .GroupLabels.SortedPairs }}",
       "alertname=SlowApi \"alertname=SlowApi\" alertname=SlowApi"},
      {"{{ range .Alerts }}{{ .Labels.instance }}:{{ .Status }} {{ end }}",
       "a:firing b:firing c:resolved "},
      {"{{ range $name, $value := .CommonLabels }}{{ $name }}-{{ $value }};{{ end }}",
       "alertname-SlowApi;severity-page;"},
      {"{{ (index .Alerts 0).StartsAt }}", "2026-01-02 15:04:05 +0000 UTC"},
      {"{{ (index .Alerts 0).EndsAt }}", "0001-01-01 00:00:00 +0000 UTC"},
      {"{{ (index .Alerts 2).EndsAt.Format \"15:04:05\" }}", "15:09:05"},
      {"{{ (index .Alerts 0).EndsAt.IsZero }}", "true"},
      {"{{ (index .Alerts.Firing 1).Fingerprint | len }}", "16"},
      {"{{ (index .Alerts 0).GeneratorURL }}",
       "https://tocsin.example.org/graph?g0.expr=up&g0.tab=1"},
      {"{{ (index .GroupLabels.SortedPairs 0) }}", "{alertname SlowApi}"},
      {"{{ .RouteLabels }}|{{ routeLabels \"x\" }}", "|"},
  };
  for (const Case& each : cases) EXPECT_EQ(text(each.field), each.expected) << each.field;
}

TEST(MessageTemplates, Functions) {
  const Case cases[] = {
      {"{{ title \"the QUICK o'brown fox_x web-17.eu a:b 1st\" }}",
       "The Quick O'brown Fox_x Web-17.Eu A:b 1St"},
      {"[{{ trimSpace \" \\t\\u00a0 a b \\n\" }}]", "[a b]"},
      {"{{ stringSlice \"a\" \"b\" | join \", \" }}", "a, b"},
      {"{{ match \"^a\" \"ab\" }} {{ reReplaceAll \"(a)b\" \"$1-\" \"abab\" }}", "true a-a-"},
      {"{{ safeHtml \"<b>\" }} {{ safeUrl \"javascript:x\" }}", "<b> javascript:x"},
      {"{{ urlUnescape \"a+b%20%C3%A9\" }}", "a b é"},
      {"{{ base64encode \"a?>~\" }} {{ base64decode \"YT8-fg==\" }}", "YT8-fg== a?>~"},
      {"{{ list 1 \"b\" | toJson }} {{ append (list 1) 2 3 | toJson }}", "[1,\"b\"] [1,2,3]"},
      {"{{ dict \"b\" 1 \"a\" (dict) | toJson }}", "{\"a\":{},\"b\":1}"},
      {"{{ toJson \"<&>\\u2028\" }} {{ toJson 1.0 }} {{ toJson 1e21 }} {{ toJson 1e-7 }}",
       "\"\\u003c\\u0026\\u003e\\u2028\" 1 1e+21 1e-7"},
      {"{{ toJson nil }}{{ toJson .CommonLabels }}{{ toJson .GroupLabels.SortedPairs }}",
       "null{\"alertname\":\"SlowApi\",\"severity\":\"page\"}"
       "[{\"Name\":\"alertname\",\"Value\":\"SlowApi\"}]"},
      {"{{ (index .Alerts 0).StartsAt | date \"Mon Jan _2 3:04PM 2006\" }}",
       "Fri Jan  2 3:04PM 2026"},
      {"{{ (index .Alerts 0).StartsAt | tz \"Europe/Berlin\" | date \"15:04 MST -0700 Z07:00\" }}",
       "16:04 CET +0100 +01:00"},
      {"{{ (index .Alerts 0).StartsAt | tz \"Asia/Kolkata\" }}", "2026-01-02 20:34:05 +0530 IST"},
      {"{{ since (index .Alerts 0).StartsAt }}", "12m0s"},
      {"{{ since (index .Alerts 0).StartsAt | humanizeDuration }}", "12m 0s"},
      {"{{ humanizeDuration 90061 }} {{ humanizeDuration \"0.01\" }}", "1d 1h 1m 1s 10ms"},
      {"{{ now.Year }} {{ now | date \"15:04:05\" }}", "2026 15:16:05"},
      {"{{ toDate \"2006-01-02\" \"2026-03-29\" | date \"Jan 2\" }}", "Mar 29"},
      {"{{ toDate \"2006-01-02\" \"x\" }}", "0001-01-01 00:00:00 +0000 UTC"},
      {"{{ mustToDate \"02/01/2006 15:04 -0700\" \"29/03/2026 10:00 +0200\" }}",
       "2026-03-29 10:00:00 +0200 +0200"},
      {"{{ (mustToDate \"2006-01-02\" \"2024-01-31\").AddDate 0 1 0 }}",
       "2024-03-02 00:00:00 +0000 UTC"},
  };
  for (const Case& each : cases) EXPECT_EQ(text(each.field), each.expected) << each.field;
}

TEST(MessageTemplates, Complaints) {
  const Case cases[] = {
      {"{{ .Nope }}",
       "template: :1:3: executing \"\" at <.Nope>: can't evaluate field Nope in type "
       "*template.Data"},
      {"{{ .Alerts.Labels }}",
       "template: :1:10: executing \"\" at <.Alerts.Labels>: can't evaluate field Labels in type "
       "template.Alerts"},
      {"{{ join .GroupLabels \",\" }}",
       "template: :1:8: executing \"\" at <.GroupLabels>: wrong type for value; expected string; "
       "got template.KV"},
      {"{{ toUpper (safeHtml \"x\") }}",
       "template: :1:11: executing \"\" at <(safeHtml \"x\")>: wrong type for value; expected "
       "string; got template.HTML"},
      {"{{ tz \"Mars/Olympus\" now }}",
       "template: :1:3: executing \"\" at <tz \"Mars/Olympus\" now>: error calling tz: unknown "
       "time zone Mars/Olympus"},
      {"{{ dict 1 }}",
       "template: :1:3: executing \"\" at <dict 1>: error calling dict: dict requires an even "
       "number of arguments"},
      {"{{ urlUnescape \"%zz\" }}",
       "template: :1:3: executing \"\" at <urlUnescape \"%zz\">: error calling urlUnescape: "
       "invalid URL escape \"%zz\""},
      {"{{ base64decode \"YQ=\" }}",
       "template: :1:3: executing \"\" at <base64decode \"YQ=\">: error calling base64decode: "
       "illegal base64 data at input byte 3"},
  };
  for (const Case& each : cases) EXPECT_EQ(complaint(each.field), each.expected) << each.field;
}

TEST(MessageTemplates, DefaultTexts) {
  const notify::Notification firing =
      testing::notification({testing::told({{"alertname", "A"}, {"job", "j"}}, {{"summary", "s"}})},
                            {{"alertname", "A"}});
  const std::string list =
      "Labels:\n - alertname = A\n - job = j\nAnnotations:\n - summary = s\n"
      "Source: https://tocsin.example.org/graph?g0.expr=up&g0.tab=1\n";
  EXPECT_EQ(text("{{ template \"__subject\" . }}", firing), "[FIRING:1] A (j)");
  EXPECT_EQ(text("{{ template \"__text_alert_list\" .Alerts }}", firing), list);
  EXPECT_EQ(text("{{ template \"slack.default.fallback\" . }}", firing),
            "[FIRING:1] A (j) | "
            "https://tocsin.example.org/#/alerts?receiver=ops%5C.team");
  EXPECT_EQ(text("{{ template \"slack.default.color\" . }}", firing), "danger");
  EXPECT_EQ(text("{{ template \"discord.default.message\" . }}", firing),
            "\n\nAlerts Firing:\n" + list + "\n\n\n");
  EXPECT_EQ(text("{{ template \"opsgenie.default.description\" . }}", firing),
            "s\nAlerts Firing:\n" + list + "\n");
  const notify::Notification over = testing::notification(
      {testing::told({{"alertname", "A"}}, {}, notify::Status::Resolved)}, {{"alertname", "A"}});
  EXPECT_EQ(text("{{ template \"__subject\" . }}", over), "[RESOLVED] A ");
  EXPECT_EQ(text("{{ template \"slack.default.color\" . }}", over), "good");
}

TEST(MessageTemplates, LaterDefinitionsTakeThePlaceOfEarlierOnes) {
  const MessageTemplates templates({
      {"a.tmpl",
       "{{ define \"__subject\" }}first{{ end }}{{ define \"own\" }}a{{ end }} title {{ .Status "
       "}}"},
      {"dir/b.tmpl",
       "{{ define \"__subject\" }}second {{ template \"own\" }}{{ end }}"
       "{{ define \"slack.default.pretext\" }} \n {{ end }}"},
  });
  const auto notification = testing::mixed();
  const auto filled = [&](std::string_view field) {
    return templates.text(field, message_data(notification), at(notification));
  };
  EXPECT_EQ(filled("{{ template \"slack.default.title\" . }}"), "second a");
  EXPECT_EQ(filled("{{ template \"a.tmpl\" . }}"), " title firing");
  EXPECT_EQ(filled("{{ define \"own\" }}mine{{ end }}{{ template \"__subject\" }}"), "second mine");
  EXPECT_TRUE(templates.overridden("__subject"));
  EXPECT_FALSE(templates.overridden("own"));
  EXPECT_FALSE(templates.overridden("slack.default.title"));
  EXPECT_FALSE(templates.overridden("slack.default.pretext"));  // blank, as in Go
}

TEST(MessageTemplates, MistakesOfFilesHavePlaces) {
  try {
    const MessageTemplates templates(
        {{"a.tmpl", "{{ define \"x\" }}\n{{ nope }}{{ end }}"}, {"b.tmpl", "{{ if }}"}});
    FAIL();
  } catch (const InvalidInput& error) {
    ASSERT_EQ(error.diagnostics().size(), 2U);
    EXPECT_EQ(error.diagnostics()[0].to_string(), "a.tmpl:2:4: function \"nope\" not defined");
    EXPECT_EQ(error.diagnostics()[1].to_string(), "b.tmpl:1:7: missing value for if");
  }
}

TEST(MessageTemplates, CheckFindsWhatWouldFailWhenSending) {
  const std::vector<MessageTemplates::File> files = {
      {"a.tmpl", "{{ define \"bad\" }}{{ template \"gone\" }}{{ end }}"}};
  const MessageTemplates templates(files);
  EXPECT_EQ(refusal(templates, "{{ .Status }} {{ template \"slack.default.title\" . }}"), "");
  EXPECT_EQ(refusal(templates, "{{ template \"slack.default.titel\" . }}"),
            "1:13: template \"slack.default.titel\" not defined; did you mean "
            "\"slack.default.title\"?");
  EXPECT_EQ(refusal(templates, "{{ template \"bad\" }}"),
            "a.tmpl:1:31: template \"gone\" not defined");
  EXPECT_EQ(refusal(templates, "{{ .Titel }}"),
            "template: :1:3: executing \"\" at <.Titel>: can't evaluate field Titel in type "
            "*template.Data");
  EXPECT_EQ(refusal(templates, "{{ if gt .Status 1 }}{{ end }}"),
            "template: :1:6: executing \"\" at <gt .Status 1>: error calling gt: incompatible "
            "types for comparison");
  // What depends on the data may go well with other data.
  EXPECT_EQ(refusal(templates, "{{ mustToDate \"2006\" .CommonLabels.since }}"), "");
  EXPECT_EQ(refusal(templates, "{{ (index .Alerts.Resolved 0).Labels.x }}"), "");
  EXPECT_EQ(refusal(templates, "{{ nope }}"), "1:4: function \"nope\" not defined");
}

TEST(MessageTemplates, RouteLabels) {
  const auto templates = MessageTemplates::standard();
  const auto notification = testing::mixed();
  const auto expanded = [&](const Labels& raw) {
    return expand_route_labels(raw, notification, *templates, notification.decided_at);
  };
  EXPECT_EQ(expanded({{"team", "x"}}), (Labels{{"team", "x"}}));
  EXPECT_EQ(expanded({{"a", "{{ routeLabels \"b\" }}!"},
                      {"b", "{{ .CommonLabels.severity }} {{ .NotificationReason }}"}}),
            (Labels{{"a", "page unknown!"}, {"b", "page unknown"}}));
  const Labels circle{{"a", "{{ routeLabels \"b\" }}"}, {"b", "{{ routeLabels \"a\" }}"}};
  EXPECT_THROW(expanded(circle), Error);
  const Labels labels{{"team", "x"}};
  EXPECT_EQ(templates->text("{{ .RouteLabels.team }}", message_data(notification, labels), {}),
            "x");
}

}  // namespace
}  // namespace tocsin::notifiers
