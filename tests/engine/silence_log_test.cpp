// --log.silences: changes of silences in the log, and nothing of them without it.
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

/// The lines about silences of a life with one that is made and ended.
std::string logged(bool wanted) {
  std::ostringstream out;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_st>(out)));
  spdlog::set_pattern("%v");
  {
    World world({kConfig, kRules},
                [&](engine::Outside& outside) { outside.log_silences = wanted; });
    route::SilenceRequest request;
    request.matchers = {Matcher("host", MatchOp::Equal, "a")};
    request.starts_at = world.now;
    request.ends_at = world.now + hours{1};
    request.created_by = "ops";
    request.comment = "we know";
    const auto made =
        world.ask([&](engine::Engine& engine) { return engine.put_silence(request, "ops"); });
    const std::string id = std::get<route::SilenceChange>(made).id;
    world.ask([&](engine::Engine& engine) { return engine.expire_silence(id, "ops"); });
  }
  spdlog::set_default_logger(before);
  std::istringstream lines(out.str());
  std::string about;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("silence_")) about += line.substr(0, line.find(' ')) + "\n";
  }
  return about;
}

TEST(SilenceLog, SaysWhatChangedWhenItIsWanted) {
  EXPECT_EQ(logged(true), "silence_created\nsilence_expired\n");
  EXPECT_EQ(logged(false), "");
}

}  // namespace
}  // namespace tocsin::testing
