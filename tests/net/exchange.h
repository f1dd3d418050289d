// One exchange from start to finish.
#pragma once

#include <optional>

#include "net/client.h"

namespace tocsin::net {

/// Polls until the outcome is there; an outcome that never comes is a Failure saying so.
template <class What>
Result exchange(Client& client, What what) {
  std::optional<Result> result;
  client.start(std::move(what), [&](Result outcome) { result = std::move(outcome); });
  for (int rounds = 0; !result && rounds < 10000; ++rounds) client.poll(Duration{1000});
  return result ? *result : Result(Failure{Failure::Kind::Other, "done was never called", 0});
}

template <class What>
Result exchange(What what) {
  Client client;
  return exchange(client, std::move(what));
}

inline Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  request.timeout = Duration{5000};
  return request;
}

inline Request with(Request request, HttpSettings settings) {
  request.settings = std::make_shared<const HttpSettings>(std::move(settings));
  return request;
}

}  // namespace tocsin::net
