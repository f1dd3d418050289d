// A channel that wants to be left alone, by whatever name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::SizeIs;

std::string discord(const std::string& receiver) {
  return R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: )" +
         receiver + R"(, group_by: [host], group_wait: 5s, group_interval: 1m}
receivers: [{name: )" +
         receiver + R"(, discord_configs: [{webhook_url: "http://hook.test/d"}]}]
)";
}

// The bucket of a Discord webhook was emptied by a message that was under way while its receiver
// got another name: the hold is that of the new name.
TEST(Hold, OfAMessageThatWasAcceptedGoesToTheNameThatItsReceiverHasNow) {
  World world({discord("team"), kRules});
  world.answer = [](const Delivered&) -> net::Result {
    return net::Response{
        204, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset-after", "300"}}, ""};
  };
  world.hold_answers = true;
  world.source.set("slow", {{{"host", "a"}}});
  while (world.attempts.empty()) world.run_for(seconds{1});
  world.files.config = discord("renamed");
  world.ask([](engine::Engine& engine) { return engine.reload("test"); });
  world.hold_answers = false;
  world.release_answers();
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  const Timestamp heard = world.now;
  world.run_for(minutes{4});
  EXPECT_THAT(world.attempts, SizeIs(1));
  EXPECT_TRUE(world.engine().channel_held_until({"renamed", "discord/0"}));
  world.run_for(minutes{3});
  ASSERT_GE(world.attempts.size(), 2u);
  EXPECT_GE(world.attempts[1].at, heard + seconds{300});
}

}  // namespace
}  // namespace tocsin::testing
