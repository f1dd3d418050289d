#include "journal/json_text.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "model/text.h"

namespace tocsin::journal {
namespace {

// U+F780 to U+F7BF are the bytes EF 9E 80 to EF 9E BF in UTF-8, U+F7C0 to U+F7FF are EF 9F 80 to
// EF 9F BF.
constexpr std::string_view kLowStandIn = "\xEF\x9E";
constexpr std::string_view kHighStandIn = "\xEF\x9F";

bool has_stand_in(std::string_view text) {
  return text.find(kLowStandIn) != std::string_view::npos ||
         text.find(kHighStandIn) != std::string_view::npos;
}

std::size_t length_by_first_byte(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

void append_stand_in(std::string& out, unsigned char byte) {
  out += byte < 0xC0 ? kLowStandIn : kHighStandIn;
  out += static_cast<char>(byte < 0xC0 ? byte : byte - 0x40);
}

constexpr std::array<bool, 256> kNeedsEscape = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7F;
  }
  return table;
}();

bool needs_escape(char c) { return kNeedsEscape[static_cast<unsigned char>(c)]; }

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (is_utf8(bytes) && !has_stand_in(bytes)) return std::string(bytes);
  std::string out;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const std::string_view character = bytes.substr(i, length_by_first_byte(first));
    if (is_utf8(character) && !has_stand_in(character)) {
      out += character;
      i += character.size();
    } else {
      append_stand_in(out, first);
      ++i;
    }
  }
  return out;
}

std::string from_utf8(std::string_view text) {
  if (!has_stand_in(text)) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view head = text.substr(i, 2);
    if ((head == kLowStandIn || head == kHighStandIn) && i + 2 < text.size()) {
      const auto last = static_cast<unsigned char>(text[i + 2]);
      out += static_cast<char>(head == kLowStandIn ? last : last + 0x40);
      i += 3;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void append_json_text(std::string& out, std::string_view text) {
  // Most text is plain ASCII, and there is a lot of it in a batch of alerts.
  out += '"';
  if (std::none_of(text.begin(), text.end(), needs_escape)) {
    out += text;
    out += '"';
    return;
  }
  for (const char c : to_utf8(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
  const fmt::format_int text(number);
  out.append(text.data(), text.size());
}

nlohmann::json parse_json(std::string_view json) {
  try {
    return nlohmann::json::parse(json);
  } catch (const nlohmann::json::exception& e) {
    throw Error(fmt::format("it is not JSON ({})", e.what()));
  }
}

std::string text_of(const nlohmann::json& json) {
  if (!json.is_string()) throw Error(fmt::format("{} should be a text", json.type_name()));
  return from_utf8(json.get_ref<const std::string&>());
}

Labels labels_of(const nlohmann::json& json) {
  if (!json.is_object()) throw Error("labels should be a JSON object");
  std::vector<Label> labels;
  labels.reserve(json.size());
  for (const auto& [name, value] : json.items()) {
    labels.push_back({from_utf8(name), text_of(value)});
  }
  return Labels(labels);
}

}  // namespace tocsin::journal
