#include "config/environment.h"

#include <cstdlib>

namespace tocsin::config {
namespace {

bool is_capital(char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The NAME when the text begins with {NAME}, else empty.
std::string_view braced_name(std::string_view text) {
  if (text.size() < 3 || text[0] != '{' || !is_capital(text[1])) return {};
  std::size_t end = 2;
  while (end < text.size() && (is_capital(text[end]) || is_digit(text[end]))) ++end;
  return end < text.size() && text[end] == '}' ? text.substr(1, end - 1) : std::string_view();
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Expanded expand_environment(std::string_view text, const Environment& environment) {
  Expanded out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t dollar = std::min(text.find('$', at), text.size());
    out.text += text.substr(at, dollar - at);
    const std::size_t after = std::min(text.find_first_not_of('$', dollar), text.size());
    const std::size_t dollars = after - dollar;
    const std::string_view name = braced_name(text.substr(after));
    at = after;
    if (name.empty()) {
      out.text.append(dollars, '$');
      continue;
    }
    out.text.append(dollars / 2, '$');
    if (dollars % 2 == 0) continue;
    at = after + name.size() + 2;
    if (const auto value = environment(std::string(name))) {
      out.text += *value;
    } else {
      out.unset.emplace_back(name);
    }
  }
  return out;
}

}  // namespace tocsin::config
