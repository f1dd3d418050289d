// The cases of cases.txt. tests/template/differential asks Go about the same.
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "support/places.h"
#include "template/alertmanager.h"
#include "template/html/html_template.h"
#include "template/key_values.h"
#include "template/library.h"

namespace tocsin::tmpl {
namespace {

const std::filesystem::path kFolder = test::source_dir() / "tests/template/html";

struct Case {
  std::string text;
  std::string expected;
  bool is_mistake = false;
};

/// Lines of one kind, without their mark.
void add_line(std::string& text, const std::string& line, bool is_first) {
  if (!is_first) text += '\n';
  text += line.size() > 2 ? line.substr(2) : "";
}

std::vector<Case> read_cases() {
  std::ifstream in(kFolder / "cases.txt");
  std::vector<Case> cases;
  char last = ' ';
  for (std::string line; std::getline(in, line);) {
    const char mark = line.empty() ? ' ' : line.front();
    if (mark == '<' && last != '<') cases.emplace_back();
    if (mark == '<') add_line(cases.back().text, line, last != '<');
    if (mark == '>' || mark == '!') add_line(cases.back().expected, line, last != mark);
    if (mark == '!') cases.back().is_mistake = true;
    last = mark;
  }
  return cases;
}

const Labels& sample() {
  static const Labels kLabels = [] {
    Labels labels;
    const auto json = nlohmann::json::parse(std::ifstream(kFolder / "labels.json"));
    for (const auto& [name, value] : json.items()) labels.set(name, value.get<std::string>());
    return labels;
  }();
  return kLabels;
}

HtmlTemplate parsed(const std::string& text) {
  static const auto kLibrary = std::make_shared<const Library>(alertmanager_functions());
  return HtmlTemplate(Template::parse(text, "", kLibrary));
}

std::string rendered(const std::string& text) {
  return parsed(text).execute(key_values(std::make_shared<const Labels>(sample())));
}

/// What is wrong with it.
std::string mistake(const std::string& text) {
  try {
    return "no mistake, but " + rendered(text);
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(HtmlTemplate, CasesBecomeWhatTheyDoInGo) {
  const std::vector<Case> cases = read_cases();
  ASSERT_GT(cases.size(), 90U);
  for (const Case& each : cases) {
    if (each.is_mistake) {
      EXPECT_EQ(mistake(each.text), each.expected) << each.text;
    } else {
      EXPECT_EQ(rendered(each.text), each.expected) << each.text;
    }
  }
}

TEST(HtmlTemplate, IsFrozenAndCanBeExecutedAgain) {
  const HtmlTemplate html = parsed("<a title='{{ . }}'>");
  EXPECT_EQ(html.execute("'"), "<a title='&#39;'>");
  EXPECT_EQ(html.execute("\""), "<a title='&#34;'>");
}

TEST(HtmlTemplate, NestingIsBounded) {
  std::string loops;
  for (int i = 0; i < 40; ++i) loops += "{{ range . }}";
  for (int i = 0; i < 40; ++i) loops += "x{{ end }}";
  EXPECT_EQ(mistake(loops),
            "html/template: the templates are nested too much to find out where values stand");
  std::string calls = "{{ define \"t0\" }}{{ end }}";
  for (int i = 1; i < 400; ++i) {
    calls += "{{ define \"t" + std::to_string(i) + "\" }}{{ template \"t" + std::to_string(i - 1) +
             "\" }}{{ end }}";
  }
  EXPECT_EQ(mistake(calls + "{{ template \"t399\" }}").substr(0, 13), "html/template");
}

/// Whatever is filled in between tags or into quotes stays there.
TEST(HtmlTemplate, NoByteLeavesItsPlace) {
  const HtmlTemplate html = parsed(
      "<p>{{ . }}</p>|{{ . }}\"|<p a=\"{{ . }}\">|<p a='{{ . }}'>"
      "<script>\"{{ . }}\"</script><p b={{ . }}>");
  for (int c = 0; c < 256; ++c) {
    const std::string out = html.execute(std::string("a") + static_cast<char>(c) + "b");
    const auto count = [&out](char wanted) { return std::count(out.begin(), out.end(), wanted); };
    EXPECT_EQ(count('<'), 7) << c;
    EXPECT_EQ(count('>'), 7) << c;
    EXPECT_EQ(count('"'), 5) << c;
    EXPECT_EQ(count('\''), 2) << c;
    EXPECT_EQ(count('\n') + count('\r'), c == '\n' || c == '\r' ? 4 : 0) << c;
  }
}

}  // namespace
}  // namespace tocsin::tmpl
