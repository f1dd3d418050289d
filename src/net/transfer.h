// One exchange under way: a curl handle with all that its callbacks touch. Internal to net.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include <curl/curl.h>

#include "net/client.h"

namespace tocsin::net {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListDeleter>;

/// Appends; throws std::bad_alloc when curl cannot.
void append(List& list, const std::string& line);

/// The steady clock only measures: how much of a transfer's timeout is left when its turn comes.
using Steady = std::chrono::steady_clock;

struct Place;

/// What somebody asked for, from start() until `done` is called.
struct Transfer {
  std::variant<Request, Mail> what;
  Client::Done done;
  std::string destination;
  Place* place = nullptr;  ///< the queue of that destination
  Steady::time_point deadline;
  std::string first = {};  ///< the destination before the first redirect; empty: no redirect
  int redirects = 0;       ///< followed so far
  std::string authorization = {};  ///< of an OAuth2 token, "Bearer x"
  bool renewed = false;            ///< that token was fetched because another was refused
};

/// What has come back so far.
struct Received {
  Response response;
  std::size_t max_response_bytes = 0;
  std::size_t header_bytes = 0;
  bool keep_headers = true;
  bool too_large = false;

  // Of mails only:
  std::size_t uploaded = 0;  ///< bytes of the message already handed over
  std::string recipient;     ///< of the RCPT command that was sent last, until DATA
  bool reply_open = false;   ///< a reply of several lines is not complete yet
  bool quitting = false;     ///< QUIT was sent; what comes now is not about the mail
};

/// A curl handle and what belongs to it. Handles are pooled: what was set for all requests with
/// equal settings stays set, and a request sets only what is its own.
/// REQUIRES: stays where it is (curl's callbacks point to it), hence always behind a unique_ptr.
struct Handle {
  Easy easy;
  Transfer transfer;
  Received received;
  std::size_t index = 0;            ///< among the running ones
  std::atomic<bool> abort = false;  ///< ends a mail soon; set by another thread

  std::shared_ptr<const HttpSettings> settings;  ///< what `easy` is set up for; null: nothing
  std::string header_lines;                      ///< what `headers` was made of
  List headers;
  List proxy_headers;
  std::string proxy;   ///< the proxy that is set
  std::string called;  ///< "https://name:port" that stands for the destination; empty: itself
  List recipients;
  List connect_to;
  std::array<char, CURL_ERROR_SIZE> error{};
};

/// A new handle that can do nothing yet. Throws std::bad_alloc.
std::unique_ptr<Handle> make_handle();
/// Forgets every option; what HTTP and SMTP share is set again.
void reset(Handle& handle);

/// The settings of a request, or the defaults; never null.
std::shared_ptr<const HttpSettings> settings_of(const Request& request);

/// Set the handle up for its transfer. Throw Error when that cannot be sent at all (line breaks in
/// a header, an unreadable secret file).
void set_up_http(Handle& handle, const Request& request);
void set_up_mail(Handle& handle, const Mail& mail);

/// The value of a header for HTTP's Basic authentication.
std::string basic_credentials(std::string_view username, std::string_view password);

/// Turns a request that was answered with a redirect into the next one. False when it is not one
/// to follow. Throws Error when it is one that cannot be followed.
bool follow_redirect(Handle& handle);

/// TLS options that HTTP and SMTP share. Throws Error for a version that does not exist.
void set_tls(CURL* easy, const TlsSettings& settings);
/// The certificate is checked against `server_name` (which is also asked for with SNI), while
/// `destination` is called. Gives the URL's "scheme://host:port" to use for that.
std::string set_server_name(Handle& handle, const std::string& destination,
                            const std::string& server_name);

/// Whether the text holds bytes below 0x20 or 0x7F: line breaks and their kin.
bool has_control(std::string_view text);

/// What came of it, once curl is done with the handle.
Result result_of(Handle& handle, CURLcode code);

/// "smtp://host:port" of a mail's server, for messages and limits.
std::string destination_of(const MailServer& server);

}  // namespace tocsin::net
