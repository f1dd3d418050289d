#include "check/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tocsin::check {
namespace {

Counts count(const CheckedFile& file) {
  Counts counts;
  for (const Finding& each : file.findings) {
    ++(each.severity == Severity::Error ? counts.errors : counts.warnings);
  }
  return counts;
}

std::string number(std::size_t count, std::string_view of) {
  return fmt::format("{} {}{}", count, of, count == 1 ? "" : "s");
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::Rules:
      return "rules";
    case Kind::Configuration:
      return "configuration";
    case Kind::Tests:
      return "tests";
    case Kind::Unknown:
      break;
  }
  return "unknown";
}

std::string block(const CheckedFile& file) {
  std::string text = fmt::format("Checking {}\n", file.name);
  for (const Finding& each : file.findings) {
    Diagnostic what = each.what;
    what.message = fmt::format("{}: {} [{}]", to_string(each.severity), what.message, each.code);
    text += what.to_string() + "\n";
  }
  const Counts counts = count(file);
  if (counts.errors > 0) {
    text += fmt::format("  FAILED: {}", number(counts.errors, "error"));
  } else {
    text += fmt::format("  SUCCESS: {}", file.kind == Kind::Tests
                                             ? "unit tests can be read"
                                             : fmt::format("{} rules found", file.rules));
  }
  if (counts.warnings > 0) text += fmt::format(", {}", number(counts.warnings, "warning"));
  return text + "\n";
}

/// Of a workflow command: what would end the message or the line.
std::string escape(std::string_view text, bool is_property) {
  std::string escaped;
  for (const char c : text) {
    const bool special =
        c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    escaped += special
                   ? fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)))
                   : std::string(1, c);
  }
  return escaped;
}

std::string command(const Finding& finding) {
  const Position& where = finding.what.where;
  std::string properties = "file=" + escape(where.file, true);
  if (where.line > 0) properties += fmt::format(",line={}", where.line);
  if (where.column > 0) properties += fmt::format(",col={}", where.column);
  std::string message = finding.what.message;
  if (!finding.what.excerpt.empty()) message += "\n" + finding.what.excerpt;
  return fmt::format("::{} {},title={}::{}\n", to_string(finding.severity), properties,
                     finding.code, escape(message, false));
}

}  // namespace

Counts count(const std::vector<CheckedFile>& files) {
  Counts all;
  for (const CheckedFile& file : files) {
    const Counts counts = count(file);
    all.errors += counts.errors;
    all.warnings += counts.warnings;
  }
  return all;
}

std::string as_text(const std::vector<CheckedFile>& files) {
  std::string text;
  for (const CheckedFile& file : files) text += (text.empty() ? "" : "\n") + block(file);
  return text;
}

std::string as_json(const std::vector<CheckedFile>& files) {
  using Json = nlohmann::ordered_json;
  Json document = {{"files", Json::array()}, {"findings", Json::array()}};
  for (const CheckedFile& file : files) {
    document["files"].push_back(
        {{"file", file.name}, {"kind", name_of(file.kind)}, {"rules", file.rules}});
    for (const Finding& each : file.findings) {
      document["findings"].push_back({{"code", each.code},
                                      {"severity", to_string(each.severity)},
                                      {"file", each.what.where.file},
                                      {"line", each.what.where.line},
                                      {"column", each.what.where.column},
                                      {"message", each.what.message},
                                      {"excerpt", each.what.excerpt}});
    }
  }
  const Counts counts = count(files);
  document["errors"] = counts.errors;
  document["warnings"] = counts.warnings;
  // Names of files may be any bytes.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_github(const std::vector<CheckedFile>& files) {
  std::string text;
  for (const CheckedFile& file : files) {
    for (const Finding& each : file.findings) text += command(each);
  }
  return text;
}

}  // namespace tocsin::check
