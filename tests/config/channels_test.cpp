#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::string with_channel(const std::string& kind, const std::string& yaml,
                         const std::string& global = "{}") {
  return "route: {receiver: a}\nglobal: " + global + "\nreceivers:\n- name: a\n  " + kind +
         "_configs:\n  - " + yaml + "\n";
}

template <class Settings>
Settings read(const std::string& kind, const std::string& yaml, const std::string& global) {
  const auto config = parse(with_channel(kind, yaml, global), "conf/config.yaml");
  return std::get<Settings>(config->receivers.at(0).channels.at(0).settings);
}

notifiers::EmailSettings read_email(const std::string& yaml, const std::string& global = "{}") {
  return read<notifiers::EmailSettings>("email", yaml, global);
}
notifiers::SlackSettings read_slack(const std::string& yaml, const std::string& global = "{}") {
  return read<notifiers::SlackSettings>("slack", yaml, global);
}
notifiers::DiscordSettings read_discord(const std::string& yaml, const std::string& global = "{}") {
  return read<notifiers::DiscordSettings>("discord", yaml, global);
}
notifiers::WebhookSettings read_webhook(const std::string& yaml, const std::string& global = "{}") {
  return read<notifiers::WebhookSettings>("webhook", yaml, global);
}

const std::string kMail = "{smtp_smarthost: 'mail:587', smtp_from: t@example.org}";

/// What is wrong with {{ .X }}, which stands at this column.
std::string no_x(int column) {
  return "template: :1:" + std::to_string(column) +
         ": executing \"\" at <.X>: can't evaluate field X in type *template.Data";
}

TEST(Email, HasTheGlobalSettings) {
  const auto email = read_email("to: a@example.org, B <b@example.org>", R"({
    smtp_smarthost: 'mail.example.org:587', smtp_from: 'Tocsin <t@example.org>', smtp_hello: me,
    smtp_auth_username: u, smtp_auth_password_file: pw, smtp_auth_identity: id,
    smtp_tls_config: {server_name: x}})");
  EXPECT_EQ(email.to, "a@example.org, B <b@example.org>");
  EXPECT_EQ(email.from, "Tocsin <t@example.org>");
  EXPECT_EQ(email.server.host, "mail.example.org");
  EXPECT_EQ(email.server.port, 587);
  EXPECT_EQ(email.server.hello, "me");
  EXPECT_EQ(email.server.username, "u");
  EXPECT_EQ(email.server.identity, "id");
  EXPECT_EQ(email.server.password.file, "conf/pw");
  EXPECT_EQ(email.server.tls_settings.server_name, "x");
  EXPECT_EQ(email.server.tls, net::MailTls::StartTlsRequired);
  EXPECT_THAT(email.headers, IsEmpty());
}

TEST(Email, OwnSettingsWin) {
  const auto email = read_email(R"({
    to: a@example.org, from: o@example.org, smarthost: 'own:25', hello: o, auth_username: ou,
    auth_password: op, auth_identity: oi, tls_config: {server_name: o}, require_tls: false,
    headers: {subject: 'Alert: #1', X-Team: a}})",
                                R"({
    smtp_smarthost: 'mail:465', smtp_from: t@example.org, smtp_hello: me, smtp_auth_username: u,
    smtp_auth_password_file: pw, smtp_auth_identity: id, smtp_tls_config: {server_name: x}})");
  EXPECT_EQ(email.from, "o@example.org");
  EXPECT_EQ(email.server.host, "own");
  EXPECT_EQ(email.server.port, 25);
  EXPECT_EQ(email.server.hello, "o");
  EXPECT_EQ(email.server.username, "ou");
  EXPECT_EQ(email.server.password, (net::Secret{"op", ""}));
  EXPECT_EQ(email.server.identity, "oi");
  EXPECT_EQ(email.server.tls_settings.server_name, "o");
  EXPECT_EQ(email.server.tls, net::MailTls::None);
  EXPECT_THAT(email.headers, ElementsAre(Pair("Subject", "Alert: #1"), Pair("X-Team", "a")));
}

TEST(Email, EmptyTextsStandForTheGlobalSettings) {
  const auto email =
      read_email("{to: a@b.c, from: '', smarthost: '', hello: '', auth_username: ''}",
                 "{smtp_smarthost: 'mail:25', smtp_from: t@b.c, smtp_hello: '', "
                 "smtp_auth_username: u, smtp_auth_password: ''}");
  EXPECT_EQ(email.from, "t@b.c");
  EXPECT_EQ(email.server.host, "mail");
  EXPECT_EQ(email.server.hello, "localhost");
  EXPECT_EQ(email.server.username, "u");
  EXPECT_TRUE(email.server.password.empty());
}

TEST(Email, WhatKindOfTlsItTakes) {
  struct Case {
    std::string global;
    std::string own;
    net::MailTls expected;
  };
  using net::MailTls;
  const std::vector<Case> cases = {
      {"smtp_smarthost: 'm:25'", "", MailTls::StartTlsRequired},
      {"smtp_smarthost: 'm:25', smtp_require_tls: false", "", MailTls::None},
      {"smtp_smarthost: 'm:25', smtp_require_tls: false", "require_tls: true",
       MailTls::StartTlsRequired},
      {"smtp_smarthost: 'm:465'", "", MailTls::Implicit},
      {"smtp_smarthost: 'm:465', smtp_require_tls: false", "", MailTls::Implicit},
      {"smtp_smarthost: 'm:465', smtp_force_implicit_tls: false", "", MailTls::StartTlsRequired},
      {"smtp_smarthost: 'm:465'", "force_implicit_tls: false", MailTls::StartTlsRequired},
      {"smtp_smarthost: 'm:2465', smtp_force_implicit_tls: true", "", MailTls::Implicit},
      {"smtp_smarthost: 'm:2465'", "force_implicit_tls: true", MailTls::Implicit},
      {"smtp_smarthost: 'm:465'", "smarthost: 'm:587'", MailTls::StartTlsRequired},
  };
  for (const auto& [global, own, expected] : cases) {
    const auto email = read_email("{to: a@b.c, " + own + "}", "{smtp_from: t@b.c, " + global + "}");
    EXPECT_EQ(email.server.tls, expected) << global << " / " << own;
  }
}

TEST(Email, AlertmanagersDefaultsDoNoHarm) {
  const auto email = read_email(R"({to: a@b.c, text: "", threading: {enabled: false},
    html: '{{ template "email.default.html" . }}',
    headers: {Subject: '{{ template "email.default.subject" . }}', From: x@b.c}})",
                                kMail);
  EXPECT_THAT(email.headers,
              ElementsAre(Pair("From", "x@b.c"), Pair("Subject", notifiers::kEmailSubject)));
  EXPECT_EQ(email.message->html, notifiers::EmailMessage{}.html);
}

TEST(Email, TakesASecretForAChallengeAndThreads) {
  const auto email = read_email(
      "{to: a@b.c, auth_secret_file: s, threading: {enabled: true, thread_by_date: daily}}", kMail);
  EXPECT_EQ(email.server.secret, (net::Secret{"", "conf/s", false}));
  EXPECT_EQ(email.threads, notifiers::EmailThreads::OfDay);
  const auto global = read_email("to: a@b.c",
                                 "{smtp_smarthost: 'm:25', smtp_from: a@b.c, "
                                 "smtp_auth_secret: x}");
  EXPECT_EQ(global.server.secret, (net::Secret{"x", "", false}));
  EXPECT_EQ(global.threads, std::nullopt);
}

TEST(Email, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{}", {"6:5: a mail needs a \"to\", the addresses that it goes to"}},
      {"{to: '{{ .X }}'}", {"6:10: to: " + no_x(3)}},
      {"{to: a@b.c, from: 'd@b.c, e@b.c'}", {"6:23: from must be one mail address"}},
      {"{to: a@b.c, smarthost: b}",
       {"6:28: smarthost must be host:port, like mail.example.org:587, not \"b\""}},
      {"{to: a@b.c, html: '<p title={{ .Status | html }}>'}",
       {"6:23: html: html/template::1:12: predefined escaper \"html\" disallowed in template"}},
      {"{to: a@b.c, html: '<script>'}",
       {"6:23: html: html/template: ends in a non-text context: {stateJS delimNone urlPartNone "
        "jsCtxRegexp attrNone elementScript <nil>}"}},
      {"{to: a@b.c, text: '{{ template \"nowhere\" }}'}",
       {"6:23: text: template \"nowhere\" not defined (line 1, column 13 of the template)"}},
      {"{to: a@b.c, auth_secret: x, auth_secret_file: y}",
       {"6:51: auth_secret and auth_secret_file exclude each other; remove one"}},
      {"{to: a@b.c, auth_password: x, auth_password_file: y}",
       {"6:55: auth_password and auth_password_file exclude each other; remove one"}},
      {"{to: a@b.c, headers: [a]}",
       {"6:26: headers must be a mapping of names to texts, this is a list"}},
      {"{to: a@b.c, headers: {Subject: '{{ .X }}'}}", {"6:36: header Subject: " + no_x(3)}},
      {"{to: a@b.c, headers: {x-a: b, X-A: c}}",
       {"6:35: header X-A stands here twice; remove one"}},
      {"{to: a@b.c, headers: {'a b': c}}",
       {"6:27: header \"a b\" cannot be the name of a mail header"}},
      {"{to: a@b.c, headers: {content-type: c}}",
       {"6:27: header \"content-type\" is set by Tocsin and cannot be configured; remove it"}},
      {"{to: a@b.c, headers: {bcc: c@b.c}}",
       {"6:27: header \"bcc\" would show everybody what it hides; put the address into \"to\""}},
      {"{to: a@b.c, threading: {enabled: true}}",
       {"6:28: threading needs a thread_by_date, which is none or daily"}},
      {"{to: a@b.c, threading: {enabled: true, thread_by_date: weekly}}",
       {"6:28: threading needs a thread_by_date, which is none or daily"}},
      {"{to: a@b.c, headers: {references: x}, threading: {enabled: true, thread_by_date: none}}",
       {"6:54: threading sets the header References; remove one of them"}},
      {"{to: a@b.c, require_tsl: true}",
       {"6:17: unknown key \"require_tsl\"; did you mean \"require_tls\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(with_channel("email", yaml, kMail)), ElementsAreArray(expected)) << yaml;
  }
  EXPECT_THAT(
      complaints(with_channel("email", "to: a@b.c")),
      ElementsAre("6:5: a mail needs a \"from\", here or as smtp_from in global",
                  "6:5: a mail needs a \"smarthost\", here or as smtp_smarthost in global"));
  for (const std::string address : {"", "nobody", "a@", "@b", "a@b.c d@e.f", "<a@b.c"}) {
    EXPECT_THAT(complaints(with_channel("email", "{to: '" + address + "'}", kMail)), SizeIs(1))
        << address;
  }
}

TEST(Slack, IsRead) {
  const auto slack =
      read_slack(R"({api_url_file: hook, channel: '#ops', username: t,
    icon_emoji: ':x:', icon_url: 'http://i', timeout: 1.5s, http_config: {proxy_url: 'http://p:1'}})",
                 "{slack_api_url: http://global, http_config: {proxy_url: http://q:1, "
                 "bearer_token: x}}");
  EXPECT_EQ(slack.api_url, (net::Secret{"", "conf/hook"}));
  EXPECT_EQ(slack.channel, "#ops");
  EXPECT_EQ(slack.username, "t");
  EXPECT_EQ(slack.icon_emoji, ":x:");
  EXPECT_EQ(slack.icon_url, "http://i");
  EXPECT_EQ(slack.timeout, milliseconds{1500});
  EXPECT_EQ(slack.http.proxy.url, "http://p:1");
  EXPECT_FALSE(slack.http.authorization) << "its own http_config replaces all of the global one";
}

TEST(Slack, HasTheGlobalUrlAndHttpConfig) {
  const auto slack =
      read_slack("{}", "{slack_api_url_file: hook, http_config: {proxy_url: http://q:1}}");
  EXPECT_EQ(slack.api_url, (net::Secret{"", "conf/hook"}));
  EXPECT_EQ(slack.http.proxy.url, "http://q:1");
  EXPECT_EQ(slack.timeout, seconds{10});
}

TEST(Slack, ABotsTokenGoesWithTheUrlOfTheApi) {
  struct Case {
    std::string global;
    std::string own;
    std::string url;
    std::string token;  // "": no authorization
  };
  const std::string api = "https://slack.com/api/chat.postMessage";
  const std::vector<Case> cases = {
      {"{}", "{app_token: t}", api, "t"},
      {"{}", "{app_token: t, app_url: 'http://s/p'}", "http://s/p", "t"},
      {"{slack_app_token: g}", "{}", api, "g"},
      {"{slack_app_token: g, slack_app_url: 'http://s/p'}", "{}", "http://s/p", "g"},
      {"{slack_app_token: g}", "{app_token: t}", api, "t"},
      {"{slack_app_token: g}", "{api_url: http://hook}", "http://hook", ""},
      {"{slack_api_url: http://hook}", "{app_token: t}", api, "t"},
      {"{slack_api_url: '" + api + "', slack_app_token: g}", "{}", api, "g"},
      {"{slack_api_url: '" + api + "', slack_app_token: g}",
       "{http_config: {authorization: {credentials: o}}}", api, "o"},
  };
  for (const auto& [global, own, url, token] : cases) {
    const auto slack = read_slack(own, global);
    EXPECT_EQ(slack.api_url.text, url) << global << own;
    const auto& authorization = slack.http.authorization;
    EXPECT_EQ(authorization ? authorization->credentials.text : "", token) << global << own;
  }
}

TEST(Slack, AlertmanagersDefaultsDoNoHarm) {
  const auto slack = read_slack(R"({api_url: http://a,
    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
    username: '{{ template "slack.default.username" . }}',
    title: '{{ template "slack.default.title" . }}',
    title_link: '{{ template "slack.default.titlelink" . }}',
    pretext: '{{ template "slack.default.pretext" . }}',
    text: '{{ template "slack.default.text" . }}',
    fallback: '{{ template "slack.default.fallback" . }}',
    callback_id: '{{ template "slack.default.callbackid" . }}',
    icon_emoji: '{{ template "slack.default.iconemoji" . }}',
    icon_url: '{{ template "slack.default.iconurl" . }}',
    footer: '{{ template "slack.default.footer" . }}',
    short_fields: false, link_names: false, update_message: false, timeout: 0, fields: [],
    actions: [], mrkdwn_in: []})");
  EXPECT_EQ(slack.username, notifiers::kSlackUsername);
  EXPECT_EQ(slack.timeout, seconds{10});
  ASSERT_TRUE(slack.message) << "a field of it is given";
  EXPECT_EQ(slack.message->fallback, notifiers::SlackMessage{}.fallback);
}

TEST(Slack, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{channel: x}",
       {"6:5: Slack needs an api_url or app_token (or their _file), here or as slack_api_url or "
        "slack_app_token in global"}},
      {"{api_url: hooks.slack.com}",
       {"6:15: api_url must be a URL that begins with http:// or https://"}},
      {"{api_url: http://a, api_url_file: b}",
       {"6:39: api_url and api_url_file exclude each other; remove one"}},
      {"{api_url: http://a, channel: '{{ .X }}'}", {"6:34: channel: " + no_x(3)}},
      {"{api_url: http://a, title: '{{ .X }}', text: '{{', pretext: '{{ x }}'}",
       {"6:32: title: " + no_x(3), "6:50: text: unclosed action (line 1, column 3 of the template)",
        "6:65: pretext: function \"x\" not defined (line 1, column 4 of the template)"}},
      {"{api_url: http://a, fields: [{title: a, value: '{{ .X }}'}, {title: '', value: b}]}",
       {"6:52: value: " + no_x(3), "6:73: a Slack field needs a title"}},
      {"{api_url: http://a, actions: [{type: button, text: '{{ .X }}', url: http://a}]}",
       {"6:56: text: " + no_x(3)}},
      {"{api_url: http://a, app_token: x}",
       {"6:5: api_url and app_token exclude each other; remove one"}},
      {"{app_token: x, app_token_file: y}",
       {"6:36: app_token and app_token_file exclude each other; remove one"}},
      {"{app_token: x, http_config: {authorization: {credentials: y}}}",
       {"6:5: an app_token is sent as authorization: http_config cannot have another one"}},
      {"{api_url: http://a, update_message: true}",
       {"6:41: update_message needs a bot: an app_token, or its token in http_config and api_url: "
        "https://slack.com/api/chat.postMessage"}},
      {"{app_token: x, app_url: 'https://slack.example/api/post', update_message: true}",
       {"6:79: update_message needs a bot: an app_token, or its token in http_config and api_url: "
        "https://slack.com/api/chat.postMessage"}},
      {"{api_url: http://a, timeout: 1d}",
       {"6:34: timeout must be a duration like 10s or 1m30s, not \"1d\""}},
      {"{api_url: http://a, chanel: x}",
       {"6:25: unknown key \"chanel\"; did you mean \"channel\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(with_channel("slack", yaml)), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Discord, IsRead) {
  const auto discord = read_discord(R"({webhook_url: 'https://discord.com/x',
    username: t, avatar_url: http://i, title: '{{ template "discord.default.title" . }}',
    message: '{{ template "discord.default.message" . }}', content: ''})");
  EXPECT_EQ(discord.webhook_url.text, "https://discord.com/x");
  EXPECT_EQ(discord.username, "t");
  EXPECT_EQ(discord.avatar_url, "http://i");
}

TEST(Discord, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{}", {"6:5: Discord needs a webhook_url or webhook_url_file"}},
      {"{webhook_url: x}",
       {"6:19: webhook_url must be a URL that begins with http:// or https://"}},
      {"{webhook_url: http://a, webhook_url_file: b}",
       {"6:47: webhook_url and webhook_url_file exclude each other; remove one"}},
      {"{webhook_url: http://a, title: x, message: '{{ .X }}', content: '{{ .X }}'}",
       {"6:48: message: " + no_x(3), "6:69: content: " + no_x(3)}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(with_channel("discord", yaml)), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Webhook, IsRead) {
  const auto webhook =
      read_webhook("{url: 'http://a/b?c', max_alerts: 7, timeout: 500ms, http_config: {}}",
                   "{http_config: {proxy_url: http://q:1}}");
  EXPECT_EQ(webhook.url.text, "http://a/b?c");
  EXPECT_EQ(webhook.max_alerts, 7U);
  EXPECT_EQ(webhook.timeout, milliseconds{500});
  EXPECT_EQ(webhook.http.proxy.url, "") << "an empty http_config is one, too";
}

TEST(Webhook, TakesAPayloadOfAnyShape) {
  using Payload = notifiers::Payload;
  using Kind = Payload::Kind;
  const auto webhook =
      read_webhook("{url: http://a, payload: {a: [b, 1, ~], c: {d: e}, f: }}", "{}");
  const Payload inner{Kind::Mapping, "", {"d"}, {{Kind::Text, "e", {}, {}}}};
  const Payload list{
      Kind::List, "", {}, {{Kind::Text, "b", {}, {}}, {Kind::Text, "1", {}, {}}, Payload{}}};
  ASSERT_TRUE(webhook.payload);
  EXPECT_EQ(*webhook.payload,
            (Payload{Kind::Mapping, "", {"a", "c", "f"}, {list, inner, Payload{}}}));
}

TEST(Webhook, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"{max_alerts: 1}", {"6:5: a webhook needs a url or url_file"}},
      {"{url: ''}", {"6:5: a webhook needs a url or url_file"}},
      {"{url: ftp://a}", {"6:11: url must be a URL that begins with http:// or https://"}},
      {"{url: 'http://{{ .X }}'}", {"6:11: url: " + no_x(10)}},
      {"{url: http://a, url_file: b}", {"6:31: url and url_file exclude each other; remove one"}},
      {"{url: http://a, max_alerts: -1}",
       {"6:33: max_alerts must be a whole number, 0 or more, not \"-1\""}},
      {"{url: http://a, max_alerts: many}",
       {"6:33: max_alerts must be a whole number, 0 or more, not \"many\""}},
      {"{url: http://a, send_resolved: 1}",
       {"6:36: send_resolved must be true or false, not \"1\""}},
      {"{url: http://a, payload: {a: ['{{ .X }}']}}", {"6:35: payload: " + no_x(3)}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(with_channel("webhook", yaml)), ElementsAreArray(expected)) << yaml;
  }
}

notify::RateLimit rate_limit_of(const std::string& kind, const std::string& yaml) {
  return parse(with_channel(kind, yaml), "config.yaml")->receivers.at(0).channels.at(0).rate_limit;
}

TEST(RateLimit, IsTheServicesUnlessOneIsSet) {
  EXPECT_EQ(rate_limit_of("discord", "webhook_url: http://d/x"),
            (notify::RateLimit{5, seconds{2}}));
  EXPECT_EQ(rate_limit_of("slack", "api_url: http://s/x"), (notify::RateLimit{1, seconds{1}}));
  EXPECT_EQ(rate_limit_of("webhook", "url: http://w/x"), notify::RateLimit{});
  EXPECT_EQ(rate_limit_of("slack", "{api_url: 'http://s/x', rate_limit: none}"),
            notify::RateLimit{});
  EXPECT_EQ(rate_limit_of("webhook", "{url: 'http://w/x', rate_limit: 30/1m}"),
            (notify::RateLimit{30, seconds{60}}));
}

TEST(RateLimit, WhatIsNoneSaysWhatToWrite) {
  EXPECT_THAT(
      complaints(with_channel("webhook", "{url: 'http://w/x', rate_limit: 5}")),
      ElementsAre(::testing::HasSubstr("\"5\" is not a rate: write at most 1000 messages "
                                       "and a time of at most 1d, such as 30/1m, or none")));
}

}  // namespace
}  // namespace tocsin::config
