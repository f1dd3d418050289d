#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "notifiers/message_data.h"
#include "notifiers/message_samples.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A folder with a configuration, which has one Slack channel, and template files.
class Templates : public ::testing::Test {
 protected:
  std::shared_ptr<const Config> load(const std::string& globs, const std::string& slack = "") {
    return config::load(write(globs, slack));
  }

  /// What is wrong, as FILE:LINE:COLUMN: message with the folder left out.
  std::vector<std::string> refusals(const std::string& globs, const std::string& slack = "") {
    std::vector<std::string> all;
    try {
      load(globs, slack);
    } catch (const InvalidInput& error) {
      for (Diagnostic each : error.diagnostics()) all.push_back(without_folder(each.to_string()));
    }
    return all;
  }

  std::string without_folder(std::string text) const {
    const std::string folder = folder_.path().string() + "/";
    for (std::size_t at = 0; (at = text.find(folder)) != std::string::npos;) {
      text.erase(at, folder.size());
    }
    return text;
  }

  const notifiers::SlackSettings& slack_of(const Config& config) const {
    return std::get<notifiers::SlackSettings>(config.receivers.at(0).channels.at(0).settings);
  }

  TemporaryFolder folder_;

 private:
  std::string write(const std::string& globs, const std::string& slack) {
    return folder_.write("c.yaml", "templates: " + globs +
                                       "\nroute: {receiver: a}\nreceivers:\n- name: a\n"
                                       "  slack_configs:\n  - {api_url: http://a" +
                                       slack + "}\n");
  }
};

std::string text(const Config& config, const std::string& field) {
  const notify::Notification message = notifiers::sample_messages().front();
  return config.templates->text(field, notifiers::message_data(message), {});
}

TEST_F(Templates, AreOfTheFilesThatTheGlobsName) {
  folder_.write("a.tmpl", "{{ define \"a\" }}a{{ template \"b\" . }}{{ end }}");
  folder_.write("b.tmpl", "{{ define \"b\" }}b {{ .Status }}{{ end }}");
  folder_.write("other.txt", "{{ define \"a\" }}not read{{ end }}");
  const auto config = load("['*.tmpl']", R"(, text: '{{ template "a" . }}')");
  ASSERT_TRUE(slack_of(*config).message);
  EXPECT_EQ(text(*config, slack_of(*config).message->text), "ab firing");
  EXPECT_EQ(config->template_globs, std::vector<std::string>{"*.tmpl"});
  EXPECT_THAT(config->alertmanager_yaml(), ::testing::HasSubstr("templates: [\"*.tmpl\"]\n"));
  EXPECT_THAT(config->warnings, IsEmpty());
}

TEST_F(Templates, WithoutAnyTocsinsOwnLayoutHolds) { EXPECT_FALSE(slack_of(*load("[]")).message); }

TEST_F(Templates, ThatRedefineDefaultsMakeMessagesAlertmanagers) {
  folder_.write("a.tmpl", "{{ define \"slack.default.title\" }}mine{{ end }}");
  const auto config = load("[a.tmpl]");
  ASSERT_TRUE(slack_of(*config).message);
  EXPECT_EQ(text(*config, slack_of(*config).message->title), "mine");
  EXPECT_EQ(text(*config, slack_of(*config).username), "Alertmanager");
  folder_.write("a.tmpl", "{{ define \"discord.default.title\" }}mine{{ end }}");
  EXPECT_FALSE(slack_of(*load("[a.tmpl]")).message) << "that is another kind's";
}

TEST_F(Templates, FilesThatAreNotThereAreRefusedByName) {
  EXPECT_THAT(refusals("[gone.tmpl]"),
              ElementsAre("c.yaml:1:13: there is no template file \"gone.tmpl\""));
  const auto config = load("['gone/*.tmpl']");
  EXPECT_THAT(in_short(config->warnings),
              ElementsAre("1:13: no template file is named \"gone/*.tmpl\""));
}

TEST_F(Templates, MistakesInFilesAreShownWhereTheyStand) {
  folder_.write("a.tmpl", "{{ define \"a\" }}\n  {{ nope }}\n{{ end }}");
  folder_.write("b.tmpl", "{{ if }}");
  EXPECT_THAT(
      refusals("['?.tmpl']", R"(, text: '{{ template "gone" }}')"),
      ElementsAre("a.tmpl:2:6: function \"nope\" not defined", "b.tmpl:1:7: missing value for if"));
  EXPECT_THAT(refusals("a.tmpl"),
              ElementsAre("c.yaml:1:12: templates must be a list, this is a single value; "
                          "write [a, b], or one line for each with a dash"));
  std::filesystem::create_directory(folder_.file("d.tmpl"));
  EXPECT_THAT(refusals("[d.tmpl]"), ElementsAre("d.tmpl: the file cannot be read: Is a directory"));
}

TEST_F(Templates, WhatIsNotDefinedIsRefusedWhereItIsUsed) {
  folder_.write("a.tmpl",
                "{{ define \"good\" }}x{{ end }}{{ define \"slack.default.title\" }}\n"
                "{{ template \"gone\" }}{{ end }}");
  EXPECT_THAT(refusals("[a.tmpl]", ", text: x, fallback: x"),
              ElementsAre("c.yaml:6:5: title: a.tmpl:2:13: template \"gone\" not defined"));
  EXPECT_THAT(refusals("[a.tmpl]", ", title: x, fallback: x, text: '{{ template \"goood\" }}'"),
              ElementsAre("c.yaml:6:54: text: template \"goood\" not defined; did you mean "
                          "\"good\"? (line 1, column 13 of the template)"));
  EXPECT_THAT(refusals("[a.tmpl]", ", title: x, fallback: x"), IsEmpty());
}

TEST_F(Templates, LabelsOfRoutesAreTemplatesToo) {
  EXPECT_THAT(
      complaints("route: {receiver: a, labels: {x: '{{ routeLabels \"y\" }}', y: "
                 "'{{ routeLabels \"x\" }}'}}\nreceivers: [{name: a}]\n"),
      ElementsAre(
          "1:30: route labels ask for one another in a circle, or too deeply: x -> y -> x"));
  EXPECT_THAT(complaints("route: {receiver: a, labels: {x: '{{ .Status }}', y: '{{ .Stat }}'}}\n"
                         "receivers: [{name: a}]\n"),
              ElementsAre("1:30: label \"y\": template: :1:3: executing \"\" at <.Stat>: can't "
                          "evaluate field Stat in type *template.Data"));
}

}  // namespace
}  // namespace tocsin::config
