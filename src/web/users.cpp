#include "web/users.h"

#include <array>
#include <crypt.h>
#include <memory>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace tocsin::web {
namespace {

constexpr std::size_t kMostRemembered = 1'000;
constexpr int kHighestCost = 17;  // some ten seconds; each more doubles it

bool is_base64(std::string_view text) {
  const std::size_t end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  return text.size() % 4 == 0 &&
         (end == text.npos || text.substr(end) == "=" || text.substr(end) == "==");
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (!is_base64(text) || text.size() > 8'192) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  for (; text.ends_with('='); text.remove_suffix(1)) out.pop_back();
  return out;
}

bool is_basic(std::string_view scheme) {
  return scheme.size() == 5 && (scheme[0] | 32) == 'b' && (scheme[1] | 32) == 'a' &&
         (scheme[2] | 32) == 's' && (scheme[3] | 32) == 'i' && (scheme[4] | 32) == 'c';
}

}  // namespace

std::optional<Credentials> parse_basic_auth(std::string_view header) {
  const std::size_t blank = header.find(' ');
  if (blank == header.npos || !is_basic(header.substr(0, blank))) return std::nullopt;
  const std::optional<std::string> both = decode_base64(header.substr(blank + 1));
  if (!both) return std::nullopt;
  const std::size_t colon = both->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{both->substr(0, colon), both->substr(colon + 1)};
}

std::string flaw_of_hash(const std::string& hash) {
  const bool has_prefix =
      hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  const bool has_form =
      has_prefix && hash.size() == 60 && hash[6] == '$' &&
      hash.find_first_not_of("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                             7) == std::string::npos &&
      hash[4] >= '0' && hash[4] <= '9' && hash[5] >= '0' && hash[5] <= '9';
  if (!has_form) return "is no bcrypt hash; make one with: htpasswd -nBC 10 \"\" | tr -d ':\\n'";
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  if (cost < 4) return fmt::format("has cost {}; bcrypt begins with 4", cost);
  if (cost > kHighestCost) {
    return fmt::format("has cost {}, which takes minutes to check; use {} or less, 10 is usual",
                       cost, kHighestCost);
  }
  return "";
}

const std::string& Users::hash_of(const std::string& user) const {
  // For a user that does not exist, any other's, so that it takes as long.
  const auto at = hashes_.find(user);
  return at == hashes_.end() ? hashes_.begin()->second : at->second;
}

bool Users::check(const Credentials& credentials) const {
  if (hashes_.empty()) return false;
  // crypt() would see the part before a NUL only.
  const bool usable = credentials.password.find('\0') == std::string::npos;
  const std::string& hash = hash_of(credentials.user);
  const auto data = std::make_unique<crypt_data>();
  const char* made = crypt_r(usable ? credentials.password.c_str() : "", hash.c_str(), data.get());
  const std::string_view result = made == nullptr ? "" : made;
  const bool same =
      result.size() == hash.size() && CRYPTO_memcmp(result.data(), hash.data(), hash.size()) == 0;
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return same && usable && hashes_.contains(credentials.user);
}

std::string Users::digest(const Credentials& credentials, std::string_view salt) const {
  const auto at = hashes_.find(credentials.user);
  const std::string_view hash = at == hashes_.end() ? std::string_view() : at->second;
  std::string all = fmt::format("{}:{}:{}:", salt.size(), credentials.user.size(), hash.size());
  all.append(salt).append(credentials.user).append(hash).append(credentials.password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> made;
  unsigned size = 0;
  EVP_Digest(all.data(), all.size(), made.data(), &size, EVP_sha256(), nullptr);
  OPENSSL_cleanse(all.data(), all.size());
  return {reinterpret_cast<const char*>(made.data()), size};
}

std::optional<bool> Verdicts::find(const std::string& digest) const {
  if (right_.contains(digest)) return true;
  if (wrong_.contains(digest)) return false;
  return std::nullopt;
}

void Verdicts::add(const std::string& digest, bool right) {
  std::set<std::string>& some = right ? right_ : wrong_;
  if (some.size() >= kMostRemembered) some.clear();
  some.insert(digest);
}

}  // namespace tocsin::web
