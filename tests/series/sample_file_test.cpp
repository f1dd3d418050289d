// Files of samples: which kind they are, and what is in them.
#include "series/sample_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "model/matcher.h"

namespace tocsin::series {
namespace {

/// One line per series: {labels} time:value time:value …
std::string show(const SampleFile& file) {
  std::string out;
  for (const FileSeries& series : file.series()) {
    out += series.labels.to_string();
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      out += fmt::format(" {}:{}", series.times[i], series.values[i]);
    }
    if (series.untimed) out += fmt::format(" ?:{}", *series.untimed);
    if (series.has_histograms) out += " histograms";
    out += '\n';
  }
  return out;
}

std::string read(std::string_view text) {
  try {
    return show(SampleFile::read(text));
  } catch (const Error& error) {
    return error.what();
  }
}

struct Case {
  std::string_view text;
  std::string_view expected;
};

TEST(SampleFile, Expositions) {
  const Case kCases[] = {
      {"", ""},
      {"up{job=\"a\"} 1\nup{job=\"b\"} 0 5000\n",
       "{__name__=\"up\", job=\"a\"} ?:1\n{__name__=\"up\", job=\"b\"} 5000:0\n"},
      {"a 1 1\na 2 2\nb 1 1\na 3 3\n", "{__name__=\"a\"} 1:1 2:2 3:3\n{__name__=\"b\"} 1:1\n"},
      {"a 3 3\na 1 1\na 2 2\na 4 1", "{__name__=\"a\"} 1:4 2:2 3:3\n"},
      {"a{b=\"1\",c=\"2\"} 1 1\na{c=\"2\",b=\"1\"} 2 2\n{c=\"2\",\"a\",b=\"1\"} 3 3",
       "{__name__=\"a\", b=\"1\", c=\"2\"} 1:1 2:2 3:3\n"},
      {"a{b=\"\"} 1 1\na 2 2", "{__name__=\"a\"} 1:1 2:2\n"},
      {"a 1\na 2", "{__name__=\"a\"} ?:2\n"},
      {"a 1 2.5\n# EOF\n", "{__name__=\"a\"} 2500:1\n"},
      {"{__name__=\"up\", job=\"x\"} 1 1700000000000\n",
       "{__name__=\"up\", job=\"x\"} 1700000000000:1\n"},
      {"load 1", "{__name__=\"load\"} ?:1\n"},
      {"load 1 5", "{__name__=\"load\"} 5:1\n"},
      {"a x", "1:3: \"x\" is not a value: write a number, +Inf, -Inf or NaN"},
  };
  for (const Case& each : kCases) EXPECT_EQ(read(each.text), each.expected) << each.text;
}

TEST(SampleFile, LoadBlocks) {
  const Case kCases[] = {
      {"load 1m\n  up{job=\"a\"} 1 0 _ 1\n", "{__name__=\"up\", job=\"a\"} 0:1 60000:0 180000:1\n"},
      {"# a comment\n\nload 10s\r\n\ta 0+1x3\r\n# in between\n  b 5x1\n",
       "{__name__=\"a\"} 0:0 10000:1 20000:2 30000:3\n{__name__=\"b\"} 0:5 10000:5\n"},
      {"load 1m\n  a 1 2\n\nload 30s\n  a _ 7\n", "{__name__=\"a\"} 0:1 30000:7 60000:2\n"},
      {"load 1m\n  a 1\nload 2m\n  b 1 2", "{__name__=\"a\"} 0:1\n{__name__=\"b\"} 0:1 120000:2\n"},
      {"load 1m\n  a{b=\"\"} {{schema:0}} 1\n", "{__name__=\"a\"} 0:nan 60000:1 histograms\n"},
      {"load 1m\n", ""},
      {"load 1m\n  a 1x\n", "2:1: at 4 of the values: a whole number has to stand behind x"},
      {"load 1m\n  a{ 1\n", "2:1: the braces of the labels are not closed"},
      {"load 1m\n  a 1\n\neval instant at 1m a\n",
       "4:1: \"eval instant at 1m a\" is not understood: a file of samples has load blocks only"},
      {"load 0s\n", "1:1: the step has to be longer than nothing"},
      {"load 200y\n  a 0x2000000\n", "2:1: the last time is out of range"},
  };
  for (const Case& each : kCases) EXPECT_EQ(read(each.text), each.expected) << each.text;
}

TEST(SampleFile, TooManySamplesAreRefused) {
  for (const char* text : {"a 1 1\nb 1 1\na 1 2\n", "load 1s\n  a 1 2\n  b 3\n"}) {
    EXPECT_EQ(show(SampleFile::read(text, 3)), show(SampleFile::read(text)));
    EXPECT_THROW(SampleFile::read(text, 2), Error) << text;
  }
}

TEST(SampleFile, ATimeForThoseThatHaveNone) {
  SampleFile file = SampleFile::read("a 1\nb 1 5000\nb 2\nc 7 9000\n");
  EXPECT_TRUE(file.has_untimed());
  EXPECT_EQ(file.newest(), Timestamp(Duration(9000)));
  file.stamp(Timestamp(Duration(5000)));
  EXPECT_FALSE(file.has_untimed());
  EXPECT_EQ(show(file),
            "{__name__=\"a\"} 5000:1\n{__name__=\"b\"} 5000:2\n{__name__=\"c\"} 9000:7\n");
  EXPECT_EQ(SampleFile::read("a 1").newest(), std::nullopt);
}

TEST(SampleFile, GivesWhatMatchesWithinTheTime) {
  const SampleFile file =
      SampleFile::read("a{x=\"1\"} 1 1000\na{x=\"2\"} 2 2000\nb{x=\"1\"} 3 2000\n");
  const auto names = [&](const Matchers& matchers, int from, int to) {
    std::string out;
    for (const query::SeriesView& view :
         file.select(matchers, Timestamp(Duration(from)), Timestamp(Duration(to))).series) {
      out += view.labels->to_string();
    }
    return out;
  };
  const Matchers a = {Matcher("__name__", MatchOp::Equal, "a")};
  const Matchers one = {Matcher("x", MatchOp::Regex, "1|3")};
  EXPECT_EQ(names(a, 0, 5000), "{__name__=\"a\", x=\"1\"}{__name__=\"a\", x=\"2\"}");
  EXPECT_EQ(names(one, 0, 5000), "{__name__=\"a\", x=\"1\"}{__name__=\"b\", x=\"1\"}");
  EXPECT_EQ(names(a, 1001, 5000), "{__name__=\"a\", x=\"2\"}");
  EXPECT_EQ(names(a, 1000, 1000), "{__name__=\"a\", x=\"1\"}");
  EXPECT_EQ(names(a, 1001, 1999), "");
}

}  // namespace
}  // namespace tocsin::series
