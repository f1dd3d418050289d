#include <cstdio>

#include <fmt/format.h>

#include "cli/cli.h"
#include "model/overloaded.h"
#include "net/client.h"

namespace tocsin::cli {

int health(const std::string& url, bool live) {
  net::Client client;
  net::Request request;
  request.url = url + (live ? "/-/healthy" : "/-/ready");
  request.timeout = std::chrono::seconds{5};
  int code = 1;
  client.start(std::move(request), [&code](net::Result result) {
    std::visit(Overloaded{[&](const net::Response& response) {
                            code = response.status == 200 ? 0 : 1;
                            fmt::print(code == 0 ? stdout : stderr, "{}", response.body);
                          },
                          [](const net::Failure& failure) {
                            fmt::print(stderr, "{}\n", failure.message);
                          }},
               result);
  });
  while (client.in_flight() > 0) client.poll(std::chrono::seconds{1});
  return code;
}

}  // namespace tocsin::cli
