#include "net/transfer.h"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::net {
namespace {

/// How long curl keeps a parsed CA file before it reads it again (its default is a day).
constexpr long kCaCacheSeconds = 60;

struct TlsVersion {
  std::string_view name;
  long least;
  long most;
};

constexpr TlsVersion kTlsVersions[] = {
    {"TLS10", CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_0},
    {"TLS11", CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_1},
    {"TLS12", CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2},
    {"TLS13", CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_TLSv1_3},
};

const TlsVersion& tls_version(const std::string& name) {
  for (const TlsVersion& version : kTlsVersions) {
    if (version.name == name) return version;
  }
  throw Error(fmt::format("there is no TLS version \"{}\": TLS10 to TLS13 are known", name));
}

long tls_versions(const TlsSettings& settings) {
  long range = CURL_SSLVERSION_TLSv1_2;
  if (!settings.min_version.empty()) range = tls_version(settings.min_version).least;
  if (!settings.max_version.empty()) range |= tls_version(settings.max_version).most;
  return range;
}

}  // namespace

void append(List& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

std::unique_ptr<Handle> make_handle() {
  auto handle = std::make_unique<Handle>();
  handle->easy.reset(curl_easy_init());
  if (!handle->easy) throw std::bad_alloc();
  reset(*handle);
  return handle;
}

void reset(Handle& handle) {
  CURL* easy = handle.easy.get();
  curl_easy_reset(easy);
  handle.settings.reset();
  handle.header_lines.clear();
  handle.headers.reset();
  handle.proxy_headers.reset();
  handle.proxy.clear();
  handle.called.clear();
  handle.recipients.reset();
  handle.connect_to.reset();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &handle);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle.error.data());
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  // A name server that is silent must not hold up the loop when the transfer has timed out.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

namespace {

/// REQUIRES: the text outlives what is done with the handle.
void set_text(CURL* easy, CURLoption option, const std::string& text) {
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  if (!text.empty()) curl_easy_setopt(easy, option, &blob);
}

void set_file(CURL* easy, CURLoption option, const std::string& path) {
  if (!path.empty()) curl_easy_setopt(easy, option, path.c_str());
}

}  // namespace

void set_tls(CURL* easy, const TlsSettings& settings) {
  set_text(easy, CURLOPT_CAINFO_BLOB, settings.ca);
  set_file(easy, CURLOPT_CAINFO, settings.ca_file);
  // Trust these instead of the system's.
  if (!settings.ca.empty() || !settings.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  set_text(easy, CURLOPT_SSLCERT_BLOB, settings.cert);
  set_file(easy, CURLOPT_SSLCERT, settings.cert_file);
  set_text(easy, CURLOPT_SSLKEY_BLOB, settings.key);
  set_file(easy, CURLOPT_SSLKEY, settings.key_file);
  if (settings.insecure_skip_verify) {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, tls_versions(settings));
}

std::string set_server_name(Handle& handle, const std::string& destination,
                            const std::string& server_name) {
  const std::size_t host = destination.find("://") + 3;
  const std::string port = destination.substr(destination.rfind(':') + 1);
  handle.connect_to.reset();
  append(handle.connect_to,
         fmt::format("{}:{}:{}", server_name, port, std::string_view(destination).substr(host)));
  curl_easy_setopt(handle.easy.get(), CURLOPT_CONNECT_TO, handle.connect_to.get());
  return fmt::format("{}{}:{}", std::string_view(destination).substr(0, host), server_name, port);
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace tocsin::net
