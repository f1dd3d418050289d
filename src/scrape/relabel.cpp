#include "scrape/relabel.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/expand.h"
#include "model/rune.h"
#include "model/text.h"

namespace tocsin::scrape {
namespace {

/// Lists of names are ordinary in relabelling, and RE2 wants some 64 bytes of budget per byte.
std::int64_t memory_for(const std::string& pattern) {
  constexpr std::size_t kLeast = std::size_t{1} << 20;
  constexpr std::size_t kMost = std::size_t{16} << 20;
  return static_cast<std::int64_t>(std::clamp(pattern.size() * 256, kLeast, kMost));
}

std::string joined(const Labels& labels, const RelabelRule& rule) {
  std::string value;
  for (std::size_t i = 0; i < rule.source_labels.size(); ++i) {
    if (i > 0) value += rule.separator;
    value += labels.get(rule.source_labels[i]);
  }
  return value;
}

void set_or_erase(Labels& labels, std::string_view name, std::string_view value) {
  if (value.empty()) {
    labels.erase(name);
  } else {
    labels.set(name, value);
  }
}

void replace(Labels& labels, const RelabelRule& rule, const std::string& value) {
  std::string target, result;
  if (!rule.regex.expand(value, rule.target_label, target) || target.empty()) return;
  rule.regex.expand(value, rule.replacement, result);
  set_or_erase(labels, target, result);
}

std::string cased(std::string_view text, char32_t (*change)(char32_t)) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = decode_rune(text.substr(at));
    append_rune(out, change(rune.code));
    at += rune.length;
  }
  return out;
}

/// The last 8 bytes of the MD5 sum, the most significant first: the shards of a Prometheus.
std::uint64_t hash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), sum.data(), &size, EVP_md5(), nullptr) != 1) {
    throw Error("hashmod needs MD5, which this system's OpenSSL does not allow");
  }
  std::uint64_t number = 0;
  for (unsigned i = 8; i < 16; ++i) number = number << 8 | sum[i];
  return number;
}

void map_labels(Labels& labels, const RelabelRule& rule) {
  const Labels before = labels;
  std::string name;
  for (const LabelView& label : before) {
    if (rule.regex.expand(label.name, rule.replacement, name) && !name.empty()) {
      set_or_erase(labels, name, label.value);
    }
  }
}

void erase_labels(Labels& labels, const RelabelRule& rule, bool those_that_match) {
  const Labels before = labels;
  for (const LabelView& label : before) {
    if (rule.regex.matches(label.name) == those_that_match) labels.erase(label.name);
  }
}

/// False: the set is dropped.
bool apply(Labels& labels, const RelabelRule& rule) {
  const std::string value = joined(labels, rule);
  switch (rule.action) {
    case RelabelAction::Replace:
      replace(labels, rule, value);
      return true;
    case RelabelAction::Keep:
      return rule.regex.matches(value);
    case RelabelAction::Drop:
      return !rule.regex.matches(value);
    case RelabelAction::KeepEqual:
      return labels.get(rule.target_label) == value;
    case RelabelAction::DropEqual:
      return labels.get(rule.target_label) != value;
    case RelabelAction::HashMod:
      labels.set(rule.target_label, fmt::to_string(hash(value) % rule.modulus));
      return true;
    case RelabelAction::LabelMap:
      map_labels(labels, rule);
      return true;
    case RelabelAction::LabelDrop:
    case RelabelAction::LabelKeep:
      erase_labels(labels, rule, rule.action == RelabelAction::LabelDrop);
      return true;
    case RelabelAction::Lowercase:
      set_or_erase(labels, rule.target_label, cased(value, to_lower));
      return true;
    case RelabelAction::Uppercase:
      set_or_erase(labels, rule.target_label, cased(value, to_upper));
      return true;
  }
  return true;
}

bool needs_target(RelabelAction action) {
  using enum RelabelAction;
  return action != Keep && action != Drop && action != LabelMap && action != LabelDrop &&
         action != LabelKeep;
}

bool is_one_of(RelabelAction action, std::initializer_list<RelabelAction> actions) {
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

}  // namespace

std::string_view to_string(RelabelAction action) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "replace",  "keep",      "drop",      "keepequal", "dropequal", "hashmod",
      "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"};
  return kNames.at(static_cast<std::size_t>(action));
}

Pattern::Pattern(std::string text) : text_(std::move(text)) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_for(text_));
  options.set_dot_nl(true);
  auto regex = std::make_shared<re2::RE2>(text_, options);
  if (!regex->ok()) {
    throw Error(fmt::format("the regular expression {} does not compile: {}", quote(text_),
                            regex->error()));
  }
  regex_ = std::move(regex);
}

bool Pattern::matches(std::string_view value) const {
  return re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *regex_);
}

bool Pattern::expand(std::string_view value, std::string_view replacement, std::string& out) const {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) +
                                       1);
  const re2::StringPiece text(value.data(), value.size());
  if (!regex_->Match(text, 0, text.size(), re2::RE2::ANCHOR_BOTH, groups.data(),
                     static_cast<int>(groups.size()))) {
    return false;
  }
  out.clear();
  tocsin::expand(*regex_, groups, replacement, [&out](std::string_view part) { out += part; });
  return true;
}

const Pattern& RelabelRule::whole() {
  static const Pattern kWhole(kPattern);
  return kWhole;
}

std::string problem_of(const RelabelRule& rule) {
  using enum RelabelAction;
  const std::string_view action = to_string(rule.action);
  if (rule.action == HashMod && rule.modulus == 0) return "hashmod needs a modulus of 1 or more";
  if (needs_target(rule.action) && rule.target_label.empty()) {
    return fmt::format("{} needs a target_label", action);
  }
  const bool other_regex = rule.regex.text() != RelabelRule::kPattern;
  const bool other_replacement = rule.replacement != RelabelRule::kReplacement;
  const bool other_separator = rule.separator != RelabelRule::kSeparator;
  if (is_one_of(rule.action, {Lowercase, Uppercase}) && other_replacement) {
    return fmt::format("{} takes no replacement; remove it", action);
  }
  if (is_one_of(rule.action, {KeepEqual, DropEqual}) &&
      (other_regex || other_replacement || other_separator || rule.modulus != 0)) {
    return fmt::format("{} takes only source_labels and target_label; remove the rest", action);
  }
  if (is_one_of(rule.action, {LabelDrop, LabelKeep}) &&
      (!rule.source_labels.empty() || !rule.target_label.empty() || other_replacement ||
       other_separator || rule.modulus != 0)) {
    return fmt::format("{} takes only regex; remove the rest", action);
  }
  return "";
}

bool relabel(Labels& labels, std::span<const RelabelRule> rules) {
  for (const RelabelRule& rule : rules) {
    if (!apply(labels, rule)) return false;
  }
  return true;
}

}  // namespace tocsin::scrape
