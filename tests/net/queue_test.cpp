// The loop: many transfers at once, limits, waking, cancelling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using testing::ElementsAre;

FakeServer::Script silent() {
  return [](Connection& connection) { connection.wait_until_closed(); };
}

FakeServer::Script friendly() {
  return answering([](const std::string&) { return http_answer(200, "ok"); });
}

void poll_until_idle(Client& client) {
  for (int rounds = 0; client.in_flight() > 0 && rounds < 10000; ++rounds) {
    client.poll(Duration{1000});
  }
}

TEST(Queue, DoneIsNeverCalledFromStart) {
  Client client;
  bool done = false;
  client.start(get("not a URL"), [&](const Result&) { done = true; });
  EXPECT_FALSE(done);
  EXPECT_EQ(client.in_flight(), 1U);
  client.poll(Duration{60'000});
  EXPECT_TRUE(done);
  EXPECT_EQ(client.in_flight(), 0U);
}

TEST(Queue, AtMostSoManyRunAtOncePerDestination) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  FakeServer server(answering([&](const std::string&) {
    most = std::max(most.load(), ++now);
    std::this_thread::sleep_for(Duration{1});  // so that they would overlap
    --now;
    return http_answer(200, "ok");
  }));
  Client client({.max_idle_connections = 8, .max_per_destination = 3});
  int done = 0;
  for (int i = 0; i < 30; ++i) client.start(get(server.url()), [&](const Result&) { ++done; });
  EXPECT_EQ(client.in_flight(), 30U);
  poll_until_idle(client);
  EXPECT_EQ(done, 30);
  EXPECT_LE(most, 3);
  EXPECT_LE(server.connections(), 3);
}

TEST(Queue, WhatWaitsRunsInOrder) {
  FakeServer server(answering([](const std::string& request) {
    return http_answer(200, request.substr(5, request.find(' ', 5) - 5));
  }));
  Client client({.max_idle_connections = 8, .max_per_destination = 1});
  std::string order;
  for (const char name : std::string("abcdefghij")) {
    client.start(get(server.url("/") + name),
                 [&](const Result& result) { order += std::get<Response>(result).body; });
  }
  poll_until_idle(client);
  EXPECT_EQ(order, "abcdefghij");
}

TEST(Queue, OneDestinationThatIsStuckHoldsUpNoOther) {
  FakeServer stuck(silent());
  FakeServer server(friendly());
  Client client({.max_idle_connections = 4, .max_per_destination = 2});
  for (int i = 0; i < 100; ++i) client.start(get(stuck.url()), [](const Result&) {});
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(std::holds_alternative<Response>(exchange(client, get(server.url()))));
  }
  EXPECT_EQ(client.in_flight(), 100U);
}

TEST(Queue, WaitingCountsAsPartOfTheTimeout) {
  FakeServer stuck(silent());
  Client client({.max_idle_connections = 4, .max_per_destination = 1});
  std::vector<std::string> messages;
  for (int i = 0; i < 50; ++i) {
    Request request = get(stuck.url());
    request.timeout = Duration{150};
    client.start(request, [&](const Result& result) {
      ASSERT_TRUE(std::holds_alternative<Failure>(result));
      EXPECT_EQ(std::get<Failure>(result).kind, Failure::Kind::Timeout);
      messages.push_back(std::get<Failure>(result).message);
    });
  }
  poll_until_idle(client);
  EXPECT_EQ(messages.size(), 50U);
}

TEST(Queue, DoneMayStartTheNext) {
  FakeServer server(friendly());
  Client client;
  int done = 0;
  std::function<void(const Result&)> next = [&](const Result&) {
    if (++done < 20) client.start(get(server.url()), next);
  };
  client.start(get(server.url()), next);
  poll_until_idle(client);
  EXPECT_EQ(done, 20);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Queue, WhatDoneThrowsHarmsNoOther) {
  FakeServer server(friendly());
  Client client;
  int done = 0;
  for (int i = 0; i < 4; ++i) {
    const std::string url = i % 2 == 0 ? server.url() : "not a URL";
    client.start(get(url), [&](const Result&) {
      ++done;
      throw std::runtime_error("from done");
    });
  }
  int thrown = 0;
  for (int rounds = 0; client.in_flight() > 0 && rounds < 1000; ++rounds) {
    try {
      client.poll(Duration{1000});
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  }
  EXPECT_EQ(done, 4);
  EXPECT_EQ(thrown, 4);
}

TEST(Queue, CancelEndsWhatRunsAndWhatWaits) {
  FakeServer stuck(silent());
  FakeServer server(friendly());
  Client client({.max_idle_connections = 4, .max_per_destination = 1});
  std::vector<std::string> ended;
  for (int i = 0; i < 3; ++i) {
    client.start(get(stuck.url()),
                 [&](const Result& result) { ended.push_back(std::get<Failure>(result).message); });
  }
  client.poll(Duration{10});
  client.cancel_all();
  const std::string cancelled = stuck.url("") + ": cancelled";
  EXPECT_THAT(ended, ElementsAre(cancelled, cancelled, cancelled));
  EXPECT_EQ(client.in_flight(), 0U);
  EXPECT_TRUE(std::holds_alternative<Response>(exchange(client, get(server.url()))));
}

TEST(Queue, CancellingFromDoneIsFine) {
  FakeServer server(friendly());
  Client client;
  int done = 0;
  for (int i = 0; i < 10; ++i) {
    client.start(get(server.url()), [&](const Result&) {
      ++done;
      client.cancel_all();
    });
  }
  poll_until_idle(client);
  EXPECT_EQ(done, 10);
}

TEST(Queue, DestroyedClientCallsNobody) {
  FakeServer stuck(silent());
  {
    Client client({.max_idle_connections = 4, .max_per_destination = 1});
    for (int i = 0; i < 3; ++i) {
      client.start(get(stuck.url()), [](const Result&) { ADD_FAILURE() << "called"; });
    }
    client.poll(Duration{5});
  }
}

TEST(Queue, WakeEndsAPollEarly) {
  Client client;
  std::thread other([&] { client.wake(); });
  client.poll(Duration{60'000});  // the test's time limit would show it
  other.join();
}

TEST(Queue, EqualSettingsKeepConnectionsAndDifferentOnesAreNotMixed) {
  FakeServer server(
      answering([](const std::string& request) { return http_answer(200, request); }));
  Client client;
  for (int i = 0; i < 30; ++i) {
    HttpSettings settings;
    settings.authorization = {"Bearer", Secret{"token" + std::to_string(i % 3), ""}};
    const Result result = exchange(client, with(get(server.url()), settings));
    EXPECT_THAT(std::get<Response>(result).body,
                testing::HasSubstr("Bearer token" + std::to_string(i % 3) + "\r\n"));
  }
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace tocsin::net
