#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "model/rune.h"
#include "model/text.h"
#include "template/limits.h"
#include "template/print_value.h"

namespace tocsin::tmpl {
namespace {

/// Wider fields and longer numbers are mistakes, as in Go.
constexpr int kMaxWidth = 10'000;

/// What stands between % and the verb.
struct Spec {
  bool plus = false, minus = false, sharp = false, space = false, zero = false;
  std::optional<int> width;
  std::optional<int> precision;
  char32_t verb = 0;

  std::string verb_text() const {
    std::string out;
    append_rune(out, verb);
    return out;
  }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string pad(std::string text, const Spec& spec) {
  const std::size_t runes = count_runes(text);
  const auto width = static_cast<std::size_t>(spec.width.value_or(0));
  if (runes >= width) return text;
  const std::string blanks(width - runes, ' ');
  return spec.minus ? text + blanks : blanks + text;
}

/// Sign and zeros for numbers: `digits` has neither sign nor padding yet.
std::string pad_number(bool negative, std::string digits, const Spec& spec) {
  const std::string sign = negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
  const auto width = static_cast<std::size_t>(spec.width.value_or(0));
  const std::size_t used = sign.size() + digits.size();
  if (spec.zero && !spec.minus && used < width) digits.insert(0, width - used, '0');
  return pad(sign + digits, spec);
}

std::string bad_verb(const Spec& spec, const Value& value) {
  if (value.is_nil()) return fmt::format("%!{}(<nil>)", spec.verb_text());
  return fmt::format("%!{}({}={})", spec.verb_text(), value.type(), print(value));
}

std::string in_base(std::uint64_t magnitude, char32_t verb) {
  switch (verb) {
    case 'b':
      return fmt::format("{:b}", magnitude);
    case 'o':
    case 'O':
      return fmt::format("{:o}", magnitude);
    case 'x':
      return fmt::format("{:x}", magnitude);
    case 'X':
      return fmt::format("{:X}", magnitude);
    default:
      return std::to_string(magnitude);
  }
}

std::string_view base_prefix(const Spec& spec) {
  if (spec.verb == 'O') return "0o";
  if (!spec.sharp) return "";
  switch (spec.verb) {
    case 'b':
      return "0b";
    case 'o':
      return "0";
    case 'x':
      return "0x";
    case 'X':
      return "0X";
    default:
      return "";
  }
}

std::string character(std::int64_t number) {
  std::string out;
  const bool valid = number >= 0 && number <= 0x10FFFF;
  append_rune(out, valid ? static_cast<char32_t>(number) : kBadRune);
  return out;
}

std::string quoted_character(std::int64_t number) {
  const std::string one = character(number);
  if (one == "'") return R"('\'')";
  if (one == "\"") return "'\"'";
  const std::string quoted = quote(one);
  return '\'' + quoted.substr(1, quoted.size() - 2) + '\'';
}

std::string format_integer(const Spec& spec, const Value& value, std::int64_t number) {
  constexpr std::u32string_view kBased = U"vdbBoOxX";
  if (spec.verb == 'c') return pad(character(number), spec);
  if (spec.verb == 'q') return pad(quoted_character(number), spec);
  if (spec.verb == 'U') return pad(fmt::format("U+{:04X}", number), spec);
  if (spec.verb == 'B' || kBased.find(spec.verb) == kBased.npos) return bad_verb(spec, value);
  const bool negative = number < 0;
  const auto bits = static_cast<std::uint64_t>(number);
  std::string digits = in_base(negative ? ~bits + 1 : bits, spec.verb);
  Spec padding = spec;
  if (spec.precision) {
    const auto least = static_cast<std::size_t>(*spec.precision);
    if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
    if (least == 0 && number == 0) digits.clear();
    padding.zero = false;
  }
  return pad_number(negative, std::string(base_prefix(spec)) + digits, padding);
}

std::string format_number(const Spec& spec, const Value& value, double number) {
  constexpr std::u32string_view kVerbs = U"veEfFgG";
  if (kVerbs.find(spec.verb) == kVerbs.npos) return bad_verb(spec, value);
  const bool shortest = spec.verb == 'v' || spec.verb == 'g' || spec.verb == 'G';
  const char verb = spec.verb == 'v' ? 'g' : static_cast<char>(spec.verb);
  std::string text = format_float(number, verb, spec.precision.value_or(shortest ? -1 : 6));
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.erase(0, 1);
  Spec padding = spec;
  if (!std::isfinite(number)) padding.zero = false;
  // Go always signs infinity in %v, and NaN never but on demand.
  if (std::isinf(number)) padding.plus = true;
  return pad_number(negative, std::move(text), padding);
}

std::string hexadecimal(std::string_view text, bool large) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += large ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return out;
}

std::string_view first_runes(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (count-- > 0 && end < text.size()) end += decode_rune(text.substr(end)).length;
  return text.substr(0, end);
}

std::string format_text(const Spec& spec, const Value& value, std::string_view text) {
  if (spec.precision) text = first_runes(text, static_cast<std::size_t>(*spec.precision));
  switch (spec.verb) {
    case 'v':
    case 's':
      return pad(std::string(text), spec);
    case 'q':
      return pad(quote(text), spec);
    case 'x':
    case 'X':
      return pad(hexadecimal(text, spec.verb == 'X'), spec);
    default:
      return bad_verb(spec, value);
  }
}

std::string format_one(const Spec& spec, const Value& value);

std::string join_items(const Spec& spec, const List& list) {
  std::string out = "[";
  for (const Value& item : list.items) {
    if (out.size() > 1) out += ' ';
    out += format_one(spec, item);
    check_text_length(out.size());
  }
  return out + ']';
}

std::string join_labels(const Spec& spec, const Labels& labels) {
  std::string out = "map[";
  bool first = true;
  for (const LabelView& label : labels) {
    out += first ? "" : " ";
    out += format_one(spec, Value::borrowed(label.name));
    out += ':';
    out += format_one(spec, Value::borrowed(label.value));
    first = false;
  }
  return out + ']';
}

/// The verb applies to what is inside of collections. Values are nested kMaxValueDepth at most.
std::string format_one(const Spec& spec, const Value& value) {
  if (spec.verb == 'T') return pad(std::string(value.type()), spec);
  if (const std::string_view* text = value.text()) return format_text(spec, value, *text);
  if (const auto* number = value.get_if<std::int64_t>())
    return format_integer(spec, value, *number);
  if (const auto* number = value.get_if<double>()) return format_number(spec, value, *number);
  if (value.get_if<bool>()) {
    return spec.verb == 't' || spec.verb == 'v' ? pad(print(value), spec) : bad_verb(spec, value);
  }
  if (const auto* duration = value.get_if<std::chrono::nanoseconds>();
      duration && spec.verb == 'd') {
    return format_integer(spec, value, duration->count());
  }
  if (spec.verb == 'v') return pad(print(value), spec);
  if (value.time() || value.get_if<std::chrono::nanoseconds>()) {
    return format_text(spec, value, print(value));
  }
  if (prints_itself(value)) return format_text(spec, value, print(value));
  if (const List* list = value.list()) return join_items(spec, *list);
  if (const LabelMap* map = value.get_if<LabelMap>()) return join_labels(spec, *map->labels);
  return bad_verb(spec, value);
}

class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> values)
      : format_(format), values_(values) {}

  std::string run() {
    while (at_ < format_.size()) {
      const std::size_t percent = std::min(format_.find('%', at_), format_.size());
      append(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ < format_.size()) directive();
    }
    if (!reordered_ && used_ < values_.size()) append(extra());
    return std::move(out_);
  }

 private:
  void append(std::string_view text) {
    check_text_length(out_.size() + text.size());
    out_ += text;
  }

  char peek() const { return at_ < format_.size() ? format_[at_] : '\0'; }

  void directive() {
    ++at_;
    Spec spec;
    bad_index_ = false;
    flags(spec);
    spec.width = number("%!(BADWIDTH)");
    if (spec.width && *spec.width < 0) {
      spec.minus = true;
      spec.width = -*spec.width;
    }
    if (peek() == '.') {
      ++at_;
      spec.precision = number("%!(BADPREC)");
      if (!spec.precision) spec.precision = 0;
      if (*spec.precision < 0) spec.precision.reset();
    }
    argument_index();
    if (at_ >= format_.size()) return append("%!(NOVERB)");
    const Rune verb = decode_rune(format_.substr(at_));
    at_ += verb.length;
    spec.verb = verb.code;
    if (spec.verb == '%') return append("%");
    if (bad_index_) return append(fmt::format("%!{}(BADINDEX)", spec.verb_text()));
    if (used_ >= values_.size()) return append(fmt::format("%!{}(MISSING)", spec.verb_text()));
    append(format_one(spec, values_[used_++]));
  }

  void flags(Spec& spec) {
    for (;; ++at_) {
      switch (peek()) {
        case '+':
          spec.plus = true;
          break;
        case '-':
          spec.minus = true;
          break;
        case '#':
          spec.sharp = true;
          break;
        case ' ':
          spec.space = true;
          break;
        case '0':
          spec.zero = true;
          break;
        default:
          return;
      }
    }
  }

  /// Digits, or * and the next argument.
  std::optional<int> number(std::string_view complaint) {
    argument_index();
    if (peek() == '*') {
      ++at_;
      const auto* value = used_ < values_.size() ? values_[used_].get_if<std::int64_t>() : nullptr;
      ++used_;
      if (value && *value >= -kMaxWidth && *value <= kMaxWidth) return static_cast<int>(*value);
      append(complaint);
      return std::nullopt;
    }
    if (!is_digit(peek())) return std::nullopt;
    int result = 0;
    for (; is_digit(peek()); ++at_) result = std::min(result * 10 + (peek() - '0'), kMaxWidth + 1);
    if (result <= kMaxWidth) return result;
    append(complaint);
    return std::nullopt;
  }

  /// [n]: the arguments go on with the n-th.
  void argument_index() {
    if (peek() != '[') return;
    reordered_ = true;
    const std::size_t close = format_.find(']', at_);
    std::size_t index = 0;
    bool digits = close != std::string_view::npos && close > at_ + 1;
    for (std::size_t i = at_ + 1; digits && i < close; ++i) {
      digits = is_digit(format_[i]) && index <= values_.size();
      if (digits) index = index * 10 + static_cast<std::size_t>(format_[i] - '0');
    }
    at_ = close == std::string_view::npos ? at_ + 1 : close + 1;
    if (digits && index >= 1 && index <= values_.size()) {
      used_ = index - 1;
    } else {
      bad_index_ = true;
    }
  }

  std::string extra() const {
    std::string out = "%!(EXTRA ";
    for (std::size_t i = used_; i < values_.size(); ++i) {
      if (i > used_) out += ", ";
      const Value& value = values_[i];
      out += value.is_nil() ? "<nil>" : fmt::format("{}={}", value.type(), print(value));
    }
    return out + ')';
  }

  std::string_view format_;
  std::span<const Value> values_;
  std::size_t at_ = 0;
  std::size_t used_ = 0;
  bool reordered_ = false;
  bool bad_index_ = false;
  std::string out_;
};

}  // namespace

std::string sprintf(std::string_view format, std::span<const Value> values) {
  return Formatter(format, values).run();
}

}  // namespace tocsin::tmpl
