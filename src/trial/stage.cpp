#include "trial/stage.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::trial {
namespace {

/// Channels that take everything and keep their names, so that nothing leaves the house and no
/// secret is needed.
void silence(std::vector<config::Receiver>& receivers) {
  for (config::Receiver& receiver : receivers) {
    for (notifiers::Channel& channel : receiver.channels) {
      channel.settings = notifiers::ConsoleSettings{};
      channel.rate_limit = {};
    }
  }
}

std::unique_ptr<engine::Engine> make_engine(journal::Journal& journal, query::Source& source,
                                            const std::string& external_url) {
  engine::Outside outside;
  outside.source = [&source](const std::string&) { return &source; };
  outside.send = [](const notifiers::Delivery&, const std::function<void(net::Result)>& done) {
    done(net::Response{200, {}, ""});
  };
  outside.new_id = [] { return std::string(); };
  outside.load_config = [] { return nullptr; };
  outside.prepare_config = [](const config::Config&) {};
  return std::make_unique<engine::Engine>(journal, std::move(outside), external_url);
}

}  // namespace

void Minutes::commit(std::span<const journal::Change> changes) {
  for (const journal::Change& change : changes) {
    if (const auto* put = std::get_if<journal::PutOutbox>(&change)) {
      decided_.push_back(*put->row.notification);
    }
  }
}

std::shared_ptr<const config::Config> stage_config(const TestFile& file, const Test& test,
                                                   bool for_people) {
  auto config = std::make_shared<config::Config>();
  if (for_people) {
    *config = *file.config;
  } else {
    // Nobody hears of anything; alerts have the labels that promtool shows.
    config->receivers.push_back({"nobody", {}});
    config->route.receiver = "nobody";
    config->global.label_alerts = false;
    route::name_routes(config->route);
  }
  config->file = file.name;
  config->sources.clear();
  config->groups = file.groups;
  for (rule::RuleGroup& group : config->groups) {
    group.interval = file.evaluation_interval;
    group.offset = test.start.time_since_epoch() % file.evaluation_interval;
  }
  if (!for_people || test.external_labels) {
    config->global.external_labels = test.external_labels.value_or(Labels{});
  }
  silence(config->receivers);
  return config;
}

Stage::Stage(const TestFile& file, const Test& test, const ReadOptions& options, bool for_people)
    : test_(test),
      source_(query::EngineSettings{.default_step = file.evaluation_interval}, options.syntax),
      engine_(make_engine(minutes_, source_, test.external_url)) {
  engine_->begin(stage_config(file, test, for_people), test.start);
}

void Stage::load_until(Timestamp now) {
  std::size_t longest = 0;
  for (const InputSeries& series : test_.series) longest = std::max(longest, series.values.size());
  for (; next_ < longest; ++next_) {
    const Timestamp at = test_.start + static_cast<Duration::rep>(next_) * test_.interval;
    if (at > now) return;
    for (const InputSeries& series : test_.series) {
      if (next_ >= series.values.size()) continue;
      const auto histogram = series.histograms.find(next_);
      if (histogram != series.histograms.end()) {
        source_.append_histogram(series.labels, at, histogram->second);
      }
      if (!is_gap(series.values[next_])) source_.append(series.labels, at, series.values[next_]);
    }
  }
}

Timestamp Stage::turn(Timestamp now) {
  load_until(now);
  return engine_->turn(now);
}

std::vector<Diagnostic> Stage::failed_rules() const {
  std::vector<Diagnostic> failed;
  const auto view = engine_->rules();
  for (const engine::GroupView& group : view->groups()) {
    for (const engine::RuleView& rule : group.rules) {
      if (rule.status.health != engine::Health::Failed) continue;
      failed.push_back(
          {rule.rule->where, fmt::format("rule {}: {}", rule.rule->name, rule.status.last_error)});
    }
  }
  return failed;
}

}  // namespace tocsin::trial
