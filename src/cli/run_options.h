// What `tocsin run` can be told: its own flags and all of Alertmanager's, so that the program can
// stand where an Alertmanager stood.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/features.h"
#include "model/time.h"

namespace CLI {
class App;
}

namespace tocsin::cli {

/// --cluster.*: there is one node, which presents itself as Alertmanager's would. The other flags
/// of a cluster are taken and mean nothing; see warnings_of().
struct ClusterOptions {
  std::string listen_address = "0.0.0.0:9094";  ///< empty: no cluster, /api/v2/status says so
  std::string advertise_address;                ///< empty: the listen address
  std::string peer_name;                        ///< empty: made up at each start
  std::vector<std::string> peers;
};

struct RunOptions {
  /// Called by the name alertmanager: its defaults, and it listens where it is told to.
  bool as_alertmanager = false;

  std::string config_file = "config.yaml";
  std::string storage_path = "data";
  Duration data_retention = std::chrono::hours{120};
  std::uint64_t timeline_max_size = std::uint64_t{1} << 30;  ///< bytes; 0: no limit
  Duration maintenance_interval = std::chrono::minutes{15};

  std::int64_t max_silences = 0;            ///< 0 or less: no limit
  std::int64_t max_silence_size_bytes = 0;  ///< 0 or less: no limit
  bool log_silences = false;
  Duration alerts_gc_interval = std::chrono::minutes{30};
  std::int64_t per_alertname_limit = 0;  ///< 0 or less: no limit
  Duration dispatch_maintenance_interval = std::chrono::seconds{30};
  Duration dispatch_start_delay{0};

  std::vector<std::string> listen_addresses = {"127.0.0.1:9093"};
  bool systemd_socket = false;
  std::string web_config_file;       ///< TLS and passwords; empty: none
  std::string external_url;          ///< empty: http:// and the listen address
  std::string route_prefix;          ///< empty: the path of external_url
  std::int64_t get_concurrency = 0;  ///< 0 or less: as many as processors, at least 8
  Duration web_timeout{0};           ///< 0 or less: none
  bool allow_unprotected = false;    ///< everybody on other machines is let in
  std::int64_t max_connections = 0;  ///< 0 or less: web::Limits' own

  ClusterOptions cluster;
  Features features;
  std::string log_level = "info";
  std::string log_format = "logfmt";

  std::vector<std::string> idle_flags;  ///< that were given and mean nothing here
};

/// The defaults under the name alertmanager.
RunOptions alertmanager_defaults();

/// Adds all flags; they write to `options`, which holds the defaults and has to outlive the app.
void add_run_options(CLI::App& app, RunOptions& options);

/// What the user should know of flags that have another effect than in an Alertmanager, one line
/// each.
std::vector<std::string> warnings_of(const RunOptions& options);

}  // namespace tocsin::cli
