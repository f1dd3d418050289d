#include "cli/service.h"

#include <cstdio>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "cli/query_text.h"
#include "cli/query_times.h"
#include "config/alone.h"
#include "model/error.h"
#include "model/text.h"
#include "net/client.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxAnswer = std::size_t{1} << 30;

/// What %XX in the user's part of a URL stands for.
std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const bool escape = text[i] == '%' && i + 2 < text.size();
    if (escape && std::sscanf(std::string(text.substr(i + 1, 2)).c_str(), "%2x", &code) == 1) {
      out += static_cast<char>(code);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// Takes "user:password@" out of a URL; the value of the header that says the same, or "".
std::string take_user(std::string& url) {
  const std::size_t start = url.find("://") + 3;
  const std::size_t end = std::min(url.find('/', start), url.size());
  const std::size_t at = url.rfind('@', end);
  if (at == std::string::npos || at < start) return "";
  const std::string user = decode_percent(std::string_view(url).substr(start, at - start));
  url.erase(start, at + 1 - start);
  return "Basic " + base64(user.find(':') == std::string::npos ? user + ":" : user);
}

net::Result exchange(net::Request request) {
  net::Client client;
  std::optional<net::Result> result;
  client.start(std::move(request), [&result](net::Result got) { result = std::move(got); });
  while (!result) client.poll(std::chrono::seconds{1});
  return std::move(*result);
}

}  // namespace

void add_service_options(CLI::App& app, ServiceOptions& options) {
  app.add_option("--url,--alertmanager.url", options.url,
                 "Where Tocsin (or an Alertmanager) listens")
      ->envname("TOCSIN_URL")
      ->capture_default_str();
  app.add_option("--http.config.file", options.http_config_file,
                 "File with an http_config: passwords, TLS, proxy")
      ->envname("TOCSIN_HTTP_CONFIG_FILE");
  app.add_option("--timeout", options.timeout, "How long an answer may take")
      ->capture_default_str();
}

Service::Service(const ServiceOptions& options)
    : url_(options.url), timeout_(parse_length("--timeout", options.timeout)) {
  if (!url_.starts_with("http://") && !url_.starts_with("https://")) {
    throw Error(fmt::format("--url {} is not a URL like http://127.0.0.1:9093",
                            url_.find('@') == std::string::npos ? quote(url_) : "(with a user)"));
  }
  authorization_ = take_user(url_);
  while (url_.ends_with('/')) url_.pop_back();
  shown_url_ = for_terminal(url_);
  if (!options.http_config_file.empty()) {
    settings_ = std::make_shared<const net::HttpSettings>(
        config::load_http_settings(options.http_config_file));
  }
}

Service::Answer Service::ask(const std::string& method, const std::string& path,
                             const std::string& body) {
  net::Request request;
  request.method = method;
  request.url = url_ + path;
  request.body = body;
  request.timeout = timeout_;
  request.max_response_bytes = kMaxAnswer;
  request.settings = settings_;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!authorization_.empty()) request.headers.emplace_back("Authorization", authorization_);
  net::Result result = exchange(std::move(request));
  if (const auto* failure = std::get_if<net::Failure>(&result)) {
    throw Error(fmt::format("{}: {}; is it running, and is --url (or $TOCSIN_URL) right?",
                            shown_url_, for_terminal(failure->message)));
  }
  auto& response = std::get<net::Response>(result);
  return {response.status, std::move(response.body)};
}

std::string Service::complaint(const Answer& answer) const {
  const Json said = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  std::string text;
  if (said.is_string()) {
    text = said.get<std::string>();
  } else if (said.is_object() && said.contains("message") && said["message"].is_string()) {
    text = said["message"].get<std::string>();
  } else if (said.is_object() && said.contains("error") && said["error"].is_string()) {
    text = said["error"].get<std::string>();
  } else if (answer.status == 401 || answer.status == 403) {
    text = "it wants to know who you are: give user and password in --url or --http.config.file";
  } else if (answer.status == 404) {
    text = "there is no such thing; does --url need a path (--web.route-prefix)?";
  } else {
    text = answer.body.substr(0, 300);
  }
  return fmt::format("{} answers {}: {}", shown_url_, answer.status, for_terminal(text));
}

Json Service::get(const std::string& path, const Parameters& parameters) {
  std::string full = path;
  for (const auto& [name, value] : parameters) {
    full +=
        fmt::format("{}{}={}", full.size() == path.size() ? '?' : '&', name, escape_query(value));
  }
  const Answer answer = ask("GET", full);
  if (!answer.ok()) throw Error(complaint(answer));
  Json json = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    throw Error(fmt::format("{} does not answer in JSON: is it a Tocsin?", shown_url_));
  }
  return json;
}

Json Service::post(const std::string& path, const Json& body) {
  const Answer answer =
      ask("POST", path, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!answer.ok()) throw Error(complaint(answer));
  return Json::parse(answer.body.empty() ? "null" : answer.body, nullptr,
                     /*allow_exceptions=*/false);
}

}  // namespace tocsin::cli
