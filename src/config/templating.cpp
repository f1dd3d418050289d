#include "config/templating.h"

#include <algorithm>

#include <fmt/format.h>

#include "config/values.h"

namespace tocsin::config {
namespace {

/// Places in the field become words: the field may be written in many ways.
std::string first_problem(const InvalidInput& error) {
  const Diagnostic& first = error.diagnostics().front();
  if (!first.where.file.empty() || first.where.line == 0) return first.to_string();
  return fmt::format("{} (line {}, column {} of the template)", first.message, first.where.line,
                     first.where.column);
}

}  // namespace

bool Templating::overridden(std::string_view kind) const {
  if (templates == nullptr) return false;
  const auto names = templates->names();
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    const bool concerns = name.starts_with("__") || name.starts_with(fmt::format("{}.", kind));
    return concerns && templates->overridden(name);
  });
}

bool check_field(File& file, Mark where, std::string_view what, const std::string& field,
                 const Templating& templating, Templating::Mode mode) {
  if (templating.templates == nullptr) return true;
  try {
    templating.templates->add(field, mode);
    return true;
  } catch (const InvalidInput& error) {
    file.problem(where, fmt::format("{}: {}", what, first_problem(error)));
    return false;
  }
}

bool read_field(Map& map, std::string_view key, std::string& out, const Templating& templating,
                Templating::Mode mode) {
  std::string text = out;
  const bool given = map.read(key, text);
  const Mark where = given ? map.find(key)->mark : map.node().mark;
  if (!check_field(map.file(), where, key, text, templating, mode) || !given) return false;
  out = std::move(text);
  return true;
}

}  // namespace tocsin::config
