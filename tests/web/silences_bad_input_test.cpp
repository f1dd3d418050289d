// What a posted silence must not be: each is refused with the words of Alertmanager, and none of
// them changes anything.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kGood = R"({"matchers":[{"name":"host","value":"a","isRegex":false}],)"
                          R"("startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z",)"
                          R"("createdBy":"ops","comment":""})";

/// kGood with members replaced; a null takes one away.
std::string with(const json& changes) {
  json body = json::parse(kGood);
  for (const auto& [name, value] : changes.items()) {
    if (value.is_null()) {
      body.erase(name);
    } else {
      body[name] = value;
    }
  }
  return body.dump();
}

json matcher(const json& name, const json& value, const json& is_regex = false) {
  return json::array({{{"name", name}, {"value", value}, {"isRegex", is_regex}}});
}

struct Case {
  const char* story;
  std::string body;
  int status;
  const char* expected;  ///< in the answer
};

TEST(SilencesBadInput, IsRefusedWithAReasonAndChangesNothing) {
  const std::vector<Case> cases = {
      {"nothing", "", 400, "not valid JSON"},
      {"not JSON", "ends tomorrow", 400, "not valid JSON"},
      {"half of it", kGood.substr(0, 50), 400, "not valid JSON"},
      {"more than it", kGood + "}", 400, "not valid JSON"},
      {"malformed UTF-8", "{\"comment\":\"\xC3\x28\"}", 400, "not valid JSON"},
      {"a list", "[]", 400, "an object is expected"},
      {"null", "null", 400, "an object is expected"},
      {"no matchers", with({{"matchers", nullptr}}), 422, "matchers in body is required"},
      {"empty matchers", with({{"matchers", json::array()}}), 422, "at least 1 items"},
      {"matchers that are none", with({{"matchers", "host=a"}}), 400, "must be a array"},
      {"a matcher that is none", with({{"matchers", {"host=a"}}}), 400, "must be an object"},
      {"a matcher without value", with({{"matchers", {{{"name", "a"}, {"isRegex", false}}}}}), 422,
       "matchers.0.value in body is required"},
      {"isRegex missing", with({{"matchers", {{{"name", "a"}, {"value", "b"}}}}}), 422,
       "matchers.0.isRegex in body is required"},
      {"isRegex is no boolean", with({{"matchers", matcher("a", "b", "yes")}}), 400,
       "must be a boolean"},
      {"a name that is a number", with({{"matchers", matcher(7, "b")}}), 400, "must be a string"},
      {"a name that is empty", with({{"matchers", matcher("", "b")}}), 400, "invalid label name"},
      {"a regex that does not compile", with({{"matchers", matcher("a", "(", true)}}), 400,
       "failed to convert API silence"},
      {"a regex that would be huge",
       with({{"matchers", matcher("a", "((x{100}){100}){100}", true)}}), 400,
       "failed to convert API silence"},
      {"it matches everything", with({{"matchers", matcher("a", ".*", true)}}), 400,
       "at least one matcher must not match the empty string"},
      {"it matches everything without", with({{"matchers", matcher("a", "")}}), 400,
       "at least one matcher must not match the empty string"},
      {"it ends before it starts", with({{"startsAt", "2099-01-02T00:00:00Z"}}), 400,
       "start time must be before end time"},
      {"it ends when it starts", with({{"startsAt", "2099-01-01T00:00:00Z"}}), 400,
       "start time must be before end time"},
      {"it is over", with({{"endsAt", "2021-01-01T00:00:00Z"}}), 400,
       "end time can't be in the past"},
      {"a time that is none", with({{"endsAt", "tomorrow"}}), 400, "endsAt"},
      {"a time that is a number", with({{"endsAt", 7}}), 400, "endsAt must be a string"},
      {"a day that is none", with({{"endsAt", "2099-02-30T00:00:00Z"}}), 400, "endsAt"},
      {"no author", with({{"createdBy", nullptr}}), 422, "createdBy in body is required"},
      {"no comment", with({{"comment", nullptr}}), 422, "comment in body is required"},
      {"an id that is a number", with({{"id", 7}}), 400, "id must be a string"},
      {"an id that is unknown", with({{"id", "01234567-89ab-cdef-0123-456789abcdef"}}), 404,
       "silence not found"},
      {"an id that is none", with({{"id", "../../etc/passwd"}}), 404, "silence not found"},
      {"annotations that are none", with({{"annotations", "x"}}), 400,
       "annotations must be a object"},
      {"an annotation that is a number", with({{"annotations", {{"x", 1}}}}), 400,
       "annotations.x must be a string"},
      {"deep brackets", std::string(200'000, '['), 400, "not valid JSON"},
      {"a huge comment", with({{"comment", std::string(300'000, 'x')}}), 413,
       "at most 262144 bytes"},
  };
  Site site;
  for (const Case& each : cases) {
    const web::Response response = site.send("POST", "/api/v2/silences", each.body);
    EXPECT_EQ(response.status, each.status) << each.story;
    EXPECT_THAT(response.body, HasSubstr(each.expected)) << each.story;
    EXPECT_TRUE(json::accept(response.body)) << each.story << ": " << response.body;
    EXPECT_EQ(response.content_type, "application/json") << each.story;
  }
  EXPECT_EQ(site.json("/api/v2/silences"), json::array());
  EXPECT_EQ(site.send("POST", "/api/v2/silences", kGood).status, 200) << "what they vary is good";
}

TEST(SilencesBadInput, OnlyJsonFromOurOwnPagesIsTaken) {
  struct Row {
    Headers headers;
    int status;
  };
  const Headers json_type = {{"content-type", "application/json"}, {"host", "localhost:9093"}};
  const auto from = [&](const char* origin) {
    Headers headers = json_type;
    headers["origin"] = origin;
    return headers;
  };
  Site site;
  for (const Row& row : std::vector<Row>{
           {{}, 415},
           {{{"content-type", "text/plain"}}, 415},
           {{{"content-type", "application/x-www-form-urlencoded"}}, 415},
           {{{"content-type", "application/jsonx"}}, 415},
           {{{"content-type", "Application/JSON; charset=utf-8"}}, 200},
           {json_type, 200},
           {from("http://localhost:9093"), 200},
           {from("http://LOCALHOST:9093"), 200},
           {from("https://evil.example"), 403},
           {from("http://localhost:9094"), 403},
           {from("http://localhost:9093.evil.example"), 403},
           {from("null"), 403},
       }) {
    EXPECT_EQ(site.send("POST", "/api/v2/silences", kGood, row.headers).status, row.status)
        << json(row.headers).dump();
  }
}

TEST(SilencesBadInput, AFilterThatIsNoMatcherIsRefused) {
  Site site;
  for (const char* filter : {"host", "=a", "host=~(", "{", "host=\"a"}) {
    for (const char* path : {"/api/v2/silences", "/api/v2/alerts"}) {
      const web::Response response = site.get(path, {{"filter", filter}});
      EXPECT_EQ(response.status, 400) << path << " " << filter;
      EXPECT_TRUE(json::parse(response.body).is_string()) << response.body;
    }
  }
}

TEST(SilencesBadInput, WhatCannotBeWrittenIsNotAcknowledged) {
  Site site;
  site.world.journal().fail_next_commits(1'000'000);
  const web::Response response = site.send("POST", "/api/v2/silences", kGood);
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("told to fail"));
  site.world.journal().fail_next_commits(0);
  EXPECT_EQ(site.json("/api/v2/silences"), json::array());
}

}  // namespace
}  // namespace tocsin::testing
