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
            "method DELETE is not allowed, but [GET, POST] are");
  EXPECT_THAT(response.headers,
              ::testing::Contains(std::pair<std::string, std::string>("Allow", "GET, POST")));
  EXPECT_EQ(ask("", "/things").status, 405);
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
