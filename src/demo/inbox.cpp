#include "demo/inbox.h"

#include <nlohmann/json.hpp>

#include "model/text.h"

namespace tocsin::demo {
namespace {

using Json = nlohmann::json;

/// The value of a header, its folds undone; "" when it is not there.
std::string header(std::string_view mail, std::string_view name) {
  std::size_t at = mail.find(name);
  while (at != std::string_view::npos && at != 0 && mail[at - 1] != '\n') {
    at = mail.find(name, at + 1);
  }
  if (at == std::string_view::npos) return "";
  std::string value;
  for (at += name.size(); at < mail.size(); ++at) {
    const bool folded = mail.substr(at).starts_with("\r\n ");
    if (mail[at] == '\r' && !folded) break;
    if (mail[at] != '\r' && mail[at] != '\n') value += mail[at];
  }
  return value;
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string without_quoting(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') continue;
    if (text[i] != '=' || i + 2 >= text.size()) {
      out += text[i];
      continue;
    }
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high >= 0 && low >= 0) out += static_cast<char>(high * 16 + low);
    i += 2;  // of =XX, or of a line's soft end
  }
  return out;
}

/// What a string member says, or "".
std::string text_of(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

void add_line(std::string& text, const std::string& line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
  return text;
}

/// As Slack shows it.
std::string from_slack(const std::string& text) {
  return replaced(replaced(replaced(text, "&lt;", "<"), "&gt;", ">"), "&amp;", "&");
}

/// As Discord shows it: a backslash hides the markup after it, and ** is only about looks.
std::string from_discord(const std::string& text) {
  std::string out;
  const std::string plain = replaced(text, "**", "");
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] == '\\' && i + 1 < plain.size()) ++i;
    out += plain[i];
  }
  return out;
}

/// The objects of a list member, or none.
std::vector<Json> objects_of(const Json& object, const char* name) {
  std::vector<Json> found;
  const auto at = object.find(name);
  if (at == object.end() || !at->is_array()) return found;
  for (const Json& each : *at) {
    if (each.is_object()) found.push_back(each);
  }
  return found;
}

}  // namespace

Message read_mail(std::string_view mail) {
  Message message{"email", header(mail, "Subject: "), ""};
  const std::size_t part = mail.find("Content-Type: text/plain");
  const std::size_t start = part == std::string_view::npos ? part : mail.find("\r\n\r\n", part);
  if (start != std::string_view::npos) {
    const std::size_t end = mail.find("\r\n--", start + 4);
    message.text = without_quoting(mail.substr(start + 4, end - start - 4));
  }
  return message;
}

std::optional<Message> read_slack(std::string_view body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const std::vector<Json> attachments = objects_of(json, "attachments");
  if (attachments.empty()) return std::nullopt;
  Message message{"Slack", from_slack(text_of(attachments.front(), "title")), ""};
  for (const Json& attachment : attachments) {
    for (const Json& field : objects_of(attachment, "fields")) {
      add_line(message.text, from_slack(text_of(field, "title")));
      add_line(message.text, from_slack(text_of(field, "value")));
    }
  }
  return message;
}

std::optional<Message> read_discord(std::string_view body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const std::vector<Json> embeds = objects_of(json, "embeds");
  if (embeds.empty()) return std::nullopt;
  Message message{"Discord", from_discord(text_of(embeds.front(), "title")), ""};
  for (const Json& embed : embeds) {
    add_line(message.text, from_discord(text_of(embed, "description")));
  }
  return message;
}

void Inbox::add(Message message) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
}

std::vector<Message> Inbox::since(std::size_t first) const {
  const std::lock_guard lock(mutex_);
  if (first >= messages_.size()) return {};
  return {messages_.begin() + static_cast<std::ptrdiff_t>(first), messages_.end()};
}

}  // namespace tocsin::demo
