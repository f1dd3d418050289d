// Which path and method finds which handler, and what the others are told.
#include "web/router.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "model/error.h"

namespace tocsin::web {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Router router() {
  Router made;
  made.add("GET", "/things", [](const Request&, Timestamp) { return text("all"); });
  made.add("POST", "/things", [](const Request&, Timestamp) { return text("made"); });
  made.add("GET", "/thing/{}/part/{}", [](const Request& request, Timestamp) {
    return text(request.arguments.at(0) + "," + request.arguments.at(1));
  });
  made.add("GET", "/broken",
           [](const Request&, Timestamp) -> Response { throw Error("the \"disk\" is full"); });
  return made;
}

Response ask(const std::string& method, const std::string& path) {
  Request request;
  request.method = method;
  request.path = path;
  return router().handle(request, Timestamp{});
}

TEST(Router, FindsWhatFits) {
  EXPECT_EQ(ask("GET", "/things").body, "all");
  EXPECT_EQ(ask("POST", "/things").body, "made");
  EXPECT_EQ(ask("HEAD", "/things").status, 200);
  EXPECT_EQ(ask("GET", "/thing/a/part/b c").body, "a,b c");
}

TEST(Router, TellsWhatDoesNotFit) {
  for (const char* path :
       {"", "/", "/Things", "/things/", "//things", "/things/x", "/thing//part/b", "/thing/a/part/",
        "/../things", "/things\n", "things"}) {
    const Response response = ask("GET", path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(json::parse(response.body)["code"], 404) << path;
  }
  EXPECT_THAT(ask("GET", "/\"<b>\xFF").body, HasSubstr(R"(path /\"<b>)"));
}

TEST(Router, NamesTheMethodsThatAreAllowed) {
  const Response response = ask("DELETE", "/things");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(json::parse(response.body)["message"],
            "method DELETE is not allowed, but [GET,POST] are");
  EXPECT_THAT(response.headers,
              ::testing::Contains(std::pair<std::string, std::string>("Allow", "GET,POST")));
  EXPECT_EQ(ask("", "/things").status, 405);
}

TEST(Router, AnEscapedSlashStaysInItsSegment) {
  EXPECT_EQ(ask("GET", "/thing/a%2Fb/part/%63%20").body, "a/b,c ");
  EXPECT_EQ(ask("GET", "/%74hings").body, "all");
  EXPECT_EQ(ask("GET", "/things%2F").status, 404);
}

Response ask_from(const std::string& origin, const std::string& method) {
  Request request;
  request.method = method;
  request.path = "/things";
  request.headers = {{"origin", origin}, {"host", "tocsin:9093"}};
  return router().handle(request, Timestamp{});
}

TEST(Router, PagesOfOtherOriginsMayReadOnly) {
  const std::pair<std::string, std::string> allowed("Access-Control-Allow-Origin", "*");
  for (const char* method : {"GET", "HEAD"}) {
    const Response response = ask_from("https://evil.example", method);
    EXPECT_EQ(response.status, 200) << method;
    EXPECT_THAT(response.headers, ::testing::Contains(allowed)) << method;
  }
  const Response preflight = ask_from("https://evil.example", "OPTIONS");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_THAT(preflight.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                     "Access-Control-Allow-Methods", "GET, HEAD")));
  for (const char* origin :
       {"https://evil.example", "null", "http://tocsin:9094", "http://tocsin"}) {
    const Response change = ask_from(origin, "POST");
    EXPECT_EQ(change.status, 403) << origin;
    EXPECT_THAT(change.headers, ::testing::Not(::testing::Contains(allowed))) << origin;
  }
  for (const char* origin : {"", "http://tocsin:9093", "https://TOCSIN:9093"}) {
    EXPECT_EQ(ask_from(origin, "POST").body, "made") << origin;
  }
  EXPECT_THAT(ask("GET", "/things").headers, ::testing::Not(::testing::Contains(allowed)));
}

TEST(Router, ALaterPrefixIsTakenOff) {
  Router moved = router();
  moved.move_under(parse_route_prefix("/x"));
  Request request;
  request.method = "GET";
  for (const auto& [path, status] : std::vector<std::pair<std::string, int>>{
           {"/x/things", 200}, {"/things", 404}, {"/xx/things", 404}, {"/", 302}, {"/x", 302}}) {
    request.path = path;
    EXPECT_EQ(moved.handle(request, Timestamp{}).status, status) << path;
  }
}

TEST(Router, APrefixIsAPath) {
  for (const auto& [text, prefix] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"/", ""}, {"//", ""}, {"a", "/a"}, {"/a/b/", "/a/b"}}) {
    EXPECT_EQ(parse_route_prefix(text), prefix) << text;
  }
  for (const char* text : {"/a b", "/a?b", "/a#b", "/%41", "/a\r\nb"}) {
    EXPECT_THROW(parse_route_prefix(text), Error) << text;
  }
}

TEST(Router, AnErrorIsAnAnswer) {
  const Response response = ask("GET", "/broken");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(json::parse(response.body), "the \"disk\" is full");
}

TEST(Request, ParametersMayRepeatAndFlagsHaveManyWords) {
  Request request;
  request.query = {{"filter", "a"}, {"x", "TRUE"}, {"filter", "b"}, {"no", "off"}, {"empty", ""}};
  EXPECT_EQ(request.parameter("filter"), "a");
  EXPECT_THAT(request.parameters("filter"), ElementsAre("a", "b"));
  EXPECT_EQ(request.parameter("missing"), "");
  EXPECT_TRUE(request.flag("x", false));
  EXPECT_FALSE(request.flag("no", true));
  EXPECT_TRUE(request.flag("empty", true));
  EXPECT_FALSE(request.flag("missing", false));
}

}  // namespace
}  // namespace tocsin::web
