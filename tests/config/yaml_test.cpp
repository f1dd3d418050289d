#include "config/yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

struct Parsed {
  Documents documents;
  std::vector<std::string> complaints;
};

Parsed parse_text(std::string_view text) {
  std::vector<Diagnostic> diagnostics;
  File file("f", diagnostics);
  Parsed parsed{parse_yaml(text, file), {}};
  parsed.complaints = in_short(diagnostics);
  return parsed;
}

/// The tree on one line: {a: [1, "x"]}; empty nodes are ~.
std::string print(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::Null:
      return "~";
    case Node::Kind::Scalar:
      return fmt::format("\"{}\"", node.text);
    case Node::Kind::List:
      for (const Node* each : node.list) out += (out.empty() ? "" : ", ") + print(*each);
      return fmt::format("[{}]", out);
    case Node::Kind::Mapping:
      for (const auto& each : node.entries) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", each.key, print(*each.value));
      }
      return fmt::format("{{{}}}", out);
  }
  return out;
}

std::string print(std::string_view text) {
  const Parsed parsed = parse_text(text);
  EXPECT_THAT(parsed.complaints, IsEmpty()) << text;
  std::string out;
  for (const Node* each : parsed.documents.roots) out += (out.empty() ? "" : " | ") + print(*each);
  return out;
}

TEST(Yaml, DocumentsBecomeTrees) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"# only a comment\n", ""},
      {"a", R"("a")"},
      {"~", "~"},
      {"a: {b: [1, true, ~, null, '~', \"\"]}", R"({a: {b: ["1", "true", ~, ~, "~", ""]}})"},
      {"a:\nb:", "{a: ~, b: ~}"},
      {"a: |\n  x\n   y\nb: >-\n  x\n  y\n", "{a: \"x\n y\n\", b: \"x y\"}"},
      {"a: 1\n---\nb: 2\n", R"({a: "1"} | {b: "2"})"},
      {"\xEF\xBB\xBF"
       "a: ü\r\nb: 2\r\n",
       R"({a: "ü", b: "2"})"},
      {"a: &x {k: v}\nb: *x\n", R"({a: {k: "v"}, b: {k: "v"}})"},
      {"&k a: 1\nb: *k\n", R"({a: "1", b: "a"})"},
      {"a: !!str 1\nb: !mine x\n", R"({a: "1", b: "x"})"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(print(text), expected) << text;
}

TEST(Yaml, MergeKeysFillInWhatIsNotThere) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"- &x {a: 1, b: 2}\n- {<<: *x, b: 3}\n", R"([{a: "1", b: "2"}, {b: "3", a: "1"}])"},
      {"- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]\n  c: 3\n",
       R"([{a: "1"}, {a: "2", b: "2"}, {c: "3", a: "1", b: "2"}])"},
      {"- &x {a: 1}\n- &y {<<: *x}\n- {<<: *y}\n", R"([{a: "1"}, {a: "1"}, {a: "1"}])"},
      {"{'<<': x}", R"({<<: "x"})"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(print(text), expected) << text;
}

TEST(Yaml, SaysWhatIsWrongAndWhere) {
  const std::vector<Refused> cases = {
      {"a: 1\nb: 2\na: 3\nb: 4",
       {"3:1: key \"a\" stands here a second time (first in line 1); remove one of them",
        "4:1: key \"b\" stands here a second time (first in line 2); remove one of them"}},
      {"a: {ä: 1, ä: 2}",
       {"1:12: key \"ä\" stands here a second time (first in line 1); remove one of them"}},
      {"[a]: 1\n", {"1:1: a key must be a word, this is a list"}},
      {"? {a: 1}\n: 2\n", {"1:3: a key must be a word, this is a mapping"}},
      {"~: 1\n", {"1:1: a key must be a word, this is empty"}},
      {"a: &x [*x]", {"1:8: an alias stands inside of what it is an alias of; write it out"}},
      {"<<: 1", {"1:5: << takes a mapping or a list of mappings"}},
      {"<<: [{a: 1}, 2]", {"1:14: << takes a mapping or a list of mappings"}},
      {"- a\nb: c\n",
       {"2:1: this does not belong to what stands before it; look at the indentation"}},
      {"{a: 1} {b: 2}",
       {"1:8: this does not belong to what stands before it; look at the indentation"}},
      {"a: \xff", {"1:4: the file is not valid UTF-8; save it as UTF-8"}},
      {"a: 1\nö: 2\nä: \xC3(", {"3:5: the file is not valid UTF-8; save it as UTF-8"}},
      {"a: \xE2\x82", {"1:4: the file is not valid UTF-8; save it as UTF-8"}},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(parse_text(text).complaints, ::testing::ElementsAreArray(expected)) << text;
  }
}

TEST(Yaml, ErrorsOfSyntaxLeaveNoDocument) {
  for (const std::string_view text : {"a: [", "a: b: c", "a:\n\tb: 1", "a: *nobody", "{a: 1", "'a",
                                      "a: 'b' c\n", "%YAML 9\n---\n", "a: \"\\z\""}) {
    const Parsed parsed = parse_text(text);
    EXPECT_THAT(parsed.documents.roots, IsEmpty()) << text;
    ASSERT_THAT(parsed.complaints, SizeIs(1)) << text;
    EXPECT_THAT(parsed.complaints[0], HasSubstr("this is not valid YAML (")) << text;
    EXPECT_THAT(parsed.complaints[0], MatchesRegex("[1-9][0-9]*:[1-9][0-9]*: .*")) << text;
  }
}

TEST(Yaml, ErrorsOfSyntaxShowNoHalvesOfCharacters) {
  EXPECT_THAT(parse_text("a: \"\\🔔\"").complaints,
              ElementsAre(HasSubstr("this is not valid YAML (unknown escape character: \\xf0);")));
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Yaml, NestingHasALimit) {
  EXPECT_THAT(parse_text(repeat("[", kMaxNesting) + repeat("]", kMaxNesting)).complaints,
              IsEmpty());
  for (const std::string_view piece : {"[", "{a: ", "- ", "? ", "[{", ": ", "{? "}) {
    const Parsed parsed = parse_text(repeat(piece, 200'000));
    EXPECT_THAT(parsed.documents.roots, IsEmpty()) << piece;
    ASSERT_FALSE(parsed.complaints.empty()) << piece;
    EXPECT_THAT(parsed.complaints.back(), HasSubstr("this is nested deeper than 100 levels"))
        << piece;
  }
}

TEST(Yaml, NestingByIndentationHasTheSameLimit) {
  std::string text;
  for (std::size_t i = 0; i < 2'000; ++i) text += std::string(i, ' ') + "a:\n";
  EXPECT_THAT(parse_text(text).complaints, ElementsAre("101:101: this is nested deeper than 100 "
                                                       "levels"));
}

TEST(Yaml, AliasesCountAsWhatTheyStandFor) {
  const std::string deep = "- &a " + repeat("[", 60) + repeat("]", 60) + "\n";
  EXPECT_THAT(parse_text(deep + "- " + repeat("[", 39) + "*a" + repeat("]", 39)).complaints,
              IsEmpty());
  EXPECT_THAT(parse_text(deep + "- " + repeat("[", 40) + "*a" + repeat("]", 40)).complaints,
              ElementsAre("2:43: this is nested deeper than 100 levels"));
  std::string chain = "- &a0 {k: {v: x}}\n";
  for (int i = 1; i < 200; ++i) chain += fmt::format("- &a{} {{k: *a{}}}\n", i, i - 1);
  EXPECT_THAT(parse_text(chain).complaints,
              ElementsAre("99:12: this is nested deeper than 100 levels"));
}

TEST(Yaml, AliasesOfAliasesDoNotExplode) {
  std::string text = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    text += fmt::format("- &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  const Parsed parsed = parse_text(text);
  ASSERT_THAT(parsed.complaints, SizeIs(1));
  EXPECT_THAT(parsed.complaints[0],
              HasSubstr("the file takes more than 128 MiB with all its aliases "
                        "written out; make it smaller"));
}

TEST(Yaml, MergesOfMergesDoNotExplode) {
  std::string text = "- &a0 {k0: [x, x, x, x, x, x, x, x]}\n";
  for (int i = 1; i < 40; ++i) {
    text += fmt::format("- &a{0} {{k{0}: [*a{1}, *a{1}, *a{1}], <<: *a{1}}}\n", i, i - 1);
  }
  ASSERT_THAT(parse_text(text).complaints, SizeIs(1));
}

TEST(Yaml, LargeFilesAreRefusedUnread) {
  EXPECT_THAT(parse_text(std::string(kMaxFile + 1, '#')).complaints,
              ElementsAre("0:0: the file is larger than 16 MiB; split it"));
  EXPECT_THAT(parse_text(std::string(kMaxFile, '#')).complaints, IsEmpty());
}

struct Place {
  std::string_view text;    // of the YAML: one value under the key "a"
  std::string_view wanted;  // a piece of the value
  std::string_view expected;
};

TEST(Yaml, PlacesInsideOfTextsAreFoundInTheFile) {
  for (const auto& [text, wanted, expected] : std::initializer_list<Place>{
           {"a: up ==", "==", "1:7"},
           {"\n\na: up ==", "up", "3:4"},
           {"a: 'up =='", "==", "1:8"},
           {"a: \"up \\\"x\\\" ==\"", "==", "1:14"},
           {"a: |\n  up\n    ==\n", "==", "3:5"},
           {"b: 1\na: |2-  # why\n    up\n  ==", "==", "4:3"},
           {"a: >-\n  up\n\n  or\n  ==\n", "==", "5:3"},
           {"a: up\n  or\n  ==\n", "==", "3:3"},
           {"a: 'up\n\n  =='\n", "==", "3:3"},
           {"a: \"up \\\n     ==\"\n", "==", "2:6"},
           {"ü: 1\na: ü ==", "==", "2:7"},
           {"a: |\r\n  up\r\n  ==\r\n", "==", "3:3"},
           {"\xEF\xBB\xBF"
            "a: up ==",
            "==", "1:7"},
       }) {
    std::vector<Diagnostic> diagnostics;
    File file("f", diagnostics);
    const auto documents = parse_yaml(text, file);
    ASSERT_THAT(documents.roots, SizeIs(1)) << text;
    const Node& node = *documents.roots[0]->entries.back().value;
    const std::size_t offset = node.text.find(wanted);
    ASSERT_NE(offset, std::string::npos) << text;
    EXPECT_EQ(file.inside(node, offset).to_string(), fmt::format("f:{}", expected)) << text;
  }
}

TEST(Map, ReportsEveryKeyThatNobodyAskedFor) {
  std::vector<Diagnostic> diagnostics;
  File file("f", diagnostics);
  const auto documents = parse_yaml("recievers: 1\nroute: 2\nwhat: 3\n", file);
  {
    Map map(*documents.roots[0], "configuration", file);
    map.find("receivers");
    map.find("route");
  }
  EXPECT_THAT(in_short(diagnostics),
              ElementsAre("1:1: unknown key \"recievers\"; did you mean \"receivers\"?",
                          "3:1: unknown key \"what\" in configuration; remove it"));
}

TEST(Map, LongKeysAreCutInMessages) {
  const std::string key(1'000, 'k');
  EXPECT_THAT(complaints(key + ": 1\nroute: {receiver: a}\nreceivers: [{name: a}]"),
              ElementsAre("1:1: unknown key \"" + std::string(79, 'k') +
                          "…\" in configuration; remove it"));
}

}  // namespace
}  // namespace tocsin::config
