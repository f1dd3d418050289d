#include "config/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/remote_write.h"
#include "config/scrape_configs.h"

namespace tocsin::config {
namespace {

/// A prometheus.yml says nothing of people: its alerts are there to be looked at.
void tell_nobody(Map& root, Config& config) {
  root.file().warning(root.node(),
                      "there is no \"route\": alerts are shown and nobody is told; add one that "
                      "names a receiver");
  config.receivers.push_back({"nobody", {}, Labels{{"name", "nobody"}}});
}

/// Reads the whole file. Only when `diagnostics` stays empty is the result of any use.
void read_config(Map& root, Config& config, const RuleObserver& observer,
                 std::vector<Diagnostic>& diagnostics) {
  Defaults defaults;
  defaults.templating = read_templates(root, config.template_globs);
  read_global(root, config.global, defaults);
  config.http = defaults.http;
  config.sources = read_sources(root);
  config.scrape = read_scrape_configs(root, defaults.scrape, diagnostics, config.warnings);
  config.remote_write = read_remote_write(root);
  config.heartbeat = read_heartbeat(root, defaults);
  config.receivers = read_receivers(root, defaults);
  check_secret_files(config.receivers, config.file, config.warnings);
  config.silence_links = read_silence_links(root);
  for (Receiver& receiver : config.receivers) {
    for (notifiers::Channel& each : receiver.channels) each.silence_links = config.silence_links;
  }
  config.time_intervals = read_time_intervals(root, config.warnings);
  if (!root.has("route") && !config.scrape.empty()) {
    tell_nobody(root, config);
    config.route.receiver = config.receivers.back().name;
    route::name_routes(config.route);
  } else {
    config.route = read_route(root, config.receivers, config.time_intervals, defaults.templating,
                              config.warnings);
  }
  config.templates = defaults.templating.templates;
  config.inhibit_rules = read_inhibit_rules(root, config.warnings);
  refuse_prometheus_keys(root);
  warn_of_idle_keys(root);
  const RuleContext context{config.global.evaluation_interval, config.global.rule_query_offset,
                            &config.sources, observer};
  config.groups = read_rule_files(root, context, diagnostics, config.warnings);
}

/// The one document of the configuration, or null when it cannot be read (which has been said).
const Node* only_document(Documents& documents, File& file) {
  std::erase_if(documents.roots, [](const Node* each) { return each->is_null(); });
  if (documents.roots.size() > 1) {
    file.problem(*documents.roots[1], "a second document begins here; a configuration is only one");
  }
  if (!documents.roots.empty()) return documents.roots.front();
  if (file.problems() > 0) return nullptr;
  Node* nothing = std::pmr::polymorphic_allocator<>(documents.memory.get())
                      .new_object<Node>(documents.memory.get());
  nothing->mark = {1, 1};
  return nothing;
}

/// By file, the configuration first, and by place in it.
void sort_by_place(std::vector<Diagnostic>& diagnostics, const std::string& first) {
  std::stable_sort(
      diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) {
        const auto key = [&](const Position& at) {
          return std::make_tuple(at.file != first, std::string_view(at.file), at.line, at.column);
        };
        return key(a.where) < key(b.where);
      });
}

struct Reading {
  const Environment& environment;
  const RuleObserver& observer;
  MatcherSyntax matchers;
  bool looks_at_files;
};

std::shared_ptr<const Config> read_text(std::string_view text, const std::filesystem::path& path,
                                        const Reading& reading) {
  auto config = std::make_shared<Config>();
  config->file = path.string();
  std::vector<Diagnostic> diagnostics;
  File file(config->file, diagnostics);
  file.environment = reading.environment;
  file.matchers = reading.matchers;
  file.looks_at_files = reading.looks_at_files;
  Documents documents = parse_yaml(text, file);
  if (const Node* document = only_document(documents, file)) {
    Map root(*document, "configuration", file);
    if (root.usable()) read_config(root, *config, reading.observer, diagnostics);
  }
  if (!diagnostics.empty()) {
    sort_by_place(diagnostics, config->file);
    throw InvalidInput(std::move(diagnostics));
  }
  for (Diagnostic& each : file.take_warnings()) config->warnings.push_back(std::move(each));
  sort_by_place(config->warnings, config->file);
  rule::name_rules(config->groups);
  return config;
}

}  // namespace

const Receiver* Config::receiver(std::string_view name) const {
  const auto found = std::find_if(receivers.begin(), receivers.end(),
                                  [name](const Receiver& each) { return each.name == name; });
  return found == receivers.end() ? nullptr : &*found;
}

const net::SourceSettings* Config::source(std::string_view name) const {
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [name](const auto& each) { return each.name == name; });
  return found == sources.end() ? nullptr : &*found;
}

const route::TimeInterval* Config::time_interval(std::string_view name) const {
  const auto found = std::find_if(time_intervals.begin(), time_intervals.end(),
                                  [name](const auto& each) { return each.name == name; });
  return found == time_intervals.end() ? nullptr : &*found;
}

std::shared_ptr<const Config> parse(std::string_view text, const std::filesystem::path& path,
                                    const Environment& environment, const RuleObserver& observer,
                                    MatcherSyntax matchers) {
  return read_text(text, path, {environment, observer, matchers, false});
}

std::shared_ptr<const Config> load(const std::filesystem::path& file, MatcherSyntax matchers) {
  std::string text;
  try {
    text = read_file(file);
  } catch (const Error& error) {
    throw InvalidInput({{{file.string(), 0, 0}, error.what()}});
  }
  return read_text(text, file, {process_environment(), {}, matchers, true});
}

}  // namespace tocsin::config
