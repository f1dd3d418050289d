// Reads mails back, so that tests can look at what a mail program would show.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::notifiers::testing {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = text.find("\r\n", from);
    if (end == std::string::npos) throw std::runtime_error("a line does not end in CRLF");
    lines.push_back(text.substr(from, end - from));
    from = end + 2;
  }
  return lines;
}

inline std::string hexadecimal_decoded(const std::string& text, bool underscores) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=') {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += underscores && text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

/// RFC 2047: blanks between two encoded words do not count.
inline std::string words_decoded(std::string text) {
  const std::string begin = "=?UTF-8?Q?";
  std::string out;
  while (true) {
    const std::size_t at = text.find(begin);
    if (at == std::string::npos) return out + text;
    const std::size_t end = text.find("?=", at + begin.size());
    out += text.substr(0, at);
    out += hexadecimal_decoded(text.substr(at + begin.size(), end - at - begin.size()), true);
    text.erase(0, end + 2);
    if (text.starts_with(" " + begin)) text.erase(0, 1);
  }
}

inline std::string quoted_printable_decoded(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    const bool soft = line.ends_with('=');
    out += hexadecimal_decoded(soft ? line.substr(0, line.size() - 1) : line, false);
    if (!soft) out += '\n';
  }
  return out;
}

struct Part {
  std::string type;
  std::string text;
};

struct Mail {
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<Part> parts;

  static bool same(std::string a, std::string b) {
    for (std::string* each : {&a, &b}) {
      std::transform(each->begin(), each->end(), each->begin(), ::tolower);
    }
    return a == b;
  }
  int count(const std::string& name) const {
    return static_cast<int>(std::count_if(
        headers.begin(), headers.end(), [&](const auto& each) { return same(each.first, name); }));
  }
  std::string header(const std::string& name) const {
    for (const auto& [each, value] : headers) {
      if (same(each, name)) return value;
    }
    throw std::runtime_error("no header " + name);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, value] : headers) all.push_back(name);
    return all;
  }
};

/// Headers up to the empty line, unfolded and decoded; `next` is left on the line after it.
inline std::vector<std::pair<std::string, std::string>> read_headers(
    const std::vector<std::string>& lines, std::size_t& next) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (; next < lines.size() && !lines[next].empty(); ++next) {
    const std::string& line = lines[next];
    if (line[0] == ' ') {
      headers.back().second += line;
    } else {
      const std::size_t colon = line.find(": ");
      headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  ++next;
  for (auto& [name, value] : headers) value = words_decoded(value);
  return headers;
}

inline Mail read_mail(const std::string& message) {
  const std::vector<std::string> lines = lines_of(message);
  Mail mail;
  std::size_t next = 0;
  mail.headers = read_headers(lines, next);
  const std::string type = mail.header("Content-Type");
  const std::size_t from = type.find("boundary=\"") + 10;
  const std::string boundary = "--" + type.substr(from, type.size() - from - 1);
  while (next < lines.size() && lines[next++] == boundary) {
    const auto headers = read_headers(lines, next);
    std::vector<std::string> content;
    while (next < lines.size() && !lines[next].starts_with(boundary)) {
      content.push_back(lines[next++]);
    }
    mail.parts.push_back({headers.at(0).second, quoted_printable_decoded(content)});
  }
  return mail;
}

}  // namespace tocsin::notifiers::testing
