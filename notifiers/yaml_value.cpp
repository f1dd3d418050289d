// YAML that may hold anything an alert holds, as JSON.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "notifiers/payload.h"

namespace tocsin::notifiers {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 11> kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                                    "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                                                     "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};

template <std::size_t n>
bool is_one_of(std::string_view text, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <class Number>
std::optional<Number> whole(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// With a base in front as in Go: 0x1f, 0b1, 0o17, 017.
std::optional<Json> integer(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return std::nullopt;
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const char c = digits[1];
    base = c == 'x' || c == 'X' ? 16 : c == 'b' || c == 'B' ? 2 : 8;
    digits.remove_prefix(base != 8 || c == 'o' || c == 'O' ? 2 : 1);
  }
  const auto number = whole<std::uint64_t>(digits, base);
  if (!number) return std::nullopt;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  if (!negative) return Json(*number);
  if (*number > kMost) return std::nullopt;
  return Json(static_cast<std::int64_t>(~*number + 1));
}

std::optional<Json> decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  if (text.find_first_of("0123456789") > 1) return std::nullopt;  // "5", ".5"
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Json(negative ? -number : number);
}

Json plain_value(const std::string& text) {
  if (is_one_of(text, kNull)) return nullptr;
  if (is_one_of(text, kTrue)) return true;
  if (is_one_of(text, kFalse)) return false;
  std::string digits = text;
  std::erase(digits, '_');
  if (text.front() == '_') return text;
  if (auto number = integer(digits)) return *number;
  if (auto number = decimal(digits)) return *number;
  return text;
}

/// Ends the reading: the text stands for itself.
struct NotOurs {};

class Builder : public YAML::EventHandler {
 public:
  Json result;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { place(nullptr); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { throw NotOurs{}; }
  void OnScalar(const YAML::Mark&, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(anchor);
    if (tag != "?" && tag != "!") throw NotOurs{};
    if (!open_.empty() && open_.back().value.is_object() && !open_.back().key) {
      open_.back().key = value;
    } else {
      place(tag == "?" ? plain_value(value) : Json(value));
    }
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Json::array(), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Json::object(), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Json value;
    std::optional<std::string> key;
    std::map<std::string, Json> members;
  };

  static void check(YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) throw NotOurs{};
  }
  void open(Json empty, YAML::anchor_t anchor) {
    check(anchor);
    if (open_.size() == kMaxPayloadDepth) throw NotOurs{};
    open_.push_back({std::move(empty), {}, {}});
  }
  void close() {
    Open last = std::move(open_.back());
    open_.pop_back();
    for (auto& [key, value] : last.members) last.value[key] = std::move(value);
    place(std::move(last.value));
  }
  void place(Json value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (Open& last = open_.back(); last.value.is_array()) {
      last.value.push_back(std::move(value));
    } else {
      if (!last.key) throw NotOurs{};  // a key that is a list or a mapping
      last.members[*last.key] = std::move(value);
      last.key.reset();
    }
  }

  std::vector<Open> open_;
};

}  // namespace

Json yaml_value(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  if (text.find_first_not_of(kBlank) == std::string_view::npos) return nullptr;
  std::istringstream in{std::string(text)};
  Builder builder;
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder) || parser) return std::string(text);
  } catch (const YAML::Exception&) {
    return std::string(text);
  } catch (const NotOurs&) {
    return std::string(text);
  }
  // A text that YAML folds or trims is not ours to change.
  return builder.result.is_string() ? Json(std::string(text)) : builder.result;
}

}  // namespace tocsin::notifiers
