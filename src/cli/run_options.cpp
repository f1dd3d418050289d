#include "cli/run_options.h"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/flag_duration.h"
#include "model/error.h"

namespace tocsin::cli {
namespace {

/// Of Alertmanager's flags, those that take a value that nothing is done with here.
struct IdleFlag {
  const char* name;
  const char* help;
};

constexpr std::array kIdleFlags = {
    IdleFlag{"--cluster.label", "of packets between nodes"},
    IdleFlag{"--cluster.tls-config", "file with TLS between nodes"},
    IdleFlag{"--cluster.peer-timeout", "between the turns of nodes"},
    IdleFlag{"--cluster.peers-resolve-timeout", "for finding the nodes"},
    IdleFlag{"--cluster.gossip-interval", "between messages to other nodes"},
    IdleFlag{"--cluster.pushpull-interval", "between full exchanges with other nodes"},
    IdleFlag{"--cluster.tcp-timeout", "for connections to other nodes"},
    IdleFlag{"--cluster.probe-timeout", "for other nodes to answer"},
    IdleFlag{"--cluster.probe-interval", "between looking after other nodes"},
    IdleFlag{"--cluster.settle-timeout", "for the nodes to find each other"},
    IdleFlag{"--cluster.reconnect-interval", "between looking for lost nodes"},
    IdleFlag{"--cluster.reconnect-timeout", "for how long lost nodes are looked for"},
};

CLI::Option* add_text(CLI::App& app, const char* name, std::string& value, const char* help) {
  CLI::Option* option = app.add_option(name, value, help);
  if (!value.empty()) option->default_str(value);
  return option;
}

void add_duration(CLI::App& app, const char* name, Duration& value, const char* help) {
  app.add_option_function<std::string>(
         name,
         [&value](const std::string& text) {
           if (const auto parsed = parse_flag_duration(text)) {
             value = *parsed;
           } else {
             throw CLI::ValidationError(
                 fmt::format("\"{}\" is not a duration such as 500ms, 1h30m or 5d", text));
           }
         },
         help)
      ->type_name("DURATION")
      ->default_str(format_duration(value));
}

void add_number(CLI::App& app, const char* name, std::int64_t& value, const char* help) {
  app.add_option(name, value, help)->capture_default_str();
}

/// One value each time the flag is given.
void add_list(CLI::App& app, const char* name, std::vector<std::string>& values, const char* help) {
  CLI::Option* option = app.add_option(name, values, help)->allow_extra_args(false);
  if (!values.empty()) option->default_str(fmt::format("{}", fmt::join(values, " ")));
}

/// A boolean in kingpin's manner: --name, --no-name.
void add_switch(CLI::App& app, const std::string& name, bool& value, const char* help) {
  app.add_flag(fmt::format("--{0},!--no-{0}", name), value, help);
}

void add_storage(CLI::App& app, RunOptions& options) {
  add_text(app, "--config.file", options.config_file,
           "Configuration file: Tocsin's, or an alertmanager.yml");
  add_text(app, "--storage.path", options.storage_path, "Folder for alerts, silences and messages");
  add_duration(app, "--data.retention", options.data_retention,
               "How long expired silences are kept");
  app.add_option("--timeline.max-size", options.timeline_max_size,
                 "How large the data may become before the oldest of the timeline goes, such as "
                 "512MiB (0: no limit)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE")
      ->default_str("1GiB");
  add_duration(app, "--data.maintenance-interval", options.maintenance_interval,
               "Taken for Alertmanager's sake: here every change is on disk at once");
}

void add_limits(CLI::App& app, RunOptions& options) {
  add_number(app, "--silences.max-silences", options.max_silences,
             "How many silences there may be, expired ones included (0: no limit)");
  add_number(app, "--silences.max-silence-size-bytes", options.max_silence_size_bytes,
             "How large a silence may be (0: no limit)");
  add_switch(app, "log.silences", options.log_silences, "Log changes of silences");
  add_duration(app, "--alerts.gc-interval", options.alerts_gc_interval,
               "How long an alert that has ended and is in no group stays readable");
  add_number(app, "--alerts.per-alertname-limit", options.per_alertname_limit,
             "How many alerts of one name are taken from outside (0: no limit)");
  add_duration(app, "--dispatch.maintenance-interval", options.dispatch_maintenance_interval,
               "Taken for Alertmanager's sake: here empty groups go at once");
  add_duration(app, "--dispatch.start-delay", options.dispatch_start_delay,
               "How long after the start the first messages go out at the earliest");
}

void add_web(CLI::App& app, RunOptions& options) {
  add_list(app, "--web.listen-address", options.listen_addresses,
           "Address for API and metrics, host:port (port 0: any); may be given several times");
  add_switch(app, "web.systemd-socket", options.systemd_socket,
             "Listen on the sockets that systemd hands over");
  add_text(app, "--web.config.file", options.web_config_file,
           "File with TLS and passwords for those who connect");
  add_text(app, "--web.external-url", options.external_url,
           "How people reach this Tocsin; for links in messages (default: the address it listens "
           "on)");
  add_text(app, "--web.route-prefix", options.route_prefix,
           "Path that everything is served under (default: that of --web.external-url)");
  add_number(app, "--web.get-concurrency", options.get_concurrency,
             "How many GET requests are answered at the same time (0: as many as there are "
             "processors, at least 8)");
  add_duration(app, "--web.timeout", options.web_timeout,
               "How long a request may take (0: no limit)");
  app.add_flag(
      "--web.allow-unprotected", options.allow_unprotected,
      "Let in everybody from other machines: without passwords or certificates of clients");
  add_number(app, "--web.max-connections", options.max_connections,
             "How many clients may be connected (0: 10000)");
}

void add_cluster(CLI::App& app, RunOptions& options) {
  ClusterOptions& cluster = options.cluster;
  add_text(app, "--cluster.listen-address", cluster.listen_address,
           "Address to show as that of the only node; nothing listens there (empty: no cluster)");
  add_text(app, "--cluster.advertise-address", cluster.advertise_address,
           "Address to show instead");
  add_text(app, "--cluster.peer-name", cluster.peer_name, "Name to show (default: made up)");
  add_list(app, "--cluster.peer", cluster.peers, "Ignored: there is one node");
  for (const IdleFlag& flag : kIdleFlags) {
    app.add_option_function<std::string>(
           flag.name,
           [&options, &flag](const std::string&) { options.idle_flags.emplace_back(flag.name); },
           fmt::format("Ignored: {}", flag.help))
        ->type_name("VALUE");
  }
  const char* discovery = "cluster.allow-insecure-public-advertise-address-discovery";
  app.add_flag_callback(
      fmt::format("--{}", discovery),
      [&options, discovery] { options.idle_flags.push_back(fmt::format("--{}", discovery)); },
      "Ignored: nothing is advertised");
  app.add_flag_callback(
         fmt::format("--no-{}", discovery), [] {}, "Ignored, too")
      ->group("");
}

void add_rest(CLI::App& app, RunOptions& options) {
  app.add_option_function<std::string>(
         "--enable-feature",
         [&options](const std::string& text) { options.features = parse_features(text); },
         "Features of Alertmanager's, with commas: receiver-name-in-metrics, classic-mode, …")
      ->type_name("NAMES");
  app.add_option_function<double>(
         "--auto-gomemlimit.ratio",
         [&options](double) { options.idle_flags.emplace_back("--auto-gomemlimit.ratio"); },
         "Ignored: memory is not collected here")
      ->type_name("RATIO");
  app.add_option("--log.level", options.log_level, "Least severe messages to log")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.add_option("--log.format", options.log_format, "Form of the log on standard error")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
}

}  // namespace

RunOptions alertmanager_defaults() {
  RunOptions options;
  options.as_alertmanager = true;
  options.config_file = "alertmanager.yml";
  options.storage_path = "data/";
  options.listen_addresses = {":9093"};
  return options;
}

void add_run_options(CLI::App& app, RunOptions& options) {
  add_storage(app, options);
  add_limits(app, options);
  add_web(app, options);
  add_cluster(app, options);
  add_rest(app, options);
}

std::vector<std::string> warnings_of(const RunOptions& options) {
  std::vector<std::string> warnings;
  // Many give the addresses of all members to each of them, this one's included.
  const bool others =
      std::any_of(options.cluster.peers.begin(), options.cluster.peers.end(),
                  [&](const std::string& peer) { return peer != options.cluster.listen_address; });
  if (others) {
    warnings.push_back(fmt::format(
        "--cluster.peer={}: Tocsin is a single node; it does not know of the others, so that each "
        "of them would notify. Run one",
        fmt::join(options.cluster.peers, ",")));
  }
  if (!options.idle_flags.empty()) {
    warnings.push_back(fmt::format("these flags are taken and mean nothing here: {}",
                                   fmt::join(options.idle_flags, ", ")));
  }
  const Features& features = options.features;
  if (features.alert_names_in_metrics || features.receiver_names_in_metrics ||
      features.group_keys_in_metrics || features.auto_memory_limit) {
    warnings.emplace_back(
        "--enable-feature: metrics have the labels they always have, and memory is not collected "
        "here: alert-names-in-metrics, receiver-name-in-metrics, group-key-in-metrics and "
        "auto-gomemlimit change nothing");
  }
  if (features.event_recorder) {
    warnings.emplace_back(
        "--enable-feature event-recorder: nothing is recorded beyond the timeline, which is "
        "always kept (/api/tocsin/v1/timeline)");
  }
  return warnings;
}

}  // namespace tocsin::cli
