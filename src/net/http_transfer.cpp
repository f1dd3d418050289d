// A Request as curl options.
#include <algorithm>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "model/error.h"
#include "net/transfer.h"

namespace tocsin::net {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t{64} << 10;
/// Room behind a body, so that a parser that needs slack there need not copy it.
constexpr std::size_t kSlack = 64;
/// What curl reads at a time: its default, and its least, which malloc has at hand.
constexpr long kReadAtATime = 16384;
constexpr long kReadOfShort = 1024;
/// A Content-Length is only believed so far.
constexpr curl_off_t kMaxReserve = curl_off_t{16} << 20;

void reserve_body(Handle& handle) {
  curl_off_t announced = -1;
  curl_easy_getinfo(handle.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced <= 0) return;
  handle.received.response.body.reserve(static_cast<std::size_t>(std::min(announced, kMaxReserve)) +
                                        kSlack);
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& handle = *static_cast<Handle*>(user);
  Received& received = handle.received;
  std::string& body = received.response.body;
  if (size > received.max_response_bytes - body.size()) {
    received.too_large = true;
    return 0;
  }
  if (body.empty()) reserve_body(handle);
  body.append(data, size);
  return size;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  Received& received = static_cast<Handle*>(user)->received;
  received.header_bytes += size;
  if (received.header_bytes > kMaxHeaderBytes) {
    received.too_large = true;
    return 0;
  }
  if (!received.keep_headers) return size;
  const std::string_view line(data, size);
  auto& headers = received.response.headers;
  if (line.starts_with("HTTP/")) headers.clear();  // of a redirect or an interim answer before
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  constexpr std::size_t kTypical = 8;
  if (headers.empty()) headers.reserve(kTypical);
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return size;
}

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t bytes = std::min<std::size_t>(3, text.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < bytes ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= bytes ? kDigits[group >> (18 - 6 * k) & 0x3F] : '=';
    }
  }
  return out;
}

void add_header(std::string& lines, std::string_view name, std::string_view value) {
  if (!is_token(name)) throw Error(fmt::format("\"{}\" cannot be the name of a header", name));
  if (has_control(value)) {
    throw Error(fmt::format("the value of header {} contains control characters", name));
  }
  lines += name;
  // curl reads "Name:" as "leave it out" and "Name;" as "send it empty".
  lines += value.empty() ? ";" : ": ";
  lines += value;
  lines += '\n';
}

void add_authorization(std::string& lines, const HttpSettings& settings) {
  if (settings.basic_auth) {
    const auto& [username, password] = *settings.basic_auth;
    add_header(lines, "Authorization", basic_credentials(username.read(), password.read()));
  }
  if (settings.authorization) {
    add_header(lines, "Authorization",
               fmt::format("{} {}", settings.authorization->type,
                           settings.authorization->credentials.read()));
  }
}

void add_headers(std::string& lines, const std::vector<Header>& headers) {
  for (const Header& header : headers) {
    for (const std::string& value : header.values) add_header(lines, header.name, value);
    for (const Secret& secret : header.secrets) add_header(lines, header.name, secret.read());
  }
}

bool is_private(const std::string& name) {
  return curl_strequal(name.c_str(), "Authorization") != 0 ||
         curl_strequal(name.c_str(), "Cookie") != 0;
}

/// The headers of a request. Secrets go to the place they are meant for, not to where a redirect
/// leads from there.
std::string header_lines(const Transfer& transfer, const Request& request,
                         const HttpSettings& settings) {
  const bool trusted = transfer.first.empty() || transfer.first == transfer.destination;
  std::string lines = "Expect:\n";  // no waiting for "100 Continue"
  for (const auto& [name, value] : request.headers) {
    if (trusted || !is_private(name)) add_header(lines, name, value);
  }
  if (!trusted) return lines;
  add_authorization(lines, settings);
  if (!transfer.authorization.empty()) {
    add_header(lines, "Authorization", transfer.authorization);
  }
  add_headers(lines, settings.headers);
  return lines;
}

List list_of(const std::string& lines) {
  List list;
  for (std::size_t from = 0; from < lines.size();) {
    const std::size_t end = lines.find('\n', from);
    append(list, lines.substr(from, end - from));
    from = end + 1;
  }
  return list;
}

/// Most requests to a place have the same headers: then the list of the last one serves again.
void set_headers(Handle& handle, const std::string& lines) {
  if (handle.headers && lines == handle.header_lines) return;
  List list = list_of(lines);
  curl_easy_setopt(handle.easy.get(), CURLOPT_HTTPHEADER, list.get());
  handle.headers = std::move(list);
  handle.header_lines = lines;
}

void set_method(CURL* easy, const Request& request) {
  if (!is_token(request.method)) throw Error("the method is not one of HTTP");
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  const bool head = request.method == "HEAD";
  curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  if (!request.body.empty() || (!get && !head)) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (head) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  const bool named = !post && !head && !(get && request.body.empty());
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, named ? request.method.c_str() : nullptr);
}

void set_callbacks(Handle& handle) {
  CURL* easy = handle.easy.get();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &handle);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &handle);
}

/// All that does not change from request to request.
void set_settings(Handle& handle, std::shared_ptr<const HttpSettings> settings) {
  reset(handle);
  set_callbacks(handle);
  CURL* easy = handle.easy.get();
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(
      easy, CURLOPT_HTTP_VERSION,
      static_cast<long>(settings->enable_http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "Tocsin");
  // Neither a proxy nor exceptions from it are the environment's, unless we read them there.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  set_tls(easy, settings->tls);
  handle.settings = std::move(settings);
}

/// The proxy's URL for curl: with a port, where Go's default is not curl's, and with names resolved
/// by SOCKS proxies, as Go does it.
std::string curl_proxy(const std::string& url) {
  if (has_control(url)) throw Error("the proxy URL contains control characters");
  if (url.starts_with("socks5:")) return "socks5h" + url.substr(6);
  const std::size_t from = url.find("://") + 3;
  const std::string authority = url.substr(from, url.find_first_of("/?#", from) - from);
  const std::string host = authority.substr(authority.rfind('@') + 1);
  const bool has_port = host.rfind(':') != std::string::npos && !host.ends_with(']');
  if (!url.starts_with("http://") || has_port) return url;
  return url.substr(0, from) + authority + ":80";
}

void set_proxy(Handle& handle) {
  const ProxySettings& settings = handle.settings->proxy;
  const std::string& destination = handle.transfer.destination;
  const bool https = destination.starts_with("https:");
  const std::string& url = https ? settings.https_url : settings.url;
  const bool used = !url.empty() && uses_proxy(destination, settings);
  CURL* easy = handle.easy.get();
  if (const std::string& wanted = used ? url : std::string(); handle.proxy != wanted) {
    curl_easy_setopt(easy, CURLOPT_PROXY, used ? curl_proxy(url).c_str() : "");
    handle.proxy = wanted;
  }
  if (settings.connect_headers.empty()) return;
  std::string lines;
  if (https) add_headers(lines, settings.connect_headers);
  handle.proxy_headers = list_of(lines);
  curl_easy_setopt(easy, CURLOPT_PROXYHEADER, handle.proxy_headers.get());
}

void check_url(const Request& request, const std::string& destination) {
  const bool known = destination.starts_with("http://") || destination.starts_with("https://");
  if (!known) throw Error("its URL is not one of http:// or https:// with a host");
  if (has_control(request.url) || request.url.find(' ') != std::string::npos) {
    throw Error("the URL contains blanks or control characters");
  }
}

/// The URL, but calling itself after the name in the certificate, with its own host as a header.
std::string rename(Handle& handle, const std::string& url, std::string& lines) {
  const std::size_t from = url.find("://") + 3;
  const std::string rest = url.substr(std::min(url.find_first_of("/?#", from), url.size()));
  const std::string authority = url.substr(from, url.size() - rest.size() - from);
  const std::size_t user = authority.rfind('@') + 1;
  add_header(lines, "Host", authority.substr(user));
  std::string named =
      set_server_name(handle, handle.transfer.destination, handle.settings->tls.server_name);
  handle.called = named;
  return named.insert(named.find("://") + 3, authority.substr(0, user)) + rest;
}

}  // namespace

std::string basic_credentials(std::string_view username, std::string_view password) {
  return "Basic " + base64(std::string(username).append(":").append(password));
}

std::shared_ptr<const HttpSettings> settings_of(const Request& request) {
  static const auto kDefaults = std::make_shared<const HttpSettings>();
  return request.settings ? request.settings : kDefaults;
}

void set_up_http(Handle& handle, const Request& request) {
  const Transfer& transfer = handle.transfer;
  check_url(request, transfer.destination);
  const auto settings = settings_of(request);
  if (!handle.settings || (handle.settings != settings && *handle.settings != *settings)) {
    set_settings(handle, settings);
  }
  handle.received.max_response_bytes = request.max_response_bytes;
  handle.received.keep_headers = request.keep_headers;

  std::string lines = header_lines(transfer, request, *settings);
  CURL* easy = handle.easy.get();
  if (settings->tls.server_name.empty()) {
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  } else {
    curl_easy_setopt(easy, CURLOPT_URL, rename(handle, request.url, lines).c_str());
  }
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, request.short_answer ? kReadOfShort : kReadAtATime);
  set_proxy(handle);
  set_headers(handle, lines);
  set_method(easy, request);
}

}  // namespace tocsin::net
