#include "journal/codec.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "journal/json_text.h"
#include "model/error.h"

namespace tocsin::journal {
namespace {

constexpr std::array kOrigins = {std::pair<Origin, std::string_view>{Origin::Rule, "rule"},
                                 std::pair<Origin, std::string_view>{Origin::Posted, "posted"}};
constexpr std::array kPhases = {
    std::pair<state::Phase, std::string_view>{state::Phase::Pending, "pending"},
    std::pair<state::Phase, std::string_view>{state::Phase::Firing, "firing"}};
constexpr std::array kRowStates = {
    std::pair<notify::RowState, std::string_view>{notify::RowState::Pending, "pending"},
    std::pair<notify::RowState, std::string_view>{notify::RowState::Dead, "dead"}};
constexpr std::array kMatchOps = {std::pair<MatchOp, std::string_view>{MatchOp::Equal, "="},
                                  std::pair<MatchOp, std::string_view>{MatchOp::NotEqual, "!="},
                                  std::pair<MatchOp, std::string_view>{MatchOp::Regex, "=~"},
                                  std::pair<MatchOp, std::string_view>{MatchOp::NotRegex, "!~"}};

/// The text in quotes at the start of `rest`, which is moved behind it; nothing if there is none.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::nullopt;
  const std::size_t end = rest.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return text;
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

/// Labels as append_labels() writes them, if nothing in them is escaped or outside of ASCII: most
/// are such, and a start reads hundreds of thousands of them.
std::optional<std::vector<LabelView>> plain_labels(std::string_view json) {
  const bool plain = std::all_of(json.begin(), json.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F &&
           c != '\\';
  });
  if (!plain || !json.starts_with('{') || !json.ends_with('}')) return std::nullopt;
  std::string_view rest = json.substr(1, json.size() - 2);
  std::vector<LabelView> labels;
  labels.reserve(count_of(rest, "\":\""));
  while (!rest.empty()) {
    if (!labels.empty()) {
      if (!rest.starts_with(',')) return std::nullopt;
      rest.remove_prefix(1);
    }
    const auto name = take_quoted(rest);
    if (!name || !rest.starts_with(':')) return std::nullopt;
    rest.remove_prefix(1);
    const auto value = take_quoted(rest);
    if (!value) return std::nullopt;
    labels.push_back({*name, *value});
  }
  return labels;
}

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  return std::ranges::find(table, value, &Table::value_type::first)->second;
}

template <class Table>
auto value_in(const Table& table, std::string_view name, std::string_view what) {
  const auto at = std::ranges::find(table, name, &Table::value_type::second);
  if (at == table.end()) throw Error(fmt::format("\"{}\" is not {}", name, what));
  return at->first;
}

}  // namespace

std::string encode_labels(const Labels& labels) {
  std::string out;
  append_labels(out, labels);
  return out;
}

void append_labels(std::string& out, const Labels& labels) {
  std::size_t size = 2;
  for (const LabelView& label : labels) size += label.name.size() + label.value.size() + 6;
  if (out.capacity() - out.size() < size) out.reserve(std::max(out.size() + size, 2 * out.size()));
  out += '{';
  for (const LabelView& label : labels) {
    if (out.back() != '{') out += ',';
    append_json_text(out, label.name);
    out += ':';
    append_json_text(out, label.value);
  }
  out += '}';
}

Labels decode_labels(std::string_view json) {
  if (std::optional<std::vector<LabelView>> plain = plain_labels(json)) {
    return Labels::of(std::move(*plain));
  }
  return labels_of(parse_json(json));
}

std::string encode_matchers(const Matchers& matchers) {
  std::string out = "[";
  for (const Matcher& matcher : matchers) {
    if (out.size() > 1) out += ',';
    out += '[';
    append_json_text(out, matcher.name());
    out += fmt::format(",\"{}\",", name_in(kMatchOps, matcher.op()));
    append_json_text(out, matcher.value());
    out += ']';
  }
  return out + ']';
}

Matchers decode_matchers(std::string_view json) {
  const nlohmann::json array = parse_json(json);
  if (!array.is_array()) throw Error("matchers should be a JSON array");
  Matchers matchers;
  for (const nlohmann::json& each : array) {
    if (!each.is_array() || each.size() != 3) {
      throw Error("a matcher should be an array of name, operator and value");
    }
    matchers.emplace_back(text_of(each[0]),
                          value_in(kMatchOps, text_of(each[1]), "a match operator"),
                          text_of(each[2]));
  }
  return matchers;
}

std::string encode_fingerprints(const FingerprintSet& fingerprints) {
  std::vector<Fingerprint> sorted(fingerprints.begin(), fingerprints.end());
  std::ranges::sort(sorted);
  return encode_ascending(sorted);
}

std::string encode_ascending(const std::vector<Fingerprint>& ascending) {
  std::string bytes(ascending.size() * sizeof(Fingerprint), '\0');
  auto at = bytes.begin();
  for (const Fingerprint fingerprint : ascending) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      *at++ = static_cast<char>(fingerprint >> static_cast<unsigned>(shift) & 0xFFU);
    }
  }
  return bytes;
}

FingerprintSet decode_fingerprints(std::string_view bytes) {
  if (bytes.size() % sizeof(Fingerprint) != 0) {
    throw Error(fmt::format("{} bytes are not a set of 8-byte fingerprints", bytes.size()));
  }
  FingerprintSet fingerprints;
  fingerprints.reserve(bytes.size() / sizeof(Fingerprint));
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(Fingerprint)) {
    Fingerprint value = 0;
    for (const char c : bytes.substr(i, sizeof(Fingerprint))) {
      value = value << 8U | static_cast<unsigned char>(c);
    }
    fingerprints.insert(value);
  }
  return fingerprints;
}

std::string_view to_text(Origin origin) { return name_in(kOrigins, origin); }
std::string_view to_text(state::Phase phase) { return name_in(kPhases, phase); }
std::string_view to_text(notify::RowState state) { return name_in(kRowStates, state); }

Origin parse_origin(std::string_view text) {
  return value_in(kOrigins, text, "an origin of alerts");
}

state::Phase parse_phase(std::string_view text) {
  return value_in(kPhases, text, "a phase of alerts");
}

notify::RowState parse_row_state(std::string_view text) {
  return value_in(kRowStates, text, "a state of outbox rows");
}

}  // namespace tocsin::journal
