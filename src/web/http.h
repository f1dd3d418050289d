// A request and a response as the handlers see them: values, without sockets.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::web {

struct Request {
  std::string method;
  std::string path;                                        ///< as it was sent, with its %XX
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order, repeatable
  std::map<std::string, std::string> headers;              ///< names in lower case
  std::string body;
  std::string remote;                  ///< the client's address, for the record of changes
  std::string user;                    ///< who proved to be that (basic auth); empty: nobody had to
  std::vector<std::string> arguments;  ///< what the route's `{}` stood for

  /// The first value of a query parameter, or "".
  std::string_view parameter(std::string_view name) const;
  std::vector<std::string> parameters(std::string_view name) const;
  /// Any of Alertmanager's words for true ("true", "1", "yes", …); absent or empty: `otherwise`.
  bool flag(std::string_view name, bool otherwise) const;
  std::string_view header(const std::string& lower_case_name) const;
  /// Who asks, for the record of changes: "10.0.0.1", "alice at 10.0.0.1".
  std::string caller() const { return user.empty() ? remote : user + " at " + remote; }
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

Response text(std::string body, int status = 200);
Response json(std::string body, int status = 200);

}  // namespace tocsin::web
