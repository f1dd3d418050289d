#include "model/labels.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin {
namespace {

bool by_name(const Label& label, std::string_view name) { return label.name < name; }

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Labels::Labels(std::initializer_list<Label> labels) : Labels(std::vector<Label>(labels)) {}

Labels::Labels(std::vector<Label> labels) : labels_(std::move(labels)) {
  const auto ascending = [](const Label& a, const Label& b) { return a.name < b.name; };
  if (!std::is_sorted(labels_.begin(), labels_.end(), ascending)) {
    std::stable_sort(labels_.begin(), labels_.end(), ascending);
  }
  // Keep the last of each run of equal names: erase an element when its successor has its name.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (i + 1 < labels_.size() && labels_[i].name == labels_[i + 1].name) continue;
    if (kept != i) labels_[kept] = std::move(labels_[i]);
    ++kept;
  }
  labels_.resize(kept);
}

std::vector<Label>::const_iterator Labels::find(std::string_view name) const {
  return std::lower_bound(labels_.begin(), labels_.end(), name, by_name);
}

std::string_view Labels::get(std::string_view name) const {
  const auto at = find(name);
  return at != labels_.end() && at->name == name ? std::string_view(at->value) : std::string_view();
}

bool Labels::has(std::string_view name) const {
  const auto at = find(name);
  return at != labels_.end() && at->name == name;
}

void Labels::set(std::string_view name, std::string_view value) {
  const auto at = labels_.begin() + (find(name) - labels_.cbegin());
  if (at != labels_.end() && at->name == name) {
    at->value = value;
  } else {
    labels_.insert(at, Label{std::string(name), std::string(value)});
  }
}

void Labels::erase(std::string_view name) {
  const auto at = find(name);
  if (at != labels_.end() && at->name == name) labels_.erase(at);
}

void Labels::drop_empty() {
  std::erase_if(labels_, [](const Label& label) { return label.value.empty(); });
}

Fingerprint Labels::fingerprint() const {
  constexpr std::uint64_t kOffset = 14695981039346656037ULL;
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  std::uint64_t hash = kOffset;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash = (hash ^ 0xFFU) * kPrime;
  };
  for (const Label& label : labels_) {
    add(label.name);
    add(label.value);
  }
  return hash;
}

std::string Labels::to_string() const {
  std::string out = "{";
  for (const Label& label : labels_) {
    if (out.size() > 1) out += ", ";
    out += is_legacy_label_name(label.name) ? label.name : quote(label.name);
    out += '=';
    out += quote(label.value);
  }
  return out + '}';
}

std::string format_fingerprint(Fingerprint fingerprint) {
  return fmt::format("{:016x}", fingerprint);
}

Fingerprint parse_fingerprint(std::string_view text) {
  Fingerprint value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc() || end != text.data() + text.size()) {
    throw Error(
        fmt::format("\"{}\" is not a fingerprint: 16 hexadecimal digits are expected", text));
  }
  return value;
}

bool is_legacy_label_name(std::string_view name) {
  if (name.empty() || !is_alpha(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c); });
}

bool is_legacy_metric_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alpha(c) || is_digit(c) || c == ':'; });
}

}  // namespace tocsin
