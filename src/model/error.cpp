#include "model/error.h"

#include <fmt/format.h>

namespace tocsin {
namespace {

std::string join(const std::vector<Diagnostic>& diagnostics) {
  std::string all;
  for (const Diagnostic& each : diagnostics) {
    if (!all.empty()) all += '\n';
    all += each.to_string();
  }
  return all;
}

}  // namespace

std::string Position::to_string() const {
  if (line == 0) return file;
  const std::string at = column == 0 ? std::to_string(line) : fmt::format("{}:{}", line, column);
  return file.empty() ? at : file + ':' + at;
}

std::string Diagnostic::to_string() const {
  const std::string place = where.to_string();
  std::string text = place.empty() ? message : place + ": " + message;
  if (excerpt.empty()) return text;
  text += "\n    ";
  for (const char c : excerpt) {
    text += c;
    if (c == '\n') text += "    ";
  }
  return text;
}

InvalidInput::InvalidInput(std::vector<Diagnostic> diagnostics)
    : Error(join(diagnostics)), diagnostics_(std::move(diagnostics)) {}

}  // namespace tocsin
