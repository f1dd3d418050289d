// The parts of the configuration, each read by a source file of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace tocsin::config {

/// What `global` sets for receivers that do not say otherwise.
struct Defaults {
  net::HttpSettings http;
  net::Secret slack_api_url;
  std::string smtp_from;
  net::MailServer smtp;  ///< without its `tls`
  bool smtp_require_tls = true;
  std::optional<bool> smtp_force_implicit_tls;
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

std::vector<Receiver> read_receivers(Map& root, const Defaults& defaults);
/// All channels of one receiver.
std::vector<notifiers::Channel> read_channels(Map& receiver, const Defaults& defaults);
/// Notes when the text of a key is no list of mail addresses.
void check_addresses(Map& map, std::string_view key, const std::string& list, bool only_one);
notifiers::EmailSettings read_email(Map& map, const Defaults& defaults);

/// REQUIRES: the receivers are read; routes may name these only.
route::Route read_route(Map& root, const std::vector<Receiver>& receivers,
                        std::vector<Diagnostic>& warnings);

/// Says of keys that belong to Prometheus' server where such things go.
void refuse_prometheus_keys(Map& root);
/// Says of Alertmanager's keys that nothing is done with that they are not supported yet.
void refuse_alertmanager_keys(Map& root);

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
