// Redirects are followed here, not by curl: so that each step has its own proxy, its own place in a
// queue, and no secret that is meant for another place.
#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "net/transfer.h"

namespace tocsin::net {
namespace {

constexpr int kMaxRedirects = 5;

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Where the answer leads to, or "".
std::string target_of(const Handle& handle) {
  const char* url = nullptr;
  curl_easy_getinfo(handle.easy.get(), CURLINFO_REDIRECT_URL, &url);
  std::string target = url == nullptr ? "" : url;
  // The place was called by the name in its certificate; what leads there leads to the place.
  const std::string called = destination_of(handle.called);
  if (!handle.called.empty() && destination_of(target) == called) {
    const std::size_t path =
        std::min(target.find_first_of("/?#", target.find("://") + 3), target.size());
    target = handle.transfer.destination + target.substr(path);
  }
  return target;
}

/// "See other" is asked for with GET; 301 and 302 are taken to mean the same request (browsers make
/// a GET of them, but a query that is sent from http to https is still one).
void become_get(Request& request) {
  if (request.method != "HEAD") request.method = "GET";
  request.body.clear();
  std::erase_if(request.headers, [](const auto& header) {
    return curl_strnequal(header.first.c_str(), "Content-", 8) != 0;
  });
}

}  // namespace

bool follow_redirect(Handle& handle) {
  Transfer& transfer = handle.transfer;
  auto* request = std::get_if<Request>(&transfer.what);
  if (request == nullptr || !handle.settings->follow_redirects) return false;
  long status = 0;
  curl_easy_getinfo(handle.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (!is_redirect(status)) return false;
  std::string target = target_of(handle);
  if (target.empty()) return false;
  const std::string destination = destination_of(target);
  if (!destination.starts_with("http://") && !destination.starts_with("https://")) {
    throw Error("redirects to what is neither http nor https");
  }
  if (transfer.redirects == kMaxRedirects) throw Error("redirects too often");
  ++transfer.redirects;
  if (transfer.first.empty()) transfer.first = transfer.destination;
  transfer.destination = destination;
  request->url = std::move(target);
  if (status == 303) become_get(*request);
  return true;
}

}  // namespace tocsin::net
