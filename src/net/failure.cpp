// What curl's outcome means, in words for people. curl's own texts are used only where they cannot
// hold more than names and reasons.
#include <cstring>

#include <fmt/format.h>

#include "model/text.h"
#include "net/transfer.h"

namespace tocsin::net {
namespace {

using Kind = Failure::Kind;

Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return Kind::BadRequest;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Kind::Resolve;
    case CURLE_COULDNT_CONNECT:
      return Kind::Connect;
    case CURLE_OPERATION_TIMEDOUT:
      return Kind::Timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
      return Kind::Tls;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return Kind::CutOff;
    case CURLE_LOGIN_DENIED:
      return Kind::Authentication;
    default:
      return Kind::Other;
  }
}

long number(const Handle& handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle.easy.get(), info, &value);
  return value;
}

/// Bytes from the other side, fit to be shown.
std::string printable(std::string_view text) {
  constexpr std::size_t kMost = 500;
  if (!is_utf8(text)) return "(an answer that is not UTF-8)";
  std::string out = truncate_runes(text, kMost);
  for (char& c : out) {
    if (has_control({&c, 1})) c = ' ';
  }
  return out;
}

/// The destination, and from where we had been redirected to it.
std::string place(const Handle& handle) {
  const std::string& first = handle.transfer.first;
  const std::string& last = handle.transfer.destination;
  return first.empty() || last == first ? last
                                        : fmt::format("{} (redirected from {})", last, first);
}

std::string connect_problem(const Handle& handle) {
  const long error = number(handle, CURLINFO_OS_ERRNO);
  const std::string through = !handle.proxy.empty() ? " through its proxy" : "";
  const std::string why =
      error == 0 ? "" : fmt::format(": {}", std::strerror(static_cast<int>(error)));
  return fmt::format("cannot connect to {}{}{}", place(handle), through, why);
}

std::string cut_off(const Handle& handle) {
  const long proxy = number(handle, CURLINFO_HTTP_CONNECTCODE);
  if (proxy >= 300) {
    return fmt::format("the proxy for {} answered with status {}", place(handle), proxy);
  }
  return fmt::format("{} closed the connection before its answer was complete", place(handle));
}

std::string other(const Handle& handle, CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return fmt::format("{} answered in another protocol", place(handle));
    case CURLE_BAD_CONTENT_ENCODING:
      return fmt::format("{} sent compressed data that is damaged", place(handle));
    default:
      return fmt::format("{}: {}", place(handle), curl_easy_strerror(code));
  }
}

Duration timeout_of(const Transfer& transfer) {
  return std::visit([](const auto& what) { return what.timeout; }, transfer.what);
}

std::string describe(const Handle& handle, Kind kind, CURLcode code) {
  switch (kind) {
    case Kind::BadRequest:
      return fmt::format("cannot send to {}: its URL is malformed", place(handle));
    case Kind::Resolve:
      return fmt::format("the name {} {} cannot be resolved",
                         code == CURLE_COULDNT_RESOLVE_PROXY ? "of the proxy for" : "in",
                         place(handle));
    case Kind::Connect:
      return connect_problem(handle);
    case Kind::Tls:
      return fmt::format(
          "TLS with {} failed: {}", place(handle),
          handle.error[0] == '\0' ? curl_easy_strerror(code) : printable(handle.error.data()));
    case Kind::Timeout:
      return fmt::format("{} gave no complete answer within {}", place(handle),
                         format_duration(timeout_of(handle.transfer)));
    case Kind::TooLarge:
      return fmt::format("the answer of {} is too large", place(handle));
    case Kind::CutOff:
      return cut_off(handle);
    default:
      return other(handle, code);
  }
}

/// A mail server that answered with a refusal: its code and words say more than curl's.
bool is_refusal(const Handle& handle, Kind kind) {
  return std::holds_alternative<Mail>(handle.transfer.what) &&
         handle.received.response.status >= 400 &&
         (kind == Kind::CutOff || kind == Kind::Authentication || kind == Kind::Other);
}

Failure refusal(const Handle& handle, Kind kind) {
  const Response& reply = handle.received.response;
  const std::string& recipient = handle.received.recipient;
  const bool login = kind == Kind::Authentication;
  const std::string what = login               ? "login"
                           : recipient.empty() ? "mail"
                                               : "recipient " + printable(recipient);
  return Failure{login ? kind : Kind::MailRefused,
                 fmt::format("{} refused the {}: {} {}", handle.transfer.destination, what,
                             reply.status, printable(reply.body)),
                 reply.status};
}

}  // namespace

Result result_of(Handle& handle, CURLcode code) {
  Received& received = handle.received;
  const bool mail = std::holds_alternative<Mail>(handle.transfer.what);
  if (!mail) received.response.status = static_cast<int>(number(handle, CURLINFO_RESPONSE_CODE));
  if (code == CURLE_OK) return std::move(received.response);
  Kind kind = kind_of(code);
  if (received.too_large || code == CURLE_FILESIZE_EXCEEDED) kind = Kind::TooLarge;
  if (is_refusal(handle, kind)) return refusal(handle, kind);
  const bool no_mechanism = mail && kind == Kind::Authentication;
  std::string message =
      no_mechanism ? fmt::format("{} offers neither AUTH PLAIN nor AUTH LOGIN", place(handle))
                   : describe(handle, kind, code);
  return Failure{kind, std::move(message), received.response.status};
}

}  // namespace tocsin::net
