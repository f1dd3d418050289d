#include "template/print_value.h"

#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "template/key_values.h"
#include "template/limits.h"
#include "template/time_layout.h"

namespace tocsin::tmpl {
namespace {

std::string fixed_or_scientific(double value, std::chars_format format, int precision) {
  char buffer[1100];  // -1.8e308 has 309 digits; precisions are limited where they are read
  const auto result = precision < 0 ? std::to_chars(buffer, std::end(buffer), value, format)
                                    : std::to_chars(buffer, std::end(buffer), value, format,
                                                    std::min(precision, 700));
  return {buffer, result.ptr};
}

/// The shortest %g, which Go writes with an exponent from a million on.
std::string shortest_general(double value) {
  const std::string scientific = fixed_or_scientific(value, std::chars_format::scientific, -1);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  constexpr int kFirstScientific = 6;
  if (exponent < -4 || exponent >= kFirstScientific) return scientific;
  return fixed_or_scientific(value, std::chars_format::fixed, -1);
}

void append(std::string& out, const Value& value);

void append_key(std::string& out, bool& first, std::string_view key) {
  if (!std::exchange(first, false)) out += ' ';
  out += key;
  out += ':';
}

struct Printer {
  std::string& out;

  void print_pairs(const List& pairs) const {
    bool first = true;
    for (const Value& pair : pairs.items) {
      if (!std::exchange(first, false)) out += ", ";
      out += *pair.object()->find("Name")->text();
      out += '=';
      out += *pair.object()->find("Value")->text();
    }
  }

  void operator()(std::monostate) const { out += "<nil>"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(double number) const { out += format_float(number, 'g', -1); }
  void operator()(const Text& text) const { out += text.view; }
  void operator()(Timestamp at) const { out += print_time({at}); }
  void operator()(const ZonedTime& time) const { out += print_time(time); }
  void operator()(std::chrono::nanoseconds duration) const { out += print_duration(duration); }
  void operator()(const LabelMap& map) const {
    if (map.type == kKeyValues) return print_pairs(sorted_pairs(*map.labels));
    out += "map[";
    bool first = true;
    for (const LabelView& label : *map.labels) {
      append_key(out, first, label.name);
      out += label.value;
    }
    out += ']';
  }
  void operator()(const std::shared_ptr<const List>& list) const {
    if (list->type == kPairs) return print_pairs(*list);
    out += '[';
    bool first = true;
    for (const Value& item : list->items) {
      if (!std::exchange(first, false)) out += ' ';
      append(out, item);
    }
    out += ']';
  }
  void operator()(const std::shared_ptr<const Map>& map) const {
    out += "map[";
    bool first = true;
    for (const auto& [key, value] : map->entries) {
      append_key(out, first, key);
      append(out, value);
    }
    out += ']';
  }
  void operator()(const std::shared_ptr<const Object>& object) const {
    out += '{';
    bool first = true;
    for (const Object::Field& field : object->fields) {
      if (!std::exchange(first, false)) out += ' ';
      append(out, field.value);
    }
    out += '}';
  }
};

void append(std::string& out, const Value& value) {
  std::visit(Printer{out}, value.storage());
  // Values may share what is inside of them, so a small value can have an endless text.
  check_text_length(out.size());
}

/// "5", "5.25": a number of units without trailing zeros.
std::string with_fraction(std::uint64_t amount, std::uint64_t unit) {
  std::string out = std::to_string(amount / unit);
  std::uint64_t rest = amount % unit;
  if (rest != 0) out += '.';
  for (std::uint64_t digit = unit / 10; rest != 0; digit /= 10) {
    out += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
  return out;
}

}  // namespace

std::string format_float(double value, char verb, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::string out;
  if (verb == 'e' || verb == 'E') {
    out = fixed_or_scientific(value, std::chars_format::scientific, precision);
  } else if (verb == 'f' || verb == 'F') {
    out = fixed_or_scientific(value, std::chars_format::fixed, precision);
  } else if (precision < 0) {
    out = shortest_general(value);
  } else {
    out = fixed_or_scientific(value, std::chars_format::general, precision);
  }
  if (verb == 'E' || verb == 'G') {
    for (char& c : out) c = c == 'e' ? 'E' : c;
  }
  return out;
}

std::string print(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string sprint(std::span<const Value> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool neither_text = i > 0 && !values[i - 1].text() && !values[i].text();
    if (neither_text) out += ' ';
    append(out, values[i]);
  }
  return out;
}

std::string sprintln(std::span<const Value> values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ' ';
    append(out, values[i]);
  }
  return out + '\n';
}

bool prints_itself(const Value& value) {
  return value.type() == kKeyValues || value.type() == kPairs;
}

std::string print_time(const ZonedTime& time) {
  return format_layout(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::string print_duration(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  const std::string sign = count < 0 ? "-" : "";
  const std::uint64_t amount =
      count < 0 ? ~static_cast<std::uint64_t>(count) + 1 : static_cast<std::uint64_t>(count);
  if (amount == 0) return "0s";
  if (amount < 1'000) return fmt::format("{}{}ns", sign, amount);
  if (amount < 1'000'000) return sign + with_fraction(amount, 1'000) + "µs";
  if (amount < 1'000'000'000) return sign + with_fraction(amount, 1'000'000) + "ms";
  constexpr std::uint64_t kMinute = 60'000'000'000;
  const std::uint64_t minutes = amount / kMinute;
  std::string out = sign;
  if (minutes >= 60) out += fmt::format("{}h", minutes / 60);
  if (minutes > 0) out += fmt::format("{}m", minutes % 60);
  return out + with_fraction(amount % kMinute, 1'000'000'000) + 's';
}

}  // namespace tocsin::tmpl
