#include "scrape/forward.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/remote_source.h"
#include "world.h"

namespace tocsin::scrape {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = at_second(1'000'000);

Labels series(const std::string& name) { return {{"__name__", name}, {"job", "x"}}; }

struct Sending : World {
  explicit Sending(RemoteWriteSettings settings = {}, Labels external = {})
      : forward(named(std::move(settings)), std::move(external), store, outside, kStart) {}
  static RemoteWriteSettings named(RemoteWriteSettings settings) {
    settings.name = "far";
    settings.url = "http://far:1/write";
    return settings;
  }
  void add(const std::string& name, Timestamp at, double value) {
    store.batch(at).add(series(name), at, value);
  }
  /// Turns at `now` until nothing more is asked, each request answered with `status`; the bodies.
  std::vector<std::string> bodies(Timestamp now, int status = 204) {
    std::vector<std::string> all;
    for (int turns = 0; turns < 1000; ++turns) {
      const Timestamp next = forward.turn(now);
      if (!asked.empty()) {
        all.push_back(asked.front().request.body);
        const Asked first = std::move(asked.front());
        asked.pop_front();
        first.done(net::Response{status, {}, ""});
        if (status >= 500) return all;
      } else if (next > now) {
        return all;
      }
    }
    return all;
  }
  Forward forward;
};

std::string body(std::vector<query::Sample> samples) { return net::encode_write_request(samples); }

TEST(Forward, SendsEachSampleOnce) {
  Sending world;
  world.add("a", kStart - 5s, 0);  // before
  world.add("a", kStart, 1);
  world.add("b", kStart + 2s, 2);
  world.add("a", kStart + 6s, 3);
  EXPECT_THAT(world.bodies(kStart + 10s), testing::IsEmpty());
  EXPECT_THAT(
      world.bodies(kStart + 20s),
      testing::ElementsAre(body({{series("a"), kStart, 1}, {series("b"), kStart + 2s, 2}})));
  EXPECT_THAT(world.bodies(kStart + 26s),
              testing::ElementsAre(body({{series("a"), kStart + 6s, 3}})));
  EXPECT_THAT(world.bodies(kStart + 600s), testing::IsEmpty());
  EXPECT_EQ(world.forward.view().sent, 3U);
  EXPECT_GT(world.forward.view().sent_until, kStart + 600s - Forward::kLag - 5s);
}

TEST(Forward, AddsExternalLabelsRelabelsAndKeepsToTheBatch) {
  RemoteWriteSettings settings;
  settings.batch = 2;
  RelabelRule drop;
  drop.action = RelabelAction::Drop;
  drop.source_labels = {"__name__", "cluster"};
  drop.regex = Pattern("b;home");
  settings.relabel = {drop};
  Sending world(settings, {{"cluster", "home"}, {"job", "other"}});
  for (int i = 0; i < 3; ++i) world.add("a", kStart + i * 1s, i);
  world.add("b", kStart, 9);
  world.add("c", kStart, 10);
  const auto with = [](const std::string& name) {
    Labels labels = series(name);
    labels.set("cluster", "home");
    return labels;
  };
  EXPECT_THAT(world.bodies(kStart + 30s),
              testing::ElementsAre(body({{with("a"), kStart, 0}, {with("a"), kStart + 1s, 1}}),
                                   body({{with("a"), kStart + 2s, 2}, {with("c"), kStart, 10}})));
}

TEST(Forward, TriesAgainUntilThePlaceIsBack) {
  Sending world;
  world.add("a", kStart, 1);
  const std::vector<std::string> first = world.bodies(kStart + 30s, 503);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(world.forward.view().last_error, "http://far:1 answered HTTP 503");
  EXPECT_THAT(world.bodies(kStart + 30s), testing::IsEmpty());  // it waits
  for (int i = 1; i <= 10; ++i) world.bodies(kStart + 30s + i * 10s, 500);
  EXPECT_EQ(world.forward.view().retries, 11U);
  world.add("b", kStart + 40s, 2);
  EXPECT_THAT(world.bodies(kStart + 200s),
              testing::ElementsAre(first[0], body({{series("b"), kStart + 40s, 2}})));
  EXPECT_EQ(world.forward.view().last_error, "");
}

TEST(Forward, LetsGoOfWhatIsRefused) {
  Sending world;
  world.add("a", kStart, 1);
  EXPECT_EQ(world.bodies(kStart + 30s, 400).size(), 1U);
  EXPECT_EQ(world.forward.view().dropped, 1U);
  world.add("a", kStart + 40s, 2);
  EXPECT_EQ(world.bodies(kStart + 90s).size(), 1U);
  EXPECT_EQ(world.forward.view().sent, 1U);
}

}  // namespace
}  // namespace tocsin::scrape
