#include "engine/loop.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include "model/overloaded.h"

namespace tocsin::engine {
namespace {

/// Longest time between two turns: nothing depends on it, it bounds the effect of clock jumps.
constexpr Duration kLongestWait = std::chrono::seconds{1};
/// How long rules wait at a start for the first samples of all targets. What is scraped more seldom
/// is not waited for.
constexpr Duration kLongestFirstRound = std::chrono::minutes{1};
/// Rules beside the data are computed in turns: what comes from outside waits no longer for them.
constexpr Duration kEvaluationSlice = std::chrono::milliseconds{50};
/// While messages queue up, answers are gathered for so long: a look at all connections, and a
/// turn, cost about the same for one answer as for many.
constexpr Duration kGathering = std::chrono::milliseconds{2};

std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw Error("the system has no random numbers to make an id from");
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);  // version 4
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);  // RFC 9562 variant
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 0x0F];
  }
  return text;
}

}  // namespace

Timestamp wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Loop::Loop(journal::Journal& journal, std::shared_ptr<const config::Config> config,
           Settings settings)
    : settings_(std::move(settings)),
      series_(settings_.series_file),
      embedded_(series_.store()),
      scraper_(series_.store(), {wall_clock, config::read_target_file}) {
  series_.configure(*config);
  series_.begin(wall_clock());
  embedded_.set_ready(config->scrape.empty());
  first_samples_until_ = std::chrono::steady_clock::now() + kLongestFirstRound;
  Outside outside;
  outside.source = [this](const std::string& name) { return find_source(name); };
  outside.send = [this](notifiers::Delivery delivery, std::function<void(net::Result)> done) {
    send(std::move(delivery), std::move(done));
  };
  outside.ask_source = [this](SourceQuestion question, std::function<void(net::Result)> done) {
    ask_source(question, std::move(done));
  };
  outside.new_id = random_uuid;
  outside.load_config = [this] { return config::load(settings_.config_file, settings_.matchers); };
  outside.prepare_config = [this](const config::Config& next) { prepare_sources(next); };
  outside.seed = std::random_device{}();
  outside.intake = settings_.intake;
  outside.silence_limits = settings_.silence_limits;
  outside.housekeeping = settings_.housekeeping;
  outside.log_silences = settings_.log_silences;
  outside.evaluation_slice = kEvaluationSlice;
  engine_ = std::make_unique<Engine>(journal, std::move(outside), settings_.external_url);
  engine_->on_command([this] { client_.wake(); });
  engine_->begin(std::move(config), wall_clock(), settings_.start_delay);
}

Loop::~Loop() { stop(); }

void Loop::start() {
  series_.start();
  scraper_.start();
  thread_ = std::thread([this] { run(); });
}

void Loop::stop() {
  stopping_ = true;
  scraper_.stop();
  client_.wake();
  if (thread_.joinable()) thread_.join();
  engine_->refuse_commands();
  series_.stop();
}

void Loop::run() {
  while (!stopping_) {
    const Timestamp now = wall_clock();
    look_for_first_samples();
    const Timestamp next = engine_->turn(now);
    series_.tick(now);
    gather_answers();
    client_.poll(std::clamp<Duration>(next - now, Duration{0}, kLongestWait));
  }
  engine_->refuse_commands();
  drain();
}

void Loop::gather_answers() {
  if (!engine_->deliveries_queue()) return;
  client_.poll(Duration{0});  // sends what was started
  std::this_thread::sleep_for(kGathering);
}

void Loop::look_for_first_samples() {
  if (embedded_.ready()) return;
  embedded_.set_ready(scraper_.first_round_over() ||
                      std::chrono::steady_clock::now() >= first_samples_until_);
}

void Loop::drain() {
  const auto until = std::chrono::steady_clock::now() + settings_.drain;
  while (!engine_->deliveries_done() && std::chrono::steady_clock::now() < until) {
    client_.poll(std::chrono::milliseconds{50});
    engine_->drain(wall_clock());
  }
  if (!engine_->deliveries_done()) {
    spdlog::warn("stopped with deliveries under way: they stay in the outbox and are tried again");
  }
}

query::Source* Loop::find_source(const std::string& name) {
  const std::string& wanted = name.empty() ? first_source_ : name;
  if (!embedded_name_.empty() && wanted == embedded_name_) return &embedded_;
  return find_remote(wanted);
}

net::RemoteSource* Loop::find_remote(const std::string& name) const {
  const auto at = sources_.find(name.empty() ? first_source_ : name);
  return at == sources_.end() ? nullptr : at->second.get();
}

void Loop::ask_source(const SourceQuestion& question, std::function<void(net::Result)> done) {
  net::RemoteSource* source = find_remote(question.source);
  if (source == nullptr) {  // it went with a reload
    return done(net::Failure{net::Failure::Kind::Other, "there is no such source any more"});
  }
  source->pass_on(question.api, question.form, question.method == SourceQuestion::Method::Post,
                  std::move(done));
}

void Loop::prepare_sources(const config::Config& config) {
  scraper_.configure(config.scrape);
  scraper_.forward(config.remote_write, config.global.external_labels);
  sources_.clear();
  embedded_name_.clear();
  first_source_ = config.sources.empty() ? "" : config.sources.front().name;
  for (const net::SourceSettings& settings : config.sources) {
    if (settings.embedded) {
      embedded_name_ = settings.name;
    } else {
      sources_[settings.name] = std::make_unique<net::RemoteSource>(settings, client_);
    }
  }
  series_.configure(config);
  embedded_.expect(embedded_expressions(config));
}

void Loop::send(notifiers::Delivery delivery, std::function<void(net::Result)> done) {
  std::visit(Overloaded{
                 [&](net::Request& request) { client_.start(std::move(request), std::move(done)); },
                 [&](net::Mail& mail) { client_.start(std::move(mail), std::move(done)); },
                 [&](notifiers::Print& print) {
                   std::fputs(print.text.c_str(), stdout);
                   std::fflush(stdout);
                   done(net::Response{200, {}, ""});
                 },
             },
             delivery);
}

}  // namespace tocsin::engine
