// Hostile templates end in an Error, in bounded time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

using testing::HasSubstr;

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string failure_of(const std::string& text) {
  try {
    render(text);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(TemplateLimits, NestingIsBounded) {
  const std::string parentheses = "{{ " + repeat("(", 100'000) + "1" + repeat(")", 100'000) + " }}";
  EXPECT_THAT(failure_of(parentheses), HasSubstr("nested more than"));
  EXPECT_THAT(failure_of(repeat("{{ if 1 }}", 20'000)), HasSubstr("nested more than"));
  EXPECT_THAT(failure_of(repeat("{{ with 1 }}", 50) + repeat("{{ end }}", 50)), "");
}

TEST(TemplateLimits, RecursionIsBounded) {
  const std::string text =
      "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}";
  EXPECT_THAT(failure_of(text), HasSubstr("exceeded maximum template depth"));
}

TEST(TemplateLimits, DeepRecursionThroughParenthesesIsBounded) {
  const std::string text = "{{ define \"x\" }}" + repeat("{{ if (((1))) }}", 90) +
                           "{{ template \"x\" . }}" + repeat("{{ end }}", 90) +
                           "{{ end }}{{ template \"x\" . }}";
  EXPECT_THAT(failure_of(text), HasSubstr("exceeded maximum template depth"));
}

TEST(TemplateLimits, LoopsEnd) {
  EXPECT_THAT(failure_of("{{ range 1000000000000 }}{{ end }}"), HasSubstr("gave up after"));
  EXPECT_THAT(failure_of("{{ range 10000 }}{{ range 10000 }}{{ end }}{{ end }}"),
              HasSubstr("gave up after"));
}

TEST(TemplateLimits, TextIsBounded) {
  EXPECT_THAT(failure_of("{{ range 100000 }}" + repeat("x", 1000) + "{{ end }}"),
              HasSubstr("longer than"));
  EXPECT_THAT(failure_of("{{ $x := \"0123456789\" }}{{ range 64 }}{{ $x = print $x $x }}{{ end }}"),
              HasSubstr("longer than"));
  EXPECT_THAT(failure_of("{{ printf \"%999999999d\" 1 }}"), "");
  EXPECT_EQ(render("{{ printf \"%999999999d\" 1 }}"), "%!(BADWIDTH)1");
  EXPECT_THAT(failure_of(repeat("x", 300 * 1024) + "{{ 1 }}"), HasSubstr("longer than"));
}

TEST(TemplateLimits, NestedValuesAreBounded) {
  EXPECT_THAT(failure_of("{{ $x := args 1 }}{{ range 100 }}{{ $x = args $x }}{{ end }}{{ $x }}"),
              HasSubstr("nested too deeply"));
  EXPECT_THAT(failure_of("{{ $x := args 1 }}{{ range 40 }}{{ $x = args $x $x }}{{ end }}{{ $x }}"),
              HasSubstr("longer than"));
}

}  // namespace
}  // namespace tocsin::tmpl
