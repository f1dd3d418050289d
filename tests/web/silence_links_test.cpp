// /silence: a link from a message, followed by people, previewers, and those who mean no good.
#include <thread>

#include <gmock/gmock.h>

#include "notifiers/silence_link.h"
#include "site.h"
#include "web/percent.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kKey = "0123456789abcdef0123456789abcdef";
const std::string kLinks = "silence_links: {secret: " + kKey + "}\n";
const Headers kForm = {{"content-type", "application/x-www-form-urlencoded"}};

Query link_for(const Site& site, Labels labels, Duration valid = hours{1},
               const std::string& key = kKey) {
  const notifiers::SilenceOffer offer{std::move(labels), site.world.now + valid, hours{2}};
  return *web::parse_form(notifiers::sign(key, offer));
}

web::Response post(Site& site, const Query& query, Headers headers = kForm) {
  web::Request request;
  request.method = "POST";
  request.path = "/silence";
  request.query = query;
  request.headers = std::move(headers);
  return site.ask(std::move(request));
}

nlohmann::json silences(Site& site) { return site.json("/api/v2/silences"); }

std::string header_of(const web::Response& response, const std::string& name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return "";
}

struct SilenceLinks : ::testing::Test {
  Site site{{kConfig + kLinks, kRules}};
};

TEST_F(SilenceLinks, ReadingThePageChangesNothing) {
  const Query link = link_for(site, {{"alertname", "Slow"}});
  const std::uint64_t commits = site.world.engine().book().commits();
  for (const char* method : {"GET", "HEAD", "GET"}) {
    web::Request request;
    request.method = method;
    request.path = "/silence";
    request.query = link;
    EXPECT_EQ(site.ask(request).status, 200);
  }
  EXPECT_THAT(silences(site), IsEmpty());
  EXPECT_EQ(site.world.engine().book().commits(), commits);
}

TEST_F(SilenceLinks, ThePageSaysWhatWouldBeSilencedForHowLong) {
  site.world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  site.world.run_for(minutes{2});
  const web::Response page = site.get("/silence", link_for(site, {{"alertname", "Slow"}}));
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body,
              AllOf(HasSubstr("<h1>Silence for 2h?</h1>"), HasSubstr("2 firing alerts have them"),
                    HasSubstr("<tr><td>alertname</td><td>Slow</td></tr>"),
                    HasSubstr("<form method=\"post\"><button type=\"submit\">Silence for 2h<")));
  const web::Response narrow =
      site.get("/silence", link_for(site, {{"alertname", "Slow"}, {"host", "a"}}));
  EXPECT_THAT(narrow.body, HasSubstr("1 firing alert has them"));
}

TEST_F(SilenceLinks, ThePageLoadsNothingAndIsKeptNowhere) {
  for (const Query& query : {link_for(site, {{"alertname", "Slow"}}), Query{}}) {
    const web::Response page = site.get("/silence", query);
    EXPECT_EQ(header_of(page, "Content-Security-Policy"),
              "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
              "frame-ancestors 'none'; base-uri 'none'");
    EXPECT_EQ(header_of(page, "Referrer-Policy"), "same-origin");
    EXPECT_EQ(header_of(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-store");
  }
}

TEST_F(SilenceLinks, TheFormMakesTheSilence) {
  const web::Response page = post(site, link_for(site, {{"alertname", "Slow"}, {"host", "a"}}));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<h1>Silenced</h1>"));
  const auto made = silences(site);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0]["createdBy"], "link");
  EXPECT_EQ(made[0]["comment"], "silenced through the link of a message");
  EXPECT_EQ(made[0]["endsAt"], format_rfc3339(site.world.now + hours{2}));
  ASSERT_EQ(made[0]["matchers"].size(), 2u);
  EXPECT_EQ(made[0]["matchers"][0],
            (nlohmann::json{
                {"name", "alertname"}, {"value", "Slow"}, {"isEqual", true}, {"isRegex", false}}));
  const auto events = site.json("/api/tocsin/v1/timeline");
  EXPECT_THAT(events.dump(), HasSubstr("by link (from 127.0.0.1)"));
}

TEST_F(SilenceLinks, ASecondUseFindsTheSilenceThatIsThere) {
  const Query link = link_for(site, {{"alertname", "Slow"}}, hours{9});
  post(site, link);
  const std::string first = silences(site).dump();
  site.world.run_for(minutes{90}, minutes{1});
  const web::Response again = post(site, link);
  EXPECT_EQ(again.status, 200);
  EXPECT_THAT(again.body, AllOf(HasSubstr("Already silenced"), Not(HasSubstr("<form"))));
  EXPECT_THAT(site.get("/silence", link).body,
              AllOf(HasSubstr("Already silenced"), Not(HasSubstr("<form"))));
  EXPECT_EQ(silences(site).dump(), first);
  site.world.run_for(hours{1}, minutes{1});  // it is over, the link is not
  EXPECT_THAT(post(site, link).body, HasSubstr("<h1>Silenced</h1>"));
  EXPECT_EQ(site.json("/api/v2/silences", {{"expired", "false"}}).size(), 1u);
}

TEST_F(SilenceLinks, OtherLabelsAreAnotherSilence) {
  post(site, link_for(site, {{"alertname", "Slow"}}));
  post(site, link_for(site, {{"alertname", "Slow"}, {"host", "a"}}));
  EXPECT_EQ(silences(site).size(), 2u);
}

TEST_F(SilenceLinks, ForgedOnesAreRefused) {
  Query changed = link_for(site, {{"alertname", "Slow"}});
  changed[1].second = "9999999";
  for (const Query& forged :
       {changed, Query{},
        link_for(site, {{"alertname", "Slow"}}, hours{1}, std::string(32, 'k'))}) {
    for (const web::Response& refused : {site.get("/silence", forged), post(site, forged)}) {
      EXPECT_EQ(refused.status, 403);
      EXPECT_THAT(refused.body,
                  AllOf(HasSubstr("This link is not valid"), HasSubstr("Nothing was changed"),
                        Not(HasSubstr("<form")), Not(HasSubstr("Slow"))));
    }
  }
  EXPECT_THAT(silences(site), IsEmpty());
}

TEST_F(SilenceLinks, ExpiredOnesAreRefused) {
  const Query link = link_for(site, {{"alertname", "Slow"}}, minutes{1});
  site.world.now += minutes{1};
  for (const web::Response& refused : {site.get("/silence", link), post(site, link)}) {
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("This link has expired"));
  }
  EXPECT_THAT(silences(site), IsEmpty());
}

TEST_F(SilenceLinks, TheFormIsTakenFromOurOwnPageOnly) {
  const Query link = link_for(site, {{"alertname", "Slow"}});
  Headers headers = kForm;
  headers["host"] = "tocsin.example.org";
  for (const char* origin : {"https://evil.example", "null", "https://tocsin.example.org:8443"}) {
    headers["origin"] = origin;
    EXPECT_EQ(post(site, link, headers).status, 403) << origin;
  }
  EXPECT_THAT(silences(site), IsEmpty());
  headers["origin"] = "https://tocsin.example.org";  // a proxy ends TLS and keeps the Host
  EXPECT_EQ(post(site, link, headers).status, 200);
  EXPECT_EQ(silences(site).size(), 1u);
}

TEST_F(SilenceLinks, HostileLabelsStayText) {
  const std::string hostile = "</td><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
  const Query link =
      link_for(site, {{"alertname", hostile}, {hostile, "x"}, {"bidi", "a\u202Eb\x1b[2J"}});
  for (const web::Response& page :
       {site.get("/silence", link), post(site, link), post(site, link)}) {
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body,
                AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")),
                      HasSubstr("&lt;script&gt;"), HasSubstr("\\u202e"), Not(HasSubstr("\x1b"))));
  }
  EXPECT_EQ(silences(site).size(), 1u);
}

TEST(SilenceLinksOff, ThereIsNothingThere) {
  Site site;
  const Query link = link_for(site, {{"alertname", "Slow"}});
  EXPECT_EQ(site.get("/silence", link).status, 404);
  EXPECT_EQ(post(site, link).status, 404);
  EXPECT_THAT(silences(site), IsEmpty());
}

TEST(SilenceLinksWithoutTheirSecret, SayNothingOfWhereItLies) {
  Site site({kConfig + "silence_links: {secret_file: /nowhere/link-secret}\n", kRules});
  const web::Response page = post(site, link_for(site, {{"alertname", "Slow"}}));
  EXPECT_EQ(page.status, 503);
  EXPECT_THAT(page.body, Not(HasSubstr("nowhere")));
  EXPECT_THAT(silences(site), IsEmpty());
}

TEST(SilenceLinksBeyondTheLimit, AreToldSo) {
  Site site({kConfig + kLinks, kRules},
            [](engine::Outside& outside) { outside.silence_limits.count = 1; });
  post(site, link_for(site, {{"alertname", "A"}}));
  const web::Response page = post(site, link_for(site, {{"alertname", "B"}}));
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("exceeded maximum number of silences: 1 (limit: 1)"));
}

TEST_F(SilenceLinks, WhatCannotBeWrittenIsNotAcknowledged) {
  site.world.journal().fail_next_commits(1'000'000);
  const web::Response page = post(site, link_for(site, {{"a", "b"}}));
  EXPECT_EQ(page.status, 503);
  EXPECT_THAT(page.body, AllOf(HasSubstr("<h1>Not silenced</h1>"), Not(HasSubstr("told to fail"))));
  site.world.journal().fail_next_commits(0);
  EXPECT_THAT(silences(site), IsEmpty());
}

TEST_F(SilenceLinks, WhoCameBeforeTheSilenceWasMadeAndIsHeardAfterItFindsIt) {
  const Query link = link_for(site, {{"a", "b"}});
  const Timestamp came = site.world.now;
  site.world.now += milliseconds{50};
  post(site, link);
  const web::Router router = web::make_router(site.world.engine(), {came, "1.2.3"});
  web::Request late;
  late.method = "POST";
  late.path = "/silence";
  late.query = link;
  const web::Response page =
      site.world.ask([&](engine::Engine&) { return router.handle(late, came); });
  EXPECT_THAT(page.body, HasSubstr("Already silenced"));
  EXPECT_EQ(silences(site).size(), 1u);
}

TEST(SilenceLinksAtOnce, TwoWhoPressTheButtonMakeOneSilence) {
  World world({kConfig + kLinks, kRules});
  const web::Router router = web::make_router(world.engine(), {world.now, "1.2.3"});
  web::Request request;
  request.method = "POST";
  request.path = "/silence";
  const notifiers::SilenceOffer offer{{{"a", "b"}}, world.now + hours{1}, hours{2}};
  request.query = *web::parse_form(notifiers::sign(kKey, offer));
  world.ask([&](engine::Engine&) {
    std::vector<std::thread> people;
    for (int i = 0; i < 8; ++i) people.emplace_back([&] { router.handle(request, world.now); });
    for (std::thread& each : people) each.join();
    return true;
  });
  EXPECT_EQ(engine::Book::Snapshot(world.engine().book()).silences().size(), 1u);
}

/// What is between two texts.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw Error("there is no " + from);
  const std::size_t begin = at + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

TEST(SilenceLinksInMessages, LeadFromTheMessageToTheSilence) {
  std::string config = kConfig;
  const std::string webhook = "webhook_configs: [{url: ";
  config.replace(config.find(webhook), webhook.size(), "discord_configs: [{webhook_url: ");
  Site site({config + kLinks, kRules});
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(minutes{2});
  ASSERT_EQ(site.world.delivered().size(), 1u);
  const std::string link = between(site.world.delivered()[0].body,
                                   "[Silence for 2h](<http://tocsin.test/silence?", ">)");
  EXPECT_THAT(post(site, *web::parse_form(link)).body, HasSubstr("<h1>Silenced</h1>"));
  const auto alerts = site.json("/api/v2/alerts");
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["status"]["state"], "suppressed");
  EXPECT_THAT(site.json("/api/v2/status")["config"]["original"].get<std::string>(),
              AllOf(Not(HasSubstr("silence_links")), Not(HasSubstr(kKey))));
}

}  // namespace
}  // namespace tocsin::testing
