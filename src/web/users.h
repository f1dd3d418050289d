// Basic auth: users with bcrypt hashes, and what is remembered of those who came.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tocsin::web {

struct Credentials {
  std::string user;
  std::string password;
};

/// Of an Authorization header; nullopt when it is not Basic, or malformed.
std::optional<Credentials> parse_basic_auth(std::string_view header);

/// What is wrong with a hash, or "".
std::string flaw_of_hash(const std::string& hash);

/// Names and bcrypt hashes. Frozen.
class Users {
 public:
  explicit Users(std::map<std::string, std::string> hashes = {}) : hashes_(std::move(hashes)) {}

  bool empty() const { return hashes_.empty(); }
  /// Whether they are right. Slow, as bcrypt is meant to be; as slow for users that do not exist.
  bool check(const Credentials& credentials) const;
  /// What stands for these credentials at these users: changes with the user's hash, tells nobody
  /// the password. `salt` is the process's own.
  std::string digest(const Credentials& credentials, std::string_view salt) const;

 private:
  const std::string& hash_of(const std::string& user) const;

  std::map<std::string, std::string> hashes_;
};

/// Outcomes of checks, so that each of them is paid for once. Not for several threads.
class Verdicts {
 public:
  std::optional<bool> find(const std::string& digest) const;
  void add(const std::string& digest, bool right);

 private:
  std::set<std::string> right_;
  std::set<std::string> wrong_;
};

}  // namespace tocsin::web
