#include "web/exposition.h"

#include <cmath>

#include <fmt/format.h>

namespace tocsin::web {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

}  // namespace

Exposition& Exposition::family(std::string_view name, std::string_view type,
                               std::string_view help) {
  name_ = name;
  out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  return *this;
}

Exposition& Exposition::sample(double value, Pairs labels, std::string_view suffix) {
  out_ += name_;
  out_ += suffix;
  char separator = '{';
  for (const auto& [name, text] : labels) {
    out_ += separator;
    out_ += name;
    out_ += "=\"";
    append_escaped(out_, text);
    out_ += '"';
    separator = ',';
  }
  if (separator == ',') out_ += '}';
  if (std::isnan(value)) {
    out_ += " NaN\n";
  } else if (std::isinf(value)) {
    out_ += value > 0 ? " +Inf\n" : " -Inf\n";
  } else {
    out_ += fmt::format(" {}\n", value);
  }
  return *this;
}

}  // namespace tocsin::web
