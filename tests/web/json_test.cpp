// Writing JSON: what comes out must always be JSON.
#include "web/json.h"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tocsin::web {
namespace {

TEST(JsonString, QuotesWhatMustBeQuotedAndRepairsWhatIsNoText) {
  struct Case {
    std::string text;
    std::string expected;
  };
  for (const Case& each : std::vector<Case>{
           {"", R"("")"},
           {"plain ä 🔥", R"("plain ä 🔥")"},
           {"\"\\/", R"("\"\\/")"},
           {"a\nb\tc\r", R"("a\nb\u0009c\u000d")"},
           {std::string("\0\x1F\x7F", 3), "\"\\u0000\\u001f\x7F\""},
           {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
           {"\xC3", "\"\xEF\xBF\xBD\""},
           {"\xF0\x9F\x94", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
           {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
           {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
       }) {
    EXPECT_EQ(json_string(each.text), each.expected);
    EXPECT_TRUE(nlohmann::json::accept(json_string(each.text))) << each.expected;
  }
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  JsonWriter out;
  out.begin_object().field("a", "x").key("list").begin_array();
  out.value(true).value(1.5).begin_object().end_object().begin_array().end_array().value("y");
  out.end_array().field("labels", Labels{{"b", "1"}, {"c", "2"}}).end_object();
  EXPECT_EQ(out.take(), R"({"a":"x","list":[true,1.5,{},[],"y"],"labels":{"b":"1","c":"2"}})");
}

TEST(JsonWriter, NumbersThatJsonLacksAreZero) {
  JsonWriter out;
  out.begin_array().value(std::numeric_limits<double>::quiet_NaN());
  out.value(-std::numeric_limits<double>::infinity()).value(1e300).end_array();
  EXPECT_EQ(out.take(), "[0,0,1e+300]");
}

}  // namespace
}  // namespace tocsin::web
