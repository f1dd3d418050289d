// What people read when it is up: what is watched, who is told, and no secrets.
#include "cli/greeting.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Greeting kGreeting{"1.2.3", "http://127.0.0.1:9093", "data", 1, 2};

std::string greeting_for(const std::string& text, const std::string& rules = "") {
  auto config = std::make_shared<config::Config>(*config::parse(text, "tocsin.yaml"));
  std::vector<Diagnostic> problems;
  if (!rules.empty()) config->groups = config::parse_rule_file(rules, "rules.yaml", problems);
  return greeting_text(*config, kGreeting);
}

TEST(Greeting, SaysWhatIsWatchedAndWhoIsTold) {
  const std::string text = greeting_for(R"(
sources: [{name: prometheus, url: "http://user:hidden@prom.example.org:9090/hidden?token=hidden"}]
route: {receiver: team}
receivers:
- name: team
  slack_configs: [{api_url: "https://hooks.slack.com/services/hidden", channel: "#ops"}]
  webhook_configs: [{url: "https://hook.example.org/hidden"}]
- {name: nobody}
)",
                                        R"(
groups:
- {name: a, interval: 10s, rules: [{alert: X, expr: up}, {alert: Y, expr: up}]}
- {name: b, interval: 1m, rules: [{alert: Z, expr: up}]}
)");
  EXPECT_THAT(text, AllOf(HasSubstr("Tocsin 1.2.3 is up."),
                          HasSubstr("3 rules in 2 groups from rules.yaml, every 10s to 1m"),
                          HasSubstr("prometheus (http://prom.example.org:9090)"),
                          HasSubstr("receiver team: Slack"), HasSubstr("receiver nobody: nobody"),
                          HasSubstr("data/tocsin.db (1 alert and 2 silences from before)"),
                          HasSubstr("amtool --alertmanager.url=http://127.0.0.1:9093 ")));
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
}

TEST(Greeting, NamesTheJobsThatAreScraped) {
  std::string jobs;
  for (int i = 1; i <= 12; ++i) jobs += fmt::format("- {{job_name: job{}}}\n", i);
  EXPECT_THAT(
      greeting_for("route: {receiver: nobody}\nreceivers: [{name: nobody}]\nscrape_configs:\n" +
                   jobs),
      HasSubstr(
          "  scrapes   job1, job2, job3, job4, job5, job6, job7, job8, job9, job10, and 2 more\n"));
}

TEST(Greeting, WithoutRulesItSaysSo) {
  EXPECT_THAT(greeting_for("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"),
              AllOf(HasSubstr("no rules"), HasSubstr("no source")));
}

}  // namespace
}  // namespace tocsin::cli
