#include "cli/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "cli/query_text.h"
#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

using Json = nlohmann::json;

Matchers parse_word(const std::string& word, bool first) {
  if (first && word.find_first_of("=~{}\"") == std::string::npos) {
    return {Matcher(std::string(kAlertName), MatchOp::Equal, word)};
  }
  if (!word.starts_with('{')) return {parse_matcher(word)};
  ParsedMatchers parsed = parse_matchers(word);
  if (!parsed.warning.empty()) {
    fmt::print(stderr, "warning: {}\n", for_terminal(parsed.warning));
  }
  return std::move(parsed.matchers);
}

Label parse_label(const std::string& word, bool first, std::string_view what) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos && first) return {std::string(kAlertName), word};
  if (equals == std::string::npos || equals == 0) {
    throw Error(fmt::format("{} is no {}: write NAME=VALUE", quote(word), what));
  }
  std::string value = word.substr(equals + 1);
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
    const auto inner = unquote(value);
    if (!inner) throw Error(fmt::format("{} has a bad escape", quote(word)));
    value = *inner;
  }
  return {word.substr(0, equals), value};
}

}  // namespace

Matchers parse_matcher_words(const std::vector<std::string>& words) {
  Matchers matchers;
  for (std::size_t i = 0; i < words.size(); ++i) {
    try {
      for (Matcher& each : parse_word(words[i], i == 0)) matchers.push_back(std::move(each));
    } catch (const Error& error) {
      throw Error(fmt::format(
          "{} is no matcher: {}. Write NAME=VALUE, NAME!=VALUE, NAME=~REGEX or NAME!~REGEX, "
          "in single quotes where the shell would change it",
          quote(words[i]), for_terminal(error.what())));
    }
  }
  return matchers;
}

Labels parse_label_words(const std::vector<std::string>& words, std::string_view what) {
  Labels labels;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Label label = parse_label(words[i], i == 0 && what == "label", what);
    if (labels.has(label.name)) {
      throw Error(fmt::format("the {} {} is given twice", what, quote(label.name)));
    }
    labels.set(label.name, label.value);
  }
  return labels;
}

std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(for_terminal(row[i])));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out += left_aligned(for_terminal(row[i]), widths[i]) + "  ";
    }
    if (!row.empty()) out += for_terminal(row.back());
    out += '\n';
  }
  return out;
}

std::string text_of(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

Labels labels_of(const Json& object, const char* name) {
  Labels labels;
  const auto at = object.find(name);
  if (at == object.end() || !at->is_object()) return labels;
  for (const auto& [key, value] : at->items()) {
    if (value.is_string()) labels.set(key, value.get<std::string>());
  }
  return labels;
}

Timestamp time_of(const Json& object, const char* name) {
  return parse_rfc3339(text_of(object, name));
}

std::string matchers_text(const Json& silence) {
  std::string text;
  for (const Json& each : silence.value("matchers", Json::array())) {
    const bool regex = each.value("isRegex", false);
    const bool equal = each.value("isEqual", true);
    const MatchOp op = regex ? (equal ? MatchOp::Regex : MatchOp::NotRegex)
                             : (equal ? MatchOp::Equal : MatchOp::NotEqual);
    text += fmt::format("{}{}{}{}", text.empty() ? "" : " ", text_of(each, "name"), to_string(op),
                        quote(text_of(each, "value")));
  }
  return text;
}

Json json_of(const Matchers& matchers) {
  Json out = Json::array();
  for (const Matcher& each : matchers) {
    out.push_back({{"name", each.name()},
                   {"value", each.value()},
                   {"isRegex", each.is_regex()},
                   {"isEqual", each.is_equal()}});
  }
  return out;
}

Json json_of(const Labels& labels) {
  Json out = Json::object();
  for (const LabelView& each : labels) out[each.name] = each.value;
  return out;
}

std::string pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_out(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw Error("the answer cannot be written");
}

}  // namespace tocsin::cli
