// The thread that scrapes, with a server on loopback: for what only threads can get wrong.
#include "scrape/scraper.h"

#include <atomic>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/fake_server.h"
#include "world.h"

namespace tocsin::scrape {
namespace {

using namespace std::chrono_literals;

/// Answers every request, whatever it asks for, and counts them.
struct Exporter {
  std::atomic<int> asked = 0;
  net::FakeServer server{[this](net::Connection& connection) {
    while (!connection.read_request().empty()) {
      connection.send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n");
      ++asked;
      asked.notify_all();
    }
  }};

  void wait_for(int more) {
    const int wanted = asked + more;
    for (int seen = asked; seen < wanted; seen = asked) asked.wait(seen);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server.port()); }
};

Scraper::Settings settings() {
  const auto begin = std::chrono::steady_clock::now();
  const auto now = [begin] {
    return at_second(1'000'000) +
           std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
  };
  return {now, [](const std::string&) { return std::vector<TargetGroup>{}; }};
}

JobSettings often(const std::string& name, const Exporter& exporter) {
  JobSettings job = job_of(name, {exporter.address()});
  job.interval = 50ms;
  job.timeout = 50ms;
  return job;
}

TEST(Scraper, ScrapesUntilItIsStopped) {
  Exporter exporter;
  series::Store store;
  Scraper scraper(store, settings());
  scraper.configure({often("x", exporter)});
  scraper.start();
  exporter.wait_for(5);
  scraper.stop();
  EXPECT_EQ(dump(store, "a").size(), 1U);
  EXPECT_GE(store.statistics().samples, 4U);
  const int asked = exporter.asked;
  scraper.stop();
  EXPECT_EQ(exporter.asked, asked);
}

TEST(Scraper, IsReconfiguredAndLookedAtWhileItWorks) {
  Exporter exporter;
  series::Store store;
  Scraper scraper(store, settings());
  JobSettings found = often("found", exporter);
  found.static_targets.clear();
  found.urls = {{exporter.server.url("/sd"), 50ms, {}}};
  RemoteWriteSettings place;
  place.name = "far";
  place.url = exporter.server.url("/write");
  scraper.start();
  for (int round = 0; round < 20; ++round) {
    scraper.configure(round % 2 == 0 ? std::vector<JobSettings>{often("x", exporter), found}
                                     : std::vector<JobSettings>{often("x", exporter)});
    scraper.forward(round % 3 == 0 ? std::vector<RemoteWriteSettings>{place}
                                   : std::vector<RemoteWriteSettings>{},
                    {});
    exporter.wait_for(1);
    EXPECT_GE(scraper.jobs().size(), 1U);
    scraper.metadata({}, "", 10);
    scraper.counters();
    scraper.forwards();
  }
  scraper.stop();
  EXPECT_GE(scraper.counters().scrapes, 1U);
}

}  // namespace
}  // namespace tocsin::scrape
