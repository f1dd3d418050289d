// Where to listen.
#pragma once

#include <string>

namespace tocsin::web {

/// "host:port" as given on the command line, split; an IPv6 host stands in brackets.
struct Address {
  std::string host;  ///< "::" is every address of this machine, those of IPv4 included
  int port = 0;

  /// As it is written, brackets and all.
  std::string to_string() const;
};

/// Throws Error when it is not host:port. Without a host it is every address.
Address parse_address(const std::string& text);
/// Whether only this machine can reach it (127.0.0.0/8, ::1, localhost).
bool is_loopback(const Address& address);

}  // namespace tocsin::web
