// The same templates, given to promtool as annotations: it has to expect what we write.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "template/cases.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

std::string json_text(std::string_view text) { return nlohmann::json(text).dump(); }

/// promtool's external URL is its own, and its series are those of the test file.
bool is_comparable(const Case& each) {
  return each.text.find("externalURL") == std::string_view::npos &&
         each.text.find("query") == std::string_view::npos;
}

/// The files of a promtool unit test with one annotation for each case.
void write_files(const std::filesystem::path& folder, const std::vector<Case>& cases) {
  std::ofstream rules(folder / "rules.yml");
  std::ofstream test(folder / "test.yml");
  rules << "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: x\n    annotations:\n";
  std::string series = "x{";
  std::string labels;
  for (const LabelView& label : sample_labels()) {
    if (label.name == "alertname") continue;
    const std::string name(label.name);
    series += name + "=" + json_text(label.value) + ",";
    labels += "        " + name + ": " + json_text(label.value) + "\n";
  }
  test << "rule_files: [rules.yml]\ntests:\n- input_series:\n  - series: "
       << json_text(series + "}")
       << "\n    values: '123456.789'\n  alert_rule_test:\n  - eval_time: 0m\n    alertname: A\n"
          "    exp_alerts:\n    - exp_labels:\n"
       << labels << "      exp_annotations:\n";
  for (std::size_t i = 0; i < cases.size(); ++i) {
    rules << "      a" << i << ": " << json_text(cases[i].text) << "\n";
    test << "        a" << i << ": " << json_text(render_value(cases[i].text, 123456.789)) << "\n";
  }
}

void compare(const std::vector<Case>& all) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  std::vector<Case> cases;
  for (const Case& each : all) {
    // The labels of promtool's sample have no alertname yet when annotations are expanded.
    if (is_comparable(each) && render(each.text).find("alertname") == std::string::npos &&
        each.text.find("range") == std::string_view::npos &&
        each.text.find("len $labels }}") == std::string_view::npos) {
      cases.push_back(each);
    }
  }
  const auto folder =
      std::filesystem::temp_directory_path() / ("tocsin-promtool-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  write_files(folder, cases);
  const std::string command = "cd '" + folder.string() + "' && promtool test rules test.yml 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char buffer[4096];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) said += buffer;
  EXPECT_EQ(pclose(pipe), 0) << said;
  std::filesystem::remove_all(folder);
}

TEST(TemplatePromtool, AgreesOnTheLanguage) { compare(language_cases()); }
TEST(TemplatePromtool, AgreesOnTheFunctions) { compare(function_cases()); }

}  // namespace
}  // namespace tocsin::tmpl
