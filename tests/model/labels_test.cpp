// Label sets: their order, their lookup, their fingerprint.
#include "model/labels.h"

#include <gmock/gmock.h>

#include "model/error.h"

namespace tocsin {
namespace {

using testing::ElementsAre;

TEST(LabelsTest, AreSortedByName) {
  const Labels labels{{"job", "api"}, {"alertname", "Down"}, {"instance", "a:1"}};
  EXPECT_THAT(
      std::vector<Label>(labels.begin(), labels.end()),
      ElementsAre(Label{"alertname", "Down"}, Label{"instance", "a:1"}, Label{"job", "api"}));
}

TEST(LabelsTest, TheLaterOfTwoEqualNamesWins) {
  EXPECT_EQ((Labels{{"a", "1"}, {"b", "2"}, {"a", "3"}}), (Labels{{"a", "3"}, {"b", "2"}}));
  EXPECT_EQ((Labels{{"a", "1"}, {"a", "2"}, {"a", "3"}}), (Labels{{"a", "3"}}));
  EXPECT_EQ((Labels{{"a", "1"}, {"b", "2"}, {"b", "3"}, {"c", "4"}, {"c", "5"}}),
            (Labels{{"a", "1"}, {"b", "3"}, {"c", "5"}}));
}

TEST(LabelsTest, AbsentOnesReadAsEmpty) {
  const Labels labels{{"a", ""}, {"b", "x"}};
  EXPECT_EQ(labels.get("b"), "x");
  EXPECT_EQ(labels.get("a"), "");
  EXPECT_EQ(labels.get("c"), "");
  EXPECT_TRUE(labels.has("a"));
  EXPECT_FALSE(labels.has("c"));
  EXPECT_FALSE(labels.has(""));
  EXPECT_FALSE(Labels().has("a"));
}

TEST(LabelsTest, SettingKeepsThemSorted) {
  Labels labels;
  labels.set("m", "1");
  labels.set("z", "2");
  labels.set("a", "3");
  labels.set("m", "4");
  EXPECT_EQ(labels, (Labels{{"a", "3"}, {"m", "4"}, {"z", "2"}}));
}

TEST(LabelsTest, ErasingWhatIsNotThereIsFine) {
  Labels labels{{"a", "1"}, {"b", "2"}};
  labels.erase("aa");
  labels.erase("z");
  EXPECT_EQ(labels.size(), 2U);
  labels.erase("a");
  labels.erase("b");
  labels.erase("b");
  EXPECT_TRUE(labels.empty());
}

TEST(LabelsTest, EmptyValuesCanBeDropped) {
  Labels labels{{"a", ""}, {"b", "x"}, {"c", ""}};
  labels.drop_empty();
  EXPECT_EQ(labels, (Labels{{"b", "x"}}));
}

TEST(LabelsTest, CopiesChangeApart) {
  Labels labels{{"a", "1"}, {"c", "3"}};
  const Labels copy = labels;
  const std::string_view seen = copy.get("c");
  labels.set("b", "2");
  labels.erase("c");
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(copy, (Labels{{"a", "1"}, {"c", "3"}}));
  labels = copy;
  labels.set("c", labels.get("a"));  // of itself
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"c", "1"}}));
  EXPECT_EQ(seen, "3");
}

TEST(LabelsTest, AreOrderedAsListsOfPairs) {
  const Labels sets[] = {
      {},         {{"a", ""}}, {{"a", "1"}}, {{"a", "1"}, {"b", "0"}}, {{"a", "10"}}, {{"aa", "0"}},
      {{"b", ""}}};
  for (std::size_t i = 0; i < std::size(sets); ++i) {
    for (std::size_t k = 0; k < std::size(sets); ++k) {
      EXPECT_EQ(sets[i] <=> sets[k], i <=> k) << i << ' ' << k;
      EXPECT_EQ(sets[i] == sets[k], i == k) << i << ' ' << k;
    }
  }
}

TEST(LabelsTest, HaveIteratorsOfRandomAccess) {
  static_assert(std::random_access_iterator<Labels::Iterator>);
  const Labels labels{{"a", "1"}, {"b", "2"}, {"c", ""}};
  EXPECT_EQ(labels.end() - labels.begin(), 3);
  EXPECT_EQ(labels.begin()[2].name, "c");
  EXPECT_EQ((labels.end() - 2)->value, "2");
  EXPECT_EQ(Labels().begin(), Labels().end());
}

TEST(LabelsTest, PrintAsPrometheusPrintsThem) {
  EXPECT_EQ(Labels().to_string(), "{}");
  EXPECT_EQ((Labels{{"job", "j"}, {"alertname", "A1"}}).to_string(),
            R"({alertname="A1", job="j"})");
  EXPECT_EQ((Labels{{"a", "x\"y\\z\n"}, {"host.name", "h"}}).to_string(),
            R"({a="x\"y\\z\n", "host.name"="h"})");
}

TEST(FingerprintTest, AgreesWithPrometheus) {
  const std::pair<Labels, std::string_view> cases[] = {
      {{{"alertname", "foo"}, {"node", "bar"}}, "980a6a0e0facf311"},
      {{{"node", "bar"}, {"alertname", "foo"}}, "980a6a0e0facf311"},
      {{}, "cbf29ce484222325"},
  };
  for (const auto& [labels, expected] : cases) {
    EXPECT_EQ(format_fingerprint(labels.fingerprint()), expected) << labels.to_string();
  }
}

TEST(FingerprintTest, NamesAndValuesDoNotRunIntoEachOther) {
  const Labels sets[] = {{{"a", "bc"}}, {{"ab", "c"}}, {{"abc", ""}}, {{"a", ""}, {"bc", ""}}, {}};
  for (const Labels& a : sets) {
    for (const Labels& b : sets) EXPECT_EQ(a.fingerprint() == b.fingerprint(), a == b);
  }
}

TEST(FingerprintTest, IsReadBack) {
  EXPECT_EQ(parse_fingerprint("980a6a0e0facf311"), 0x980a6a0e0facf311U);
  EXPECT_EQ(parse_fingerprint("980A6A0E0FACF311"), 0x980a6a0e0facf311U);
  EXPECT_EQ(parse_fingerprint(format_fingerprint(7)), 7U);
  for (const std::string_view text :
       {"", "980a6a0e0facf31", "980a6a0e0facf3110", "980a6a0e0facf31g", "0x0a6a0e0facf311",
        "-80a6a0e0facf311", " 80a6a0e0facf311"}) {
    EXPECT_THROW(parse_fingerprint(text), Error) << text;
  }
}

TEST(LegacyNameTest, KnowsLabelsFromMetrics) {
  struct Case {
    std::string_view name;
    bool label, metric;
  };
  const Case cases[] = {
      {"job", true, true},         {"_x9", true, true},   {"__name__", true, true},
      {"a:b", false, true},        {":a", false, true},   {"9a", false, false},
      {"", false, false},          {"a-b", false, false}, {"a.b", false, false},
      {"h\xC3\xA9", false, false}, {"a b", false, false},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(is_legacy_label_name(each.name), each.label) << each.name;
    EXPECT_EQ(is_legacy_metric_name(each.name), each.metric) << each.name;
  }
}

}  // namespace
}  // namespace tocsin
