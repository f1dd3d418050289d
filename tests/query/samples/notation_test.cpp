// How series and their values are written.
#include "query/samples/notation.h"

#include <bit>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "query/engine/storage.h"
#include "query/samples/memory_storage.h"

namespace tocsin::query {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// "1 _ NaN stale H"
std::string spelled(std::string_view text) {
  std::string out;
  for (const SequenceValue& value : parse_sequence(text)) {
    if (!out.empty()) out += ' ';
    if (std::holds_alternative<Gap>(value)) {
      out += '_';
    } else if (std::holds_alternative<HistogramValue>(value)) {
      out += 'H';
    } else if (const double number = std::get<double>(value);
               std::bit_cast<std::uint64_t>(number) == kStaleBits) {
      out += "stale";
    } else {
      std::ostringstream digits;
      digits << number;
      out += digits.str();
    }
  }
  return out;
}

std::string complaint(std::string_view text) {
  try {
    return spelled(text);
  } catch (const Error& error) {
    return error.what();
  }
}

std::vector<std::string> histograms(std::string_view text) {
  std::vector<std::string> out;
  for (const SequenceValue& value : parse_sequence(text)) {
    const auto& content = std::get<HistogramValue>(value).content;
    out.push_back(content == nullptr ? "to be computed" : content->to_string());
  }
  return out;
}

TEST(Notation, Histograms) {
  const std::string whole =
      "{{schema:1 count:7.5 sum:-0.5 z_bucket:2 z_bucket_w:0.25 counter_reset_hint:gauge offset:-3 "
      "buckets:[1 0 2] n_offset:4 n_buckets:[2.5]}}";
  EXPECT_THAT(histograms(whole), ElementsAre(whole));
  EXPECT_THAT(histograms("{{}} {{buckets:[0 0 5 0]}}"),
              ElementsAre("{{}}", "{{offset:2 buckets:[5]}}"));
  EXPECT_THAT(histograms("{{schema:-53 custom_values:[5 10] buckets:[1 4]}}x1"),
              ElementsAre("{{schema:-53 custom_values:[5 10] buckets:[1 4]}}",
                          "{{schema:-53 custom_values:[5 10] buckets:[1 4]}}"));
  EXPECT_THAT(histograms("{{count:1 buckets:[1]}}+{{count:2 sum:3 offset:1 buckets:[2]}}x2"),
              ElementsAre("{{count:1 buckets:[1]}}", "{{count:3 sum:3 buckets:[1 2]}}",
                          "{{count:5 sum:6 buckets:[1 4]}}"));
  EXPECT_THAT(histograms("{{schema:1 count:1}}+{{schema:2 count:1}}x1"),
              ElementsAre("{{schema:1 count:1}}", "to be computed"));
}

TEST(Notation, HistogramsThatAreNone) {
  EXPECT_THAT(complaint("{{count:x}}"), HasSubstr("\"x\" in a histogram is no number"));
  EXPECT_THAT(complaint("{{schema:1.5}}"), HasSubstr("no whole number"));
  EXPECT_THAT(complaint("{{colour:1}}"), HasSubstr("a histogram has no \"colour\""));
  EXPECT_THAT(complaint("{{buckets:[1 2}}"), HasSubstr("ends with ]"));
  EXPECT_THAT(complaint("{{buckets:1}}"), HasSubstr("begins with ["));
  EXPECT_THAT(complaint("{{count}}"), HasSubstr("a colon is missing"));
  EXPECT_THAT(complaint("{{counter_reset_hint:maybe}}"), HasSubstr("unknown, reset, not_reset"));
}

TEST(Notation, Values) {
  EXPECT_EQ(spelled(""), "");
  EXPECT_EQ(spelled("1 -2.5 +3 1e3 .5"), "1 -2.5 3 1000 0.5");
  EXPECT_EQ(spelled("Inf -Inf +inf"), "inf -inf inf");
  EXPECT_EQ(spelled("NaN stale _"), "nan stale _");
  EXPECT_EQ(spelled("_x3 7"), "_ _ _ 7");
  EXPECT_EQ(spelled("7x0"), "7");
  EXPECT_EQ(spelled("7x2"), "7 7 7");
  EXPECT_EQ(spelled("1+2x3"), "1 3 5 7");
  EXPECT_EQ(spelled("1-2x2 _ 0"), "1 -1 -3 _ 0");
  EXPECT_EQ(spelled("-1+-2x1"), complaint("-1+-2x1"));
  EXPECT_EQ(spelled("{{schema:1 buckets:[1 2]}} {{}}x1"), "H H H");
  EXPECT_EQ(spelled("{{sum:1}}+{{sum:2}}x2"), "H H H");
  EXPECT_EQ(spelled("\t1\n 2 "), "1 2");
}

TEST(Notation, MistakesInValues) {
  EXPECT_THAT(complaint("1 oops"), HasSubstr("at 3 of the values: unexpected \"oops\""));
  EXPECT_THAT(complaint("1+2"), HasSubstr("needs a count behind it"));
  EXPECT_THAT(complaint("1x"), HasSubstr("a whole number has to stand behind x"));
  EXPECT_THAT(complaint("1x99999999999"), HasSubstr("these are more than"));
  EXPECT_THAT(complaint("_x10000000 1"), HasSubstr("these are more than"));
  EXPECT_THAT(complaint("1x99999999999999999999"), HasSubstr("a whole number"));
  EXPECT_THAT(complaint("1e999"), HasSubstr("out of range"));
  EXPECT_THAT(complaint("{{sum:1"), HasSubstr("a histogram ends with }}"));
  EXPECT_THAT(complaint("{{}}+1x2"), HasSubstr("a histogram begins with {{"));
  EXPECT_THAT(complaint("stalex2"), HasSubstr("unexpected"));
  EXPECT_THAT(complaint("1,2"), HasSubstr("unexpected"));
}

TEST(Notation, Lines) {
  const auto line = [](std::string_view text) { return parse_series_line(text); };
  EXPECT_EQ(line("up 1").labels, (Labels{{"__name__", "up"}}));
  EXPECT_EQ(line("up{} 1").labels, (Labels{{"__name__", "up"}}));
  EXPECT_EQ(line("{} 1").labels, Labels());
  EXPECT_EQ(line("up{a=\"x } y\", b='\\''} 1 2").labels,
            (Labels{{"__name__", "up"}, {"a", "x } y"}, {"b", "'"}}));
  EXPECT_EQ(line("{\"ü.p\", \"a b\"=\"1\"} 1").labels, (Labels{{"__name__", "ü.p"}, {"a b", "1"}}));
  EXPECT_EQ(line("h {{sum:1}}").values.size(), 1u);
  EXPECT_EQ(line("h{a=\"1\"} {{sum:1}} 1").values.size(), 2u);
  EXPECT_THROW(line("up{a=\"1\" 1"), Error);
  EXPECT_THROW(line("up{a!=\"1\"} 1"), Error);
}

std::vector<double> selected(const MemoryStorage& storage, const char* name, Duration from,
                             Duration to) {
  std::vector<double> values;
  const Selection selection =
      storage.select({Matcher("__name__", MatchOp::Equal, name)}, Timestamp(from), Timestamp(to));
  for (const SeriesView& series : selection.series) {
    values.insert(values.end(), series.values.begin(), series.values.end());
  }
  return values;
}

TEST(MemoryStorage, KeepsSamplesInOrder) {
  MemoryStorage storage;
  storage.add({{"__name__", "m"}, {"empty", ""}}, Timestamp(3s), 3);
  storage.add({{"__name__", "m"}}, Timestamp(1s), 1);
  storage.add({{"__name__", "m"}}, Timestamp(2s), 7);
  storage.add({{"__name__", "m"}}, Timestamp(2s), 2);
  EXPECT_EQ(storage.series_count(), 1u);
  EXPECT_THAT(selected(storage, "m", 0s, 9s), ElementsAre(1, 2, 3));
  EXPECT_THAT(selected(storage, "m", 4s, 9s), ElementsAre());
  EXPECT_THAT(selected(storage, "n", 0s, 9s), ElementsAre());
  storage.clear();
  EXPECT_THAT(selected(storage, "m", 0s, 9s), ElementsAre());
}

TEST(MemoryStorage, KeepsWhenCountingBegan) {
  MemoryStorage storage;
  storage.add({{"__name__", "m"}}, Timestamp(5s), 5);
  storage.add({{"__name__", "m"}}, Timestamp(9s), 9, Timestamp(8s));
  storage.add({{"__name__", "m"}}, Timestamp(1s), 1);
  storage.add({{"__name__", "m"}}, Timestamp(7s), 7, Timestamp(6s));
  storage.add({{"__name__", "m"}}, Timestamp(9s), 10);
  const Selection selection = storage.select({}, Timestamp(0s), Timestamp(9s));
  EXPECT_THAT(selection.series.at(0).starts, ElementsAre(0, 0, 6000, 0));
}

}  // namespace
}  // namespace tocsin::query
