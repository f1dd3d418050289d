#include "notifiers/silence_link.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <spdlog/spdlog.h>

#include "model/error.h"
#include "model/text.h"
#include "notifiers/plain_text.h"
#include "template/base64.h"

namespace tocsin::notifiers {
namespace {

using std::chrono::seconds;

/// Keeps these signatures apart from any other that the same secret may be used for.
constexpr std::string_view kPurpose = "tocsin silence link 1\n";

constexpr std::string_view kExpires = "until";
constexpr std::string_view kLength = "for";
constexpr std::string_view kName = "n";
constexpr std::string_view kValue = "v";
constexpr std::string_view kSignature = "sig";

// The whole of a link's numbers stays far within what times can hold.
constexpr std::int64_t kMostSeconds = 100'000'000'000;

/// What is signed. Different offers have different texts: the order is fixed, and names and values
/// hold neither & nor = once they are escaped.
std::string unsigned_query(const SilenceOffer& offer) {
  std::string query =
      fmt::format("{}={}&{}={}", kExpires,
                  std::chrono::floor<seconds>(offer.expires.time_since_epoch()).count(), kLength,
                  std::chrono::floor<seconds>(offer.length).count());
  for (const LabelView& label : offer.labels) {
    query += fmt::format("&{}={}&{}={}", kName, escape_query(label.name), kValue,
                         escape_query(label.value));
  }
  return query;
}

/// HMAC-SHA256 as base64url without padding.
std::string signature_of(std::string_view key, std::string_view query) {
  const std::string text = fmt::format("{}{}", kPurpose, query);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(),
           &size) == nullptr) {
    throw Error("OpenSSL refuses to compute an HMAC-SHA256");
  }
  std::string out =
      tmpl::base64_encode({reinterpret_cast<const char*>(code.data()), std::size_t{size}});
  out.erase(out.find_last_not_of('=') + 1);
  return out;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<seconds> seconds_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number <= 0 || number > kMostSeconds) return std::nullopt;
  return seconds{number};
}

/// An offer as somebody wrote it, and the signature that he says it has.
struct Claim {
  SilenceOffer offer;
  std::string_view signature;
};

/// Exactly what sign() writes: until, for, pairs of n and v, sig.
std::optional<Claim> claim_of(const std::vector<std::pair<std::string, std::string>>& query) {
  constexpr std::size_t kFewest = 5;
  const auto is = [&](std::size_t at, std::string_view name) { return query[at].first == name; };
  if (query.size() < kFewest || query.size() % 2 == 0) return std::nullopt;
  const std::size_t last = query.size() - 1;
  if (!is(0, kExpires) || !is(1, kLength) || !is(last, kSignature)) return std::nullopt;
  const auto expires = seconds_of(query[0].second);
  const auto length = seconds_of(query[1].second);
  if (!expires || !length) return std::nullopt;
  std::vector<LabelView> labels;
  for (std::size_t at = 2; at < last; at += 2) {
    if (!is(at, kName) || !is(at + 1, kValue)) return std::nullopt;
    labels.push_back({query[at].second, query[at + 1].second});
  }
  return Claim{{Labels::of(std::move(labels)), Timestamp(*expires), *length}, query[last].second};
}

bool is_silenceable(const LabelView& label) {
  return !label.name.empty() && !label.value.empty() && is_utf8(label.name) && is_utf8(label.value);
}

/// The name that all firing alerts have; empty when they differ.
std::string_view shared_name(const notify::Notification& notification) {
  std::optional<std::string_view> shared;
  for (const notify::Told& told : notification.alerts) {
    if (told.status != notify::Status::Firing) continue;
    const std::string_view name = told.alert->labels.get(kAlertName);
    if (shared && *shared != name) return {};
    shared = name;
  }
  return shared.value_or(std::string_view());
}

std::optional<std::string> url_of(const std::string& base, const std::string& query) {
  if (base.find_first_of("?#") != std::string::npos) return std::nullopt;
  const std::string url = fmt::format("{}{}?{}", base, kSilencePath, query);
  if (url.size() > kLongestSilenceLink || web_url(url) != url) return std::nullopt;
  return url;
}

}  // namespace

std::string SilenceLinks::key() const {
  std::string key = secret.read();
  if (key.size() < kLeastLinkSecret) {
    throw Error(fmt::format("the secret of silence_links has {} bytes and needs at least {}",
                            key.size(), kLeastLinkSecret));
  }
  return key;
}

Labels labels_to_silence(const notify::Notification& notification) {
  Labels labels = notification.group_labels;
  labels.drop_empty();
  if (const std::string_view name = shared_name(notification); !name.empty()) {
    labels.set(kAlertName, name);
  }
  return std::all_of(labels.begin(), labels.end(), is_silenceable) ? labels : Labels{};
}

std::string sign(std::string_view key, const SilenceOffer& offer) {
  const std::string query = unsigned_query(offer);
  return fmt::format("{}&{}={}", query, kSignature, signature_of(key, query));
}

std::variant<SilenceOffer, LinkFlaw> check(
    std::string_view key, const std::vector<std::pair<std::string, std::string>>& query,
    Timestamp now) {
  std::optional<Claim> claim = claim_of(query);
  if (!claim) return LinkFlaw::Forged;
  const std::string right = signature_of(key, unsigned_query(claim->offer));
  if (!same(claim->signature, right)) return LinkFlaw::Forged;
  if (now >= claim->offer.expires) return LinkFlaw::Expired;
  return std::move(claim->offer);
}

std::optional<Link> silence_link(const SilenceLinks& links,
                                 const notify::Notification& notification, Timestamp now) {
  if (notification.status() != notify::Status::Firing) return std::nullopt;
  SilenceOffer offer{labels_to_silence(notification),
                     std::chrono::floor<seconds>(now + links.valid_for), links.silence_for};
  if (offer.labels.empty()) return std::nullopt;
  try {
    auto url = url_of(notification.external_url, sign(links.key(), offer));
    if (!url) return std::nullopt;
    return Link{"Silence for " + format_duration(links.silence_for), std::move(*url)};
  } catch (const Error& error) {
    spdlog::warn("a message has no link that silences: {}", error.what());
    return std::nullopt;
  }
}

}  // namespace tocsin::notifiers
