#include "config/yaml_writer.h"

#include <fmt/format.h>

namespace tocsin::config {

std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

void YamlWriter::begin_line() {
  if (after_dash_) {
    after_dash_ = false;
    return;
  }
  out_.append(indent_, ' ');
}

void YamlWriter::plain(std::string_view key, std::string_view value) {
  begin_line();
  out_ += fmt::format("{}: {}\n", key, value);
}

void YamlWriter::flag(std::string_view key, bool value) {
  plain(key, value ? std::string_view("true") : std::string_view("false"));
}

void YamlWriter::text(std::string_view key, std::string_view value) {
  if (!value.empty()) plain(key, yaml_quoted(value));
}

void YamlWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  std::vector<std::string> quoted;
  for (const std::string& value : values) quoted.push_back(yaml_quoted(value));
  plain(key, fmt::format("[{}]", fmt::join(quoted, ", ")));
}

void YamlWriter::mapping(std::string_view key, const std::function<void()>& inner) {
  begin_line();
  out_ += fmt::format("{}:\n", key);
  indent_ += 2;
  inner();
  indent_ -= 2;
}

void YamlWriter::element(const std::function<void()>& inner) {
  out_.append(indent_ - 2, ' ');
  out_ += "- ";
  after_dash_ = true;
  inner();
}

}  // namespace tocsin::config
