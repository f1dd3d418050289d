#include "config/yaml.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "config/environment.h"

namespace tocsin::config {
namespace {

// YAML 1.1, which Alertmanager reads.
constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "yes", "Yes", "YES",
                                                    "on",   "On",   "ON",   "y",   "Y"};
constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "no", "No", "NO",
                                                     "off",   "Off",   "OFF",   "n",  "N"};

template <class Words>
bool is_one_of(std::string_view text, const Words& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

}  // namespace

Map::Map(const Node& node, std::string_view what, File& file)
    : node_(node), what_(what), file_(file), usable_(node.is_mapping() || node.is_null()) {
  if (!usable_) problem(fmt::format("{} must be a mapping, this is {}", what, describe(node.kind)));
}

Map::~Map() {
  if (!usable_) return;
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const Node::Entry& each : node_.entries) {
    if (is_one_of(each.key, known)) continue;
    const std::string meant = did_you_mean(each.key, known);
    const std::string else_remove = fmt::format(" in {}; remove it", what_);
    file_.problem(each.mark, fmt::format("unknown key {}{}", shown(each.key),
                                         meant.empty() ? else_remove : meant));
  }
}

const Node::Entry* Map::entry(std::string_view key) {
  if (!is_one_of(key, known_)) known_.emplace_back(key);
  const auto found = std::find_if(node_.entries.begin(), node_.entries.end(),
                                  [key](const Node::Entry& each) { return each.key == key; });
  return found == node_.entries.end() ? nullptr : &*found;
}

const Node* Map::find(std::string_view key) {
  const Node::Entry* found = entry(key);
  return found == nullptr || found->value->is_null() ? nullptr : found->value;
}

void Map::problem(std::string_view key, std::string message) {
  const Node* value = find(key);
  file_.problem(value == nullptr ? node_ : *value, std::move(message));
}

std::optional<std::string> Map::text_of(const Node& node, std::string_view key) {
  if (!node.is_scalar()) {
    file_.problem(node,
                  fmt::format("{} must be a single value, this is {}", key, describe(node.kind)));
    return std::nullopt;
  }
  if (!file_.environment) return std::string(node.text);
  Expanded expanded = expand_environment(node.text, file_.environment);
  for (const std::string& name : expanded.unset) {
    file_.problem(node, fmt::format("the environment variable {0} is not set; set it, or write "
                                    "$${{{0}}} where the text itself is meant",
                                    name));
  }
  if (!expanded.unset.empty()) return std::nullopt;
  return std::move(expanded.text);
}

bool Map::read(std::string_view key, std::string& out) {
  const Node* node = find(key);
  if (node == nullptr) return false;
  std::optional<std::string> text = text_of(*node, key);
  if (!text) return false;
  out = std::move(*text);
  return true;
}

// Messages show what stands in the file, not what the environment made of it: that may be a secret
// in the wrong place.

bool Map::read(std::string_view key, bool& out) {
  std::string text;
  if (!read(key, text)) return false;
  const bool is_true = is_one_of(text, kTrue);
  if (!is_true && !is_one_of(text, kFalse)) {
    problem(key, fmt::format("{} must be true or false, not {}", key, shown(find(key)->text)));
    return false;
  }
  out = is_true;
  return true;
}

bool Map::read(std::string_view key, Duration& out) {
  std::string text;
  if (!read(key, text)) return false;
  try {
    out = parse_duration(text);
    return true;
  } catch (const Error&) {
    problem(key, fmt::format("{} must be a duration like 30s, 5m or 1h30m, not {}", key,
                             shown(find(key)->text)));
    return false;
  }
}

bool Map::read(std::string_view key, std::size_t& out) {
  std::string text;
  if (!read(key, text)) return false;
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) {
    problem(key, fmt::format("{} must be a whole number, 0 or more, not {}", key,
                             shown(find(key)->text)));
    return false;
  }
  out = number;
  return true;
}

const Node* Map::find_list(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr || node->is_list()) return node;
  problem(key, fmt::format("{} must be a list, this is {}; write [a, b], or one line for each with "
                           "a dash",
                           key, describe(node->kind)));
  return nullptr;
}

bool Map::read(std::string_view key, std::vector<std::string>& out) {
  const Node* list = find_list(key);
  if (list == nullptr) return false;
  out.clear();
  for (const Node* element : list->list) {
    if (const auto text = text_of(*element, fmt::format("an element of {}", key))) {
      out.push_back(*text);
    }
  }
  return true;
}

bool Map::read(std::string_view key, Labels& out) {
  const Node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_mapping()) {
    problem(key, fmt::format("{} must be a mapping of names to texts, this is {}", key,
                             describe(node->kind)));
    return false;
  }
  std::vector<Label> labels;
  for (const Node::Entry& each : node->entries) {
    if (each.value->is_null()) {
      labels.push_back({std::string(each.key), ""});
    } else if (auto text = text_of(*each.value, shown(each.key))) {
      labels.push_back({std::string(each.key), std::move(*text)});
    }
  }
  out = Labels(labels);
  return true;
}

bool Map::read_path(std::string_view key, std::string& out) {
  std::string path;
  if (!read(key, path)) return false;
  out = file_.resolve(path);
  return true;
}

bool Map::read_secret(std::string_view key, net::Secret& out) {
  net::Secret secret;
  const std::string file_key = fmt::format("{}_file", key);
  read(key, secret.text);
  read_path(file_key, secret.file);
  if (!secret.text.empty() && !secret.file.empty()) {
    problem(file_key, fmt::format("{} and {} exclude each other; remove one", key, file_key));
    return false;
  }
  if (secret.empty()) return false;
  if (file_.looks_at_files) look_at(file_key, secret);
  out = std::move(secret);
  return true;
}

/// A warning, as it is read when it is needed and may come until then.
void Map::look_at(std::string_view key, const net::Secret& secret) {
  try {
    secret.read();
  } catch (const Error& error) {
    const Node* value = find(key);
    file_.warning(value == nullptr ? node_ : *value, error.what());
  }
}

void Map::for_each(std::string_view key, const std::function<void(const Node&)>& each) {
  const Node* list = find_list(key);
  if (list == nullptr) return;
  for (const Node* element : list->list) {
    if (element->is_null()) {
      file_.problem(*element,
                    fmt::format("an element of {} is empty; fill it in or remove it", key));
    } else {
      each(*element);
    }
  }
}

void Map::refuse(std::string_view key, std::string_view why,
                 std::initializer_list<std::string_view> harmless) {
  const Node::Entry* found = entry(key);
  if (found == nullptr) return;
  const Node& value = *found->value;
  const bool empty = value.text.empty() && value.list.empty() && value.entries.empty();
  if (empty || (value.is_scalar() && is_one_of(value.text, harmless))) return;
  file_.problem(found->mark, fmt::format("\"{}\" {}", key, why));
}

void Map::refuse(std::initializer_list<std::string_view> keys, std::string_view why) {
  for (const std::string_view key : keys) refuse(key, why);
}

}  // namespace tocsin::config
