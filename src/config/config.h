// The configuration file and the rule files it names, read into the structs of the floors below.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"
#include "net/remote_source.h"
#include "notifiers/channel.h"
#include "notifiers/message_templates.h"
#include "route/inhibition.h"
#include "route/route.h"
#include "route/time_interval.h"
#include "rule/rule.h"
#include "scrape/settings.h"

namespace tocsin::query {
struct Expr;  // in query/syntax/ast.h
}

namespace tocsin::config {

/// Looks up an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// That of this process.
Environment process_environment();

struct Global {
  Duration evaluation_interval = std::chrono::minutes{1};
  Duration resolve_timeout = std::chrono::minutes{5};
  Duration rule_query_offset{0};
  Labels external_labels;
  bool label_alerts = true;  ///< external labels go on every alert (promtool's tests want them off)
};

struct Receiver {
  std::string name;
  std::vector<notifiers::Channel> channels;
  Labels labels = {};  ///< with its name as `name`
};

/// A URL that is called while all is well, so that whoever is there can ring when the calls stop.
struct Heartbeat {
  net::Secret url;
  Duration interval = std::chrono::minutes{1};
  Duration timeout = std::chrono::seconds{10};
  std::shared_ptr<const net::HttpSettings> http;
};

/// Frozen once loaded. A reload makes a new one.
struct Config {
  std::string file;
  Global global;
  net::HttpSettings http;  ///< the global http_config; already in all channels without their own
  std::vector<net::SourceSettings> sources;
  std::vector<scrape::JobSettings> scrape;  ///< names are unique
  std::vector<scrape::RemoteWriteSettings> remote_write;
  std::vector<rule::RuleGroup> groups;  ///< of all rule files, in the order of their names
  route::Route route;
  std::vector<route::InhibitRule> inhibit_rules;
  std::vector<route::TimeInterval> time_intervals;  ///< names are unique
  std::vector<Receiver> receivers;
  /// Of messages: Alertmanager's defaults, the files that template_globs name, and the fields of
  /// receivers.
  std::shared_ptr<const notifiers::MessageTemplates> templates =
      notifiers::MessageTemplates::standard();
  std::vector<std::string> template_globs;
  std::optional<Heartbeat> heartbeat;
  /// Already in all channels.
  std::optional<notifiers::SilenceLinks> silence_links;
  std::vector<Diagnostic> warnings;  ///< what is odd but not wrong

  const Receiver* receiver(std::string_view name) const;
  const net::SourceSettings* source(std::string_view name) const;
  const route::TimeInterval* time_interval(std::string_view name) const;

  /// The file as Alertmanager would show it (/api/v2/status): only its own keys, defaults filled
  /// in, every secret as <secret>. A strict Alertmanager parser accepts it.
  std::string alertmanager_yaml() const;
};

struct Node;
class File;

/// A rule that was just read, with the YAML that it stands in: for whoever says more about rules
/// than whether they can be loaded.
struct RuleReading {
  const rule::RuleGroup& group;  ///< its settings, and the rules before this one
  const rule::Rule& rule;        ///< without its id
  /// Of Rule::expression; null when it has none. It is not kept: with its regular expressions it
  /// takes some 9 KB, and 2 µs to parse.
  const query::Expr* expr = nullptr;
  const Node& node;  ///< config/node.h
  File& file;        ///< config/file.h
};
using RuleObserver = std::function<void(const RuleReading&)>;

/// Throws InvalidInput with everything that is wrong in the file and in all rule files. Relative
/// `rule_files` are relative to the configuration's folder; globs may match nothing. The files that
/// it names are looked at: certificates have to be usable, secrets that are not there are warnings.
/// `matchers` is how its matchers are read.
std::shared_ptr<const Config> load(const std::filesystem::path& file,
                                   MatcherSyntax matchers = MatcherSyntax::Fallback);

/// The same for text that is already in memory, without a look at the files it names; `file` names
/// it in errors and anchors relative paths. ${NAME} in its values is looked up in `environment`.
/// `observer` is told of every rule, even if something else is wrong.
std::shared_ptr<const Config> parse(std::string_view text, const std::filesystem::path& file,
                                    const Environment& environment = process_environment(),
                                    const RuleObserver& observer = {},
                                    MatcherSyntax matchers = MatcherSyntax::Fallback);

/// The groups of one rule file: Prometheus' format or Kubernetes PrometheusRule objects, several
/// YAML documents allowed. Appends what is wrong to `diagnostics`.
std::vector<rule::RuleGroup> parse_rule_file(std::string_view text, const std::string& file,
                                             std::vector<Diagnostic>& diagnostics,
                                             const RuleObserver& observer = {});

/// The files that a pattern names, as seen from `folder`, in whose own name nothing is a pattern.
std::vector<std::string> matching_files(const std::filesystem::path& folder,
                                        const std::string& pattern);

/// The targets in a file of file_sd_configs: JSON, or (.yml, .yaml) YAML. Throws Error with what is
/// wrong with it.
std::vector<scrape::TargetGroup> read_target_file(const std::string& path);

/// The content of a file. Throws Error when it cannot be read or is larger than kMaxFile.
std::string read_file(const std::filesystem::path& path);

}  // namespace tocsin::config
