// Files that others wrote, where they are present: every one loads or is refused for the right
// reason.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "support/places.h"

namespace tocsin::config {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string read(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> files_of(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(test::conformance_dir() / folder)) return files;
  for (const auto& each : std::filesystem::directory_iterator(test::conformance_dir() / folder)) {
    files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Conformance, RulePacksOfPeopleLoad) {
  const auto files = files_of("rules");
  if (files.empty()) GTEST_SKIP() << "skipped: no conformance data";
  for (const auto& path : files) {
    std::vector<Diagnostic> diagnostics;
    const auto groups = parse_rule_file(read(path), path.filename(), diagnostics);
    EXPECT_THAT(in_short(diagnostics), IsEmpty()) << path;
    EXPECT_FALSE(groups.empty()) << path;
  }
}

/// Files that are refused, with a piece of the first complaint; all others have to load.
using Reasons = std::map<std::string, std::string>;

void check_rule_files(const std::string& folder, const Reasons& refused) {
  const auto files = files_of(folder);
  if (files.empty()) GTEST_SKIP() << "skipped: no conformance data";
  for (const auto& path : files) {
    const auto reason = refused.find(path.filename());
    const auto said = rule_complaints(read(path));
    if (reason == refused.end()) {
      EXPECT_THAT(said, IsEmpty()) << path;
      EXPECT_EQ(path.string().find(".bad."), std::string::npos) << path;
    } else {
      ASSERT_FALSE(said.empty()) << path;
      EXPECT_THAT(said[0], HasSubstr(reason->second)) << path;
    }
  }
}

TEST(Conformance, PrometheusRuleFilesLoadOrAreRefused) {
  check_rule_files("rulefiles",
                   {
                       {"bad_expr.bad.yaml", "5:20: the expr is no expression: 1:"},
                       {"duplicate_grp.bad.yaml", "3:11: there are two groups"},
                       {"invalid_record_name.bad.yaml", "4:17: the name of a recording"},
                       {"invalid_rules.yaml", "6:9: unknown key \"unexpected_field\""},
                       {"noexpr.bad.yaml", "4:9: a rule needs an expr"},
                       {"record_and_for.bad.yaml", "6:14: \"for\" makes no sense"},
                   });
}

TEST(Conformance, PromtoolRuleFilesLoadOrAreRefused) {
  const Reasons refused = {
      {"bad-rules-syntax.yml",
       "7:22: the expr is no expression: 1:7: parse error: unexpected end of input"},
      {"rules-bad.yml", "12:"},
      {"rules_extrafields.yml", "7:5: unknown key \"namespace\""},
  };
  const auto files = files_of("promtool");
  if (files.empty()) GTEST_SKIP() << "skipped: no conformance data";
  for (const auto& path : files) {
    const std::string text = read(path);
    if (!text.starts_with("groups:") && text.find("\ngroups:") == std::string::npos) continue;
    const auto reason = refused.find(path.filename());
    const auto said = rule_complaints(text);
    if (reason == refused.end()) {
      EXPECT_THAT(said, IsEmpty()) << path;
    } else {
      ASSERT_FALSE(said.empty()) << path;
      EXPECT_THAT(said[0], HasSubstr(reason->second)) << path;
    }
  }
}

TEST(Conformance, AlertmanagersConfigurationsLoadOrAreRefused) {
  const Reasons refused = {
      {"conf.bad.yml", "must be a mapping"},
      {"conf.mattermost-both-webhook-url-and-file.yml",
       "mattermost_webhook_url and mattermost_webhook_url_file exclude"},
      {"conf.mattermost-default-webhook-url.yml", "\"mattermost_configs\" is not supported"},
      {"conf.mattermost-valid-receiver-both-webhook-url-and-file.yml",
       "mattermost_webhook_url and mattermost_webhook_url_file exclude"},
      {"conf.nil-source_match_re-inhibition.yml",
       "\"invalid_source_label\" needs a regular expression"},
      {"conf.opsgenie-both-file-and-apikey.yml",
       "opsgenie_api_key and opsgenie_api_key_file exclude"},
      {"conf.opsgenie-default-apikey-old-team.yml",
       "there is no receiver \"escalation-Y-opsgenie\""},
      {"conf.opsgenie-no-apikey.yml", "\"opsgenie_configs\" is not supported"},
      {"conf.rocketchat-both-tokenid-and-tokenidfile.yml",
       "rocketchat_token_id and rocketchat_token_id_file exclude"},
      {"conf.rocketchat-default-token.yml", "\"rocketchat_configs\" is not supported"},
      {"conf.slack-both-file-and-token.yml", "slack_app_token and slack_app_token_file exclude"},
      {"conf.slack-both-url-and-token.yml", "slack_api_url and slack_app_token exclude"},
      {"conf.slack-update-message-and-webhook.yml", "update_message needs a bot"},
      {"conf.sns-invalid.yml", "\"sns_configs\" is not supported"},
      {"conf.telegram-both-bot-token-and-file.yml",
       "telegram_bot_token and telegram_bot_token_file exclude"},
      {"conf.telegram-default-bot-token.yml", "\"telegram_configs\" is not supported"},
      {"conf.telegram-valid-receiver-both-bot-token-and-file.yml",
       "telegram_bot_token and telegram_bot_token_file exclude"},
      {"conf.victorops-default-apikey-file.yml", "\"victorops_configs\" is not supported"},
      {"conf.victorops-no-apikey.yml", "\"victorops_configs\" is not supported"},
      {"conf.wechat-default-api-secret-file.yml", "\"wechat_configs\" is not supported"},
  };
  const std::vector<std::string> loaded = {"conf.empty-fields.yml",
                                           "conf.group-by-all.yml",
                                           "conf.routing-reverted.yml",
                                           "conf.slack-default-app-token.yml",
                                           "conf.smtp-no-username-or-password.yml",
                                           "route_labels.yml"};
  const auto files = files_of("alertmanager-config");
  if (files.empty()) GTEST_SKIP() << "skipped: no conformance data";
  for (const auto& path : files) {
    const auto said = complaints(read(path));
    if (std::find(loaded.begin(), loaded.end(), path.filename()) != loaded.end()) {
      EXPECT_THAT(said, IsEmpty()) << path;
    } else {
      ASSERT_TRUE(refused.contains(path.filename())) << path << " is not in the table";
      ASSERT_FALSE(said.empty()) << path;
      EXPECT_THAT(said[0], HasSubstr(refused.at(path.filename()))) << path;
    }
  }
}

}  // namespace
}  // namespace tocsin::config
