// A running Tocsin (or Alertmanager) as its command-line clients see it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/http.h"

namespace CLI {
class App;
}

namespace tocsin::cli {

struct ServiceOptions {
  std::string url = "http://127.0.0.1:9093";
  std::string http_config_file;
  std::string timeout = "30s";
};

/// --url, --http.config.file, --timeout; amtool's --alertmanager.url is taken as well.
void add_service_options(CLI::App& app, ServiceOptions& options);

class Service {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Answer {
    int status = 0;
    std::string body;
    bool ok() const { return status / 100 == 2; }
  };

  /// Throws Error for a URL that is none, or what is wrong in the file.
  explicit Service(const ServiceOptions& options);

  /// Throws Error that says what to do when there is no answer at all. `path` starts with /api.
  Answer ask(const std::string& method, const std::string& path, const std::string& body = {});

  /// The same, and throws Error with what the service says when it refuses.
  nlohmann::json get(const std::string& path, const Parameters& parameters = {});
  nlohmann::json post(const std::string& path, const nlohmann::json& body);

  /// What an answer other than success says: Alertmanager has two shapes for it.
  std::string complaint(const Answer& answer) const;

  const std::string& shown_url() const { return shown_url_; }

 private:
  std::string url_;  ///< without the user and without a '/' at its end
  std::string shown_url_;
  std::string authorization_;  ///< of the URL's user; a header's value, or empty
  Duration timeout_;
  std::shared_ptr<const net::HttpSettings> settings_;
};

}  // namespace tocsin::cli
