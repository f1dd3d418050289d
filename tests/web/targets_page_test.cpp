// The page about targets: what is on it, what is not, and that nothing foreign becomes markup.
#include "web/targets_page.h"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using scrape::Health;
using scrape::JobView;
using scrape::TargetView;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

const Timestamp kNow{std::chrono::hours{500'000}};

TargetView target(const std::string& url, Health health, const std::string& error = "") {
  TargetView view;
  view.url = url;
  view.health = health;
  view.last_error = error;
  view.labels.set("instance", url);
  view.last_scrape = kNow - std::chrono::seconds{75};
  view.last_duration = std::chrono::milliseconds{12};
  return view;
}

JobView job(const std::string& name, std::vector<TargetView> targets) {
  JobView view;
  view.name = name;
  view.active = std::move(targets);
  return view;
}

std::vector<JobView> two_jobs() {
  return {job("node", {target("http://a:1/metrics", Health::Up),
                       target("http://b:1/metrics", Health::Down, "connection refused")}),
          job("web", {target("http://c:2/metrics", Health::Unknown)})};
}

web::Response show(const std::vector<JobView>& jobs, const Query& query = {}) {
  web::Request request;
  request.query = query;
  return web::targets_page(jobs, request, "http://tocsin.example:9093", kNow);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

constexpr const char* kRow = "<td class=\"target\">";

TEST(TargetsPage, ShowsWhatThereIs) {
  std::vector<JobView> jobs = two_jobs();
  jobs[0].dropped.resize(3);
  jobs[1].problems = {"http://sd.example: connection refused"};
  jobs[1].active[0].last_scrape = Timestamp{};
  const std::string body = show(jobs).body;
  for (const char* part :
       {"3 dropped", "<h2>node</h2>", "1 up, 1 down", "<h2>web</h2>", "1 unknown",
        ">http://a:1/metrics</a>", "<code>instance=\"http://b:1/metrics\"</code>", "1m15s ago",
        "12 ms", "not yet", "<div class=\"error\">connection refused</div>",
        "http://sd.example: connection refused", "in 2 jobs"}) {
    EXPECT_THAT(body, HasSubstr(part));
  }
  EXPECT_EQ(count(body, kRow), 3U);
  EXPECT_LT(body.find("http://b:1"), body.find("http://a:1")) << "what is down comes first";
}

TEST(TargetsPage, ForbidsBrowsersWhatItDoesNotNeed) {
  const web::Response page = show(two_jobs());
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(
      page.headers,
      AllOf(Contains(Pair("Content-Security-Policy",
                          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                          "frame-ancestors 'none'; base-uri 'none'")),
            Contains(Pair("Referrer-Policy", "same-origin")),
            Contains(Pair("X-Content-Type-Options", "nosniff"))));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
}

TEST(TargetsPage, FiltersByHealthAndJob) {
  struct Case {
    Query query;
    std::vector<std::string> there;
    std::vector<std::string> not_there;
  };
  for (const Case& each : std::vector<Case>{
           {{{"health", ""}, {"job", ""}}, {"//a:1", "//b:1", "//c:2"}, {">all</a>"}},
           {{{"health", "down"}},
            {"//b:1", "<option selected>down<", ">all</a>"},
            {"//a:1", "//c:2", "<h2>web"}},
           {{{"health", "up"}}, {"//a:1"}, {"//b:1", "//c:2"}},
           {{{"health", "unknown"}}, {"//c:2"}, {"//a:1", "//b:1"}},
           {{{"job", "node"}}, {"//a:1", "//b:1", "<option value=\"node\" selected>"}, {"//c:2"}},
           {{{"job", "node"}, {"health", "up"}}, {"//a:1"}, {"//b:1", "//c:2"}},
           {{{"job", "web"}, {"health", "up"}}, {"There are no such targets"}, {"//"}},
           {{{"job", "other"}}, {"There are no such targets"}, {"//"}}}) {
    const web::Response page = show(two_jobs(), each.query);
    EXPECT_EQ(page.status, 200);
    for (const std::string& part : each.there) EXPECT_THAT(page.body, HasSubstr(part));
    for (const std::string& part : each.not_there) EXPECT_THAT(page.body, Not(HasSubstr(part)));
  }
}

TEST(TargetsPage, AnotherHealthOfTheSameJobIsALinkAway) {
  std::vector<JobView> jobs = two_jobs();
  jobs[0].name = "a&b";
  EXPECT_THAT(
      show(jobs, {{"job", "a&b"}}).body,
      AllOf(HasSubstr("href=\"targets?health=down&amp;job=a%26b\""), HasSubstr("in 1 job<")));
  EXPECT_THAT(show(jobs).body, HasSubstr("href=\"targets?health=down\""));
}

TEST(TargetsPage, AHealthThatThereIsNotIsAMistake) {
  const web::Response page = show(two_jobs(), {{"health", "<script>"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body,
              AllOf(HasSubstr("one of up, down and unknown"), Not(HasSubstr("<script"))));
}

TEST(TargetsPage, NothingForeignBecomesMarkup) {
  const std::vector<std::string> kHostile = {"</div><script>alert(1)</script>",
                                             "\"><img src=x onerror=alert(1)>",
                                             "' onclick='alert(1)",
                                             "javascript:alert(1)",
                                             "</style><svg onload=alert(1)>",
                                             "{{ .Name }}",
                                             "<!--",
                                             "\xFF<u>\x80",
                                             std::string("a\0<i>", 5)};
  for (const std::string& text : kHostile) {
    JobView evil = job(text, {target(text, Health::Down, text)});
    evil.active[0].labels = Labels{{{text, text}, {"x", text}}};
    evil.problems = {text};
    evil.dropped.resize(1);
    for (const Query& query : {Query{}, Query{{"job", text}}, Query{{"job", text + "x"}}}) {
      const std::string body = show({evil}, query).body;
      for (const char* markup :
           {"<script", "<img", "<svg", "<u>", "<i>", "<!--", "' onclick", "href=\"javascript"}) {
        EXPECT_THAT(body, Not(HasSubstr(markup))) << text;
      }
      EXPECT_EQ(count(body, "</style>"), 2U) << text;
      EXPECT_EQ(count(body, "</div>"), 2 * count(body, "<div class=\"error\"")) << text;
    }
  }
}

TEST(TargetsPage, ItsLinksHoldBelowAnyPrefix) {
  const std::string body = show(two_jobs()).body;
  for (const char* absolute : {"href=\"/", "action=\"/", "src="}) {
    EXPECT_THAT(body, Not(HasSubstr(absolute)));
  }
  std::vector<JobView> jobs = two_jobs();
  jobs[0].name = "a&b=c d";
  jobs[0].dropped.resize(1);
  EXPECT_THAT(show(jobs).body,
              HasSubstr("href=\"api/v1/targets?state=dropped&amp;scrapePool=a%26b%3dc%20d\""));
}

TEST(TargetsPage, LinksToWhereATargetIsForOthers) {
  const std::string body =
      show({job("self", {target("http://localhost:9093/metrics", Health::Up)})}).body;
  EXPECT_THAT(body, HasSubstr("href=\"http://tocsin.example:9093/metrics\">"
                              "http://localhost:9093/metrics</a>"));
}

TEST(TargetsPage, ShowsAThousandAndSaysHowManyMore) {
  std::vector<TargetView> many;
  for (int i = 0; i < 10'000; ++i) {
    many.push_back(target("http://up-" + std::to_string(i), Health::Up));
  }
  const std::vector<JobView> jobs = {job("many", std::move(many)),
                                     job("few", {target("http://last:1", Health::Down, "x")})};
  const auto begin = std::chrono::steady_clock::now();
  const std::string body = show(jobs).body;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
  EXPECT_EQ(count(body, kRow), 1'000U);
  EXPECT_THAT(body, AllOf(HasSubstr("1000 of 10001 targets are shown"), HasSubstr("9001 more"),
                          HasSubstr("10000 up"), HasSubstr("http://last:1")));
}

TEST(TargetsPage, IsBoundedWhateverItsTargetsSay) {
  std::vector<TargetView> large;
  const std::string text(1'000'000, '"');
  for (int i = 0; i < 2'000; ++i) {
    large.push_back(target("http://a", Health::Down));
    large.back().last_error = i < 3 ? text : std::string(9'000, '"');
    large.back().labels.set("long", i < 3 ? text : std::string(900, '"'));
  }
  const web::Response page = show({job(text, std::move(large))});
  EXPECT_EQ(page.status, 200);
  EXPECT_LT(page.body.size(), std::size_t{64} << 20);
  EXPECT_GT(count(page.body, kRow), 100U);
  EXPECT_THAT(page.body, HasSubstr("…"));
}

TEST(TargetsPage, SaysWhenNothingIsScraped) {
  Site site;
  const web::Response page = site.get("/targets");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Nothing is scraped"));
  EXPECT_EQ(site.get("/targets", {{"health", "down"}}).status, 200);
  EXPECT_EQ(site.send("POST", "/targets").status, 405);
}

TEST(TargetsPage, IsThereBelowAPrefix) {
  World world({kConfig, kRules});
  web::Router router = web::make_router(world.engine(), {world.now, "1.2.3"});
  router.move_under("/foo");
  web::Request request;
  request.method = "GET";
  for (const auto& [path, status] : std::vector<std::pair<std::string, int>>{
           {"/foo/targets", 200}, {"/foo/", 200}, {"/targets", 404}}) {
    request.path = path;
    EXPECT_EQ(router.handle(request, world.now).status, status) << path;
  }
}

TEST(RootPage, SaysWhatThisIsAndLinksOn) {
  Site site;
  const web::Response page = site.get("/");
  EXPECT_EQ(page.status, 200);
  for (const char* path : {"targets", "api/v2/alerts", "api/v1/rules", "metrics", "-/ready"}) {
    EXPECT_THAT(page.body, HasSubstr(std::string("href=\"") + path + "\""));
    EXPECT_EQ(site.get(std::string("/") + path).status, 200) << path;
  }
  EXPECT_THAT(page.body, AllOf(HasSubstr("1.2.3"), Not(HasSubstr("href=\"/"))));
  EXPECT_THAT(page.headers, Contains(Pair("X-Content-Type-Options", "nosniff")));
}

}  // namespace
}  // namespace tocsin::testing
