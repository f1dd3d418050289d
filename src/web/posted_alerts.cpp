#include "web/posted_alerts.h"

#include <optional>
#include <simdjson.h>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin::web {
namespace {

namespace ondemand = simdjson::ondemand;

SchemaError unreadable(std::string_view why) {
  return {400, 400, fmt::format("parsing alerts body from \"\" failed, because {}", why)};
}

std::string_view name_of(ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::array:
      return "array";
    case ondemand::json_type::object:
      return "object";
    case ondemand::json_type::number:
      return "number";
    case ondemand::json_type::string:
      return "string";
    case ondemand::json_type::boolean:
      return "bool";
    case ondemand::json_type::null:
      return "null";
  }
  return "value";
}

/// Throws unless the value has the type; false for null, which counts as absent.
bool present(ondemand::value& value, ondemand::json_type wanted, std::string_view name) {
  const ondemand::json_type type = value.type();
  if (type == ondemand::json_type::null) {
    if (!value.is_null()) throw unreadable("a word is neither true, false nor null");
    return false;
  }
  if (type != wanted) {
    throw unreadable(
        fmt::format("{} is a {}, where a {} is expected", name, name_of(type), name_of(wanted)));
  }
  return true;
}

std::optional<std::string_view> text(ondemand::value value, std::string_view name) {
  if (!present(value, ondemand::json_type::string, name)) return std::nullopt;
  return std::string_view(value.get_string());
}

Labels read_labels(ondemand::object object, std::string_view name, std::size_t expected) {
  std::vector<LabelView> labels;  // into the parser's own memory
  labels.reserve(expected);
  for (auto field : object) {
    LabelView& label = labels.emplace_back();
    label.name = std::string_view(field.unescaped_key());
    label.value = text(field.value(), name).value_or("");
  }
  return Labels::of(std::move(labels));
}

/// A time, or nothing when it is unset: absent, empty, or of the year 1, as Go writes the zero
/// time.
std::optional<Timestamp> read_time(ondemand::value value, std::string_view name) {
  constexpr Timestamp kZero = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
  const std::optional<std::string_view> written = text(value, name);
  if (!written || written->empty()) return std::nullopt;
  try {
    const Timestamp at = parse_rfc3339(*written);
    return at == kZero ? std::nullopt : std::optional(at);
  } catch (const Error& error) {
    throw unreadable(fmt::format("{}: {}", name, error.what()));
  }
}

/// What go-openapi's format "uri" asks for: a scheme, or a path from the root.
bool is_uri(std::string_view text) {
  if (text.empty() || text.front() == '/') return true;
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon == 0 || colon == std::string_view::npos || text[colon] != ':') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return false;
    if (i >= colon) continue;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && (i == 0 || !other)) return false;
  }
  return true;
}

/// Reads alerts one after the other; what the schema wants is complained of only once everything is
/// known to be JSON of the right types, as upstream does.
class Reader {
 public:
  std::vector<state::Posted> read(ondemand::array alerts) {
    std::vector<state::Posted> posted;
    for (auto element : alerts) {
      if (posted.size() == kMostPostedAlerts) {
        throw SchemaError{413, 413,
                          fmt::format("a request has at most {} alerts", kMostPostedAlerts)};
      }
      ondemand::value value = element.value();
      state::Posted& alert = posted.emplace_back();
      if (!present(value, ondemand::json_type::object, "an alert")) {
        throw unreadable("null is no alert");
      }
      read(value.get_object(), alert, posted.size() - 1);
    }
    if (violation_) throw *violation_;
    return posted;
  }

 private:
  void read(ondemand::object object, state::Posted& alert, std::size_t index) {
    bool labelled = false;
    for (auto field : object) {
      const std::string_view key = field.unescaped_key();
      ondemand::value value = field.value();
      if (key == "labels") {
        labelled = present(value, ondemand::json_type::object, "labels");
        if (labelled) alert.labels = read_labels(value.get_object(), "a label", labels_);
        labels_ = alert.labels.size();
      } else if (key == "annotations") {
        if (!present(value, ondemand::json_type::object, "annotations")) continue;
        alert.annotations = read_labels(value.get_object(), "an annotation", 2);
      } else if (key == "startsAt") {
        alert.starts_at = read_time(value, "startsAt");
      } else if (key == "endsAt") {
        alert.ends_at = read_time(value, "endsAt");
      } else if (key == "generatorURL") {
        alert.generator_url = text(value, "generatorURL").value_or("");
      }
    }
    if (violation_) return;
    if (!labelled) {
      violation_ = {422, 602, fmt::format("{}.labels in body is required", index)};
    } else if (!is_uri(alert.generator_url)) {
      violation_ = {422, 601,
                    fmt::format("{}.generatorURL in body must be of type uri: {}", index,
                                quote(alert.generator_url))};
    }
  }

  std::size_t labels_ = 8;  ///< how many the alert before had: mostly as many as the next one
  std::optional<SchemaError> violation_;
};

}  // namespace

std::variant<std::vector<state::Posted>, SchemaError> parse_posted_alerts(std::string body) {
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
    return SchemaError{422, 602, "alerts in body is required"};
  }
  try {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(body);
    const ondemand::json_type type = document.type();
    if (type == ondemand::json_type::null && document.is_null())
      return std::vector<state::Posted>();
    if (type != ondemand::json_type::array) {
      return unreadable(fmt::format("it is a {}, where an array is expected", name_of(type)));
    }
    return Reader().read(document.get_array());
  } catch (const SchemaError& error) {
    return error;
  } catch (const simdjson::simdjson_error& error) {
    return unreadable(fmt::format("it is not valid JSON: {}", error.what()));
  }
}

}  // namespace tocsin::web
