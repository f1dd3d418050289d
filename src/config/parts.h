// The parts of the configuration, each read by a source file of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/templating.h"
#include "config/yaml.h"

namespace tocsin::config {

/// What `global` sets for receivers that do not say otherwise.
struct Defaults {
  net::HttpSettings http;
  net::Secret slack_api_url;
  net::Secret slack_app_token;
  std::string slack_app_url = "https://slack.com/api/chat.postMessage";
  std::string smtp_from;
  net::MailServer smtp;  ///< without its `tls`
  bool smtp_require_tls = true;
  std::optional<bool> smtp_force_implicit_tls;
  scrape::JobSettings scrape;  ///< without a name
  Templating templating;
  /// `global` has problems: what seems to be missing may only be wrong, which has been said.
  bool in_doubt = false;
};

inline constexpr std::string_view kNotYet = "is not supported yet; remove it";

void read_global(Map& root, Global& global, Defaults& defaults);
/// The mail server's address under `key`, if it is there.
void read_smarthost(Map& map, std::string_view key, net::MailServer& server);

/// An http_config.
net::HttpSettings read_http_settings(const Node& node, File& file);
/// The keys of an http_config where they stand among others (sources).
void read_http_keys(Map& map, net::HttpSettings& http);
net::TlsSettings read_tls_settings(const Node& node, File& file);

std::vector<net::SourceSettings> read_sources(Map& root);
std::optional<Heartbeat> read_heartbeat(Map& root, const Defaults& defaults);
std::optional<notifiers::SilenceLinks> read_silence_links(Map& root);

std::vector<Receiver> read_receivers(Map& root, const Defaults& defaults);
/// Warns of files of the receivers' secrets that cannot be read: Alertmanager would find that when
/// it sends.
void check_secret_files(const std::vector<Receiver>& receivers, const std::string& file,
                        std::vector<Diagnostic>& warnings);
/// All channels of one receiver.
std::vector<notifiers::Channel> read_channels(Map& receiver, const Defaults& defaults);
/// The secret of CRAM-MD5, to which white space around it belongs.
void read_challenge_secret(Map& map, std::string_view key, net::Secret& out);
/// Notes when the text of a key is no list of mail addresses (and no template).
void check_addresses(Map& map, std::string_view key, const std::string& list, bool only_one);
/// An own http_config replaces the global one; they are not merged.
net::HttpSettings read_own_http(Map& map, const Defaults& defaults);
/// The longest that one attempt may take; 0 is the default.
void read_timeout(Map& map, Duration& out);
notifiers::SlackSettings read_slack(Map& map, const Defaults& defaults);
notifiers::EmailSettings read_email(Map& map, const Defaults& defaults);

/// The keys under which a mapping has matchers: two older ones and a list.
struct MatcherKeys {
  std::string_view equal;
  std::string_view regex;
  std::string_view list;
};
/// All of them, sorted.
Matchers read_matchers(Map& map, const MatcherKeys& keys, std::vector<Diagnostic>& warnings);

/// Notes a name that only the UTF-8 grammar allows where the classic one holds.
void check_label_name(Map& map, std::string_view key, const std::string& name);

std::vector<route::InhibitRule> read_inhibit_rules(Map& root, std::vector<Diagnostic>& warnings);
/// Of both keys that have them; names are unique.
std::vector<route::TimeInterval> read_time_intervals(Map& root, std::vector<Diagnostic>& warnings);

/// REQUIRES: the receivers and time intervals are read; routes may name these only.
route::Route read_route(Map& root, const std::vector<Receiver>& receivers,
                        const std::vector<route::TimeInterval>& intervals,
                        const Templating& templating, std::vector<Diagnostic>& warnings);

/// Says of keys that belong to Prometheus' server where such things go.
void refuse_prometheus_keys(Map& root);
/// Says of Alertmanager's keys that nothing is done with that it is so.
void warn_of_idle_keys(Map& root);

/// What rule files are read with.
struct RuleContext {
  Duration interval;
  Duration query_offset;
  const std::vector<net::SourceSettings>* sources = nullptr;  ///< null: not checked
  RuleObserver observer;                                      ///< may be empty
};
/// See parse_rule_file().
std::vector<rule::RuleGroup> read_rule_text(std::string_view text, const std::string& name,
                                            const RuleContext& context,
                                            std::vector<Diagnostic>& diagnostics);
/// The groups of all rule files that the configuration names.
std::vector<rule::RuleGroup> read_rule_files(Map& root, const RuleContext& context,
                                             std::vector<Diagnostic>& diagnostics,
                                             std::vector<Diagnostic>& warnings);

}  // namespace tocsin::config
