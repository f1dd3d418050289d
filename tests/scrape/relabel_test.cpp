#include "scrape/relabel.h"

#include <gtest/gtest.h>

#include "model/error.h"

namespace tocsin::scrape {
namespace {

using enum RelabelAction;

struct Case {
  std::string what;
  std::vector<RelabelRule> rules;
  std::string expected;  // "dropped" when a rule drops it
};

const Labels kLabels = {{"a", "foo"}, {"b", "bar"}, {"c", "baz"}, {"__name__", "up"}};

std::string after(Labels labels, const std::vector<RelabelRule>& rules) {
  return relabel(labels, rules) ? labels.to_string() : "dropped";
}

void expect(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(after(kLabels, each.rules), each.expected) << each.what;
}

RelabelRule rule(RelabelAction action, std::vector<std::string> sources, const std::string& regex,
                 std::string target = {}, std::string replacement = "$1") {
  RelabelRule out;
  out.action = action;
  out.source_labels = std::move(sources);
  out.regex = Pattern(regex);
  out.target_label = std::move(target);
  out.replacement = std::move(replacement);
  return out;
}

TEST(Relabel, ReplacesWhatThePatternMatchesAsAWhole) {
  const std::string same = R"({__name__="up", a="foo", b="bar", c="baz"})";
  expect({
      {"copies",
       {rule(Replace, {"a"}, "(.*)", "d")},
       R"({__name__="up", a="foo", b="bar", c="baz", d="foo"})"},
      {"joins with the separator",
       {rule(Replace, {"a", "b"}, "(.*);(.*)", "d", "$2-${1}x")},
       R"({__name__="up", a="foo", b="bar", c="baz", d="bar-foox"})"},
      {"is anchored", {rule(Replace, {"a"}, "oo", "d", "yes")}, same},
      {"what matches nothing changes nothing", {rule(Replace, {"a"}, "(x)", "b", "$1")}, same},
      {"an empty result removes",
       {rule(Replace, {"a"}, "foo", "b", "")},
       R"({__name__="up", a="foo", c="baz"})"},
      {"missing sources are empty",
       {rule(Replace, {"x", "y"}, ";", "d", "none")},
       R"({__name__="up", a="foo", b="bar", c="baz", d="none"})"},
      {"no sources at all",
       {rule(Replace, {}, "(.*)", "d", "fixed")},
       R"({__name__="up", a="foo", b="bar", c="baz", d="fixed"})"},
      {"the target may have groups",
       {rule(Replace, {"a"}, "f(o+)", "x_$1", "v")},
       R"({__name__="up", a="foo", b="bar", c="baz", x_oo="v"})"},
      {"the name after $ is as long as it can be",
       {rule(Replace, {"a"}, "(.*)", "d", "$1x")},
       same},
      {"named groups",
       {rule(Replace, {"a"}, "(?P<first>.)(.*)", "d", "${first}$2$$")},
       R"({__name__="up", a="foo", b="bar", c="baz", d="foo$"})"},
      {"the one after the other",
       {rule(Replace, {"a"}, "(.*)", "d"), rule(Drop, {"d"}, "foo")},
       "dropped"},
  });
}

TEST(Relabel, KeepsAndDrops) {
  const std::string same = R"({__name__="up", a="foo", b="bar", c="baz"})";
  expect({
      {"keep", {rule(Keep, {"a"}, "f.*")}, same},
      {"keep what matches no more than a part", {rule(Keep, {"a"}, "f")}, "dropped"},
      {"drop", {rule(Drop, {"a", "b"}, "foo;bar")}, "dropped"},
      {"drop else", {rule(Drop, {"a"}, "fo|oo")}, same},
      {"keepequal", {rule(KeepEqual, {"a"}, "(.*)", "b")}, "dropped"},
      {"dropequal", {rule(DropEqual, {"a"}, "(.*)", "b")}, same},
      {"dropequal of the missing", {rule(DropEqual, {"x"}, "(.*)", "y")}, "dropped"},
  });
}

TEST(Relabel, LooksAtNames) {
  expect({
      {"labelmap",
       {rule(LabelMap, {}, "([ab])", "", "x_$1")},
       R"({__name__="up", a="foo", b="bar", c="baz", x_a="foo", x_b="bar"})"},
      {"labelmap onto another",
       {rule(LabelMap, {}, "a", "", "c")},
       R"({__name__="up", a="foo", b="bar", c="foo"})"},
      {"labeldrop", {rule(LabelDrop, {}, "a|b")}, R"({__name__="up", c="baz"})"},
      {"labelkeep", {rule(LabelKeep, {}, "a|__name__")}, R"({__name__="up", a="foo"})"},
  });
}

TEST(Relabel, ChangesCase) {
  Labels labels = {{"a", "Grüße"}};
  EXPECT_EQ(
      after(labels, {rule(Uppercase, {"a"}, "(.*)", "u"), rule(Lowercase, {"a"}, "(.*)", "l")}),
      R"({a="Grüße", l="grüße", u="GRÜßE"})");
  EXPECT_EQ(after(labels, {rule(Lowercase, {"x"}, "(.*)", "a")}), "{}");
}

TEST(Relabel, HashesIntoShards) {
  // md5sum of the text, its last 8 bytes as a number: python3 -c 'import hashlib;
  // print(int(hashlib.md5(b"foo;bar").hexdigest()[16:], 16) % 1000)'
  RelabelRule hash = rule(HashMod, {"a", "b"}, "(.*)", "d");
  hash.modulus = 1000;
  EXPECT_EQ(after(kLabels, {hash}), R"({__name__="up", a="foo", b="bar", c="baz", d="750"})");
  hash.source_labels = {};
  hash.modulus = 18446744073709551615U;
  EXPECT_EQ(after({}, {hash}), R"({d="16825458760271544958"})");
}

TEST(RelabelRule, SaysWhatIsWrongWithIt) {
  RelabelRule separator = rule(KeepEqual, {"a"}, "(.*)", "b");
  separator.separator = ",";
  const std::vector<std::pair<RelabelRule, std::string>> cases = {
      {rule(Replace, {"a"}, "(.*)"), "replace needs a target_label"},
      {rule(HashMod, {"a"}, "(.*)", "d"), "hashmod needs a modulus of 1 or more"},
      {rule(Lowercase, {"a"}, "(.*)", "d", "x"), "lowercase takes no replacement; remove it"},
      {separator, "keepequal takes only source_labels and target_label; remove the rest"},
      {rule(LabelDrop, {"a"}, "b"), "labeldrop takes only regex; remove the rest"},
      {rule(LabelMap, {}, "b"), ""},
      {rule(Keep, {"a"}, "b"), ""},
  };
  for (const auto& [wrong, expected] : cases) EXPECT_EQ(problem_of(wrong), expected);
}

TEST(Pattern, ThatDoesNotCompileIsRefused) { EXPECT_THROW(Pattern("a("), Error); }

}  // namespace
}  // namespace tocsin::scrape
