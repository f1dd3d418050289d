// What the documentation shows as YAML is read as it stands there.
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "support/places.h"

namespace tocsin::config {
namespace {

using ::testing::IsEmpty;

struct Example {
  std::string place;  // file:line, of its first line
  std::vector<std::string> lines;

  bool has(std::string_view beginning) const {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.starts_with(beginning); });
  }
  std::string text(std::size_t indent = 0) const {
    std::string all;
    for (const std::string& line : lines) all += std::string(indent, ' ') + line + "\n";
    return all;
  }
};

/// Everything between ```yaml and ```.
std::vector<Example> examples_of(const std::string& name) {
  std::vector<Example> examples;
  std::ifstream in(test::source_dir() / name);
  bool inside = false;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line == "```yaml") {
      examples.push_back({fmt::format("{}:{}", name, number + 1), {}});
      inside = true;
    } else if (line.starts_with("```")) {
      inside = false;
    } else if (inside) {
      examples.back().lines.push_back(line);
    }
  }
  return examples;
}

/// The receivers that the routes of an example name.
std::set<std::string> receivers_in(const Example& example) {
  constexpr std::string_view kKey = "receiver: ";
  std::set<std::string> names;
  for (const std::string& line : example.lines) {
    if (const std::size_t at = line.find(kKey); at != std::string::npos) {
      names.insert(line.substr(at + kKey.size()));
    }
  }
  return names;
}

/// A whole configuration around an example, which is a part of one or the channels of a receiver.
std::string whole(const Example& example) {
  if (example.lines.front().find("_configs:") != std::string::npos) {
    return "global: {smtp_smarthost: 'm:25', smtp_from: t@m, slack_api_url: http://s}\n"
           "route: {receiver: ops}\nreceivers:\n- name: ops\n" +
           example.text(2);
  }
  std::string text = example.text();
  if (!example.has("receivers:")) {
    text += "receivers:\n- name: ops\n";
    for (const std::string& name : receivers_in(example)) {
      if (name != "ops") text += "- name: " + name + "\n";
    }
  }
  if (!example.has("route:")) {
    const bool own = example.has("receivers:");
    text += fmt::format("route: {{receiver: {}}}\n",
                        own ? example.lines.at(1).substr(std::string("  - name: ").size()) : "ops");
  }
  return text;
}

std::vector<std::string> complaints_about(const Example& example) {
  if (example.has("groups:") || example.has("apiVersion:")) return rule_complaints(example.text());
  return complaints(whole(example), {{"SMTP_PASSWORD", "secret"}});
}

void expect_right(const std::string& file, std::size_t at_least) {
  const std::vector<Example> examples = examples_of(file);
  EXPECT_GE(examples.size(), at_least) << file;
  for (const Example& example : examples) {
    ASSERT_FALSE(example.lines.empty()) << example.place;
    EXPECT_THAT(complaints_about(example), IsEmpty()) << example.place;
  }
}

TEST(Documentation, ExamplesOfTheConfigurationAreRight) {
  expect_right("docs/configuration.md", 12);
}

TEST(Documentation, ExamplesOfScrapingAreRight) { expect_right("docs/scraping.md", 2); }

TEST(Documentation, ExamplesOfRulesAreRight) { expect_right("docs/rules.md", 4); }

TEST(Documentation, ExamplesOfChannelsAreRight) { expect_right("docs/notifiers.md", 5); }

TEST(Documentation, TheExampleOfTheFirstPageIsRight) { expect_right("README.md", 1); }

}  // namespace
}  // namespace tocsin::config
