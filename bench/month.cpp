// How large tocsin.db becomes in a month of a busy system, and whether it then stays that large:
// the real engine and journal under a clock of this program's own.
//
//     month FOLDER [--days N] [--alerts-per-day N]
//
// Each alert waits for a minute, fires for half an hour and is told to one of 50 groups. Prints the
// size of the file and the events it has for every day.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "config/config.h"
#include "engine/engine.h"
#include "journal/sqlite_journal.h"

namespace tocsin {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kConfig = R"(
sources: [{name: made-up, url: "http://source.test"}]
route: {receiver: team, group_by: [service], group_wait: 10s, group_interval: 1m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/"}]}]
)";

constexpr const char* kRules = R"(
groups:
- name: busy
  interval: 1m
  rules:
  - alert: RequestsFail
    expr: failing
    for: 1m
    labels: {severity: page}
    annotations: {summary: "{{ $labels.instance }} of {{ $labels.service }} fails: {{ $value }}"}
)";

constexpr minutes kLength{31};

struct Options {
  std::filesystem::path folder;
  int days = 35;
  int alerts_per_day = 10'000;
};

/// Alert number n begins n / alerts_per_day days after the epoch.
class MadeUp : public query::Source {
 public:
  explicit MadeUp(int alerts_per_day) : gap_(Duration(hours{24}) / alerts_per_day) {}

  void instant(const std::string&, Timestamp at, std::function<void(query::Answer)> done) override {
    const std::int64_t last = at.time_since_epoch() / gap_;
    const std::int64_t first = (at - kLength).time_since_epoch() / gap_ + 1;
    query::Samples samples;
    for (std::int64_t n = first; n <= last; ++n) {
      samples.push_back(
          {Labels{{"instance", fmt::format("10.0.{}.{}:9100", n / 250 % 250, n % 250)},
                  {"service", fmt::format("service-{}", n % 50)},
                  {"request", fmt::format("{}", n)}},
           at, static_cast<double>(n % 100)});
    }
    done(std::move(samples));
  }

  void write(std::span<const query::Sample>, std::function<void(std::string)> done) override {
    done("");
  }
  bool writable() const override { return false; }

 private:
  Duration gap_;
};

std::shared_ptr<const config::Config> load() {
  auto config = std::make_shared<config::Config>(*config::parse(kConfig, "month.yaml"));
  std::vector<Diagnostic> problems;
  config->groups = config::parse_rule_file(kRules, "rules.yaml", problems);
  rule::name_rules(config->groups);
  return config;
}

std::uintmax_t size_of(const std::filesystem::path& folder) {
  std::uintmax_t size = 0;
  for (const char* name : {"tocsin.db", "tocsin.db-wal"}) {
    std::error_code none;
    const std::uintmax_t one = std::filesystem::file_size(folder / name, none);
    if (!none) size += one;
  }
  return size;
}

void run(const Options& options) {
  MadeUp source(options.alerts_per_day);
  const auto journal = journal::open_sqlite(options.folder);
  engine::Outside outside;
  std::uint64_t messages = 0;
  outside.source = [&](const std::string&) { return &source; };
  outside.send = [&](const notifiers::Delivery&, const std::function<void(net::Result)>& done) {
    ++messages;
    done(net::Response{200, {}, "ok"});
  };
  outside.new_id = [] { return std::string(36, '0'); };
  outside.prepare_config = [](const config::Config&) {};
  engine::Engine engine(*journal, std::move(outside), "http://tocsin.test");
  Timestamp now{hours{24 * 365 * 56}};
  engine.begin(load(), now);
  fmt::print("day  MB     messages\n");
  for (int day = 1; day <= options.days; ++day) {
    const Timestamp end = now + hours{24};
    while (now < end) {
      const Timestamp next = engine.turn(now);
      now = std::clamp<Timestamp>(next, now + std::chrono::milliseconds{1}, now + seconds{60});
    }
    fmt::print("{:3}  {:5.1f}  {}\n", day, static_cast<double>(size_of(options.folder)) / 1e6,
               messages);
    std::fflush(stdout);
  }
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    int* number = word == "--days"             ? &options.days
                  : word == "--alerts-per-day" ? &options.alerts_per_day
                                               : nullptr;
    if (number == nullptr) {
      options.folder = word;
    } else if (++i < argc) {
      std::from_chars(argv[i], argv[i] + std::strlen(argv[i]), *number);
    }
  }
  if (options.folder.empty() || options.days < 1 || options.alerts_per_day < 1) {
    throw Error("month FOLDER [--days N] [--alerts-per-day N]");
  }
  return options;
}

}  // namespace
}  // namespace tocsin

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::off);
  try {
    tocsin::run(tocsin::parse(argc, argv));
  } catch (const tocsin::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
