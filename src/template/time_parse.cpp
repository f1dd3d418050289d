#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "template/time_layout.h"
#include "template/time_words.h"

namespace tocsin::tmpl {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         });
}

/// Reads a text along a layout, element by element.
class Reader {
 public:
  Reader(std::string_view layout, std::string_view text)
      : layout_(layout), text_(text), rest_(text) {}

  ZonedTime run() {
    for (std::string_view left = layout_; !left.empty();) left.remove_prefix(element(left));
    if (!rest_.empty()) fail(fmt::format(": extra text: {}", quote(rest_)));
    return result();
  }

 private:
  /// How much of the layout was used.
  std::size_t element(std::string_view layout);
  std::size_t zone_element(std::string_view layout);

  int number(int least, int most) {
    std::size_t digits = 0;
    int value = 0;
    for (; digits < static_cast<std::size_t>(most) && digits < rest_.size(); ++digits) {
      if (!is_digit(rest_[digits])) break;
      value = value * 10 + (rest_[digits] - '0');
    }
    if (digits < static_cast<std::size_t>(least)) fail(cannot(element_));
    rest_.remove_prefix(digits);
    return value;
  }
  int in_range(int value, int least, int most, std::string_view what) {
    if (value < least || value > most) fail(fmt::format(": {} out of range", what));
    return value;
  }
  template <typename Names>
  int name(const Names& names, std::size_t length) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view each = names[i].substr(0, length);
      if (!starts_with_word(rest_, each)) continue;
      rest_.remove_prefix(each.size());
      return static_cast<int>(i);
    }
    fail(cannot(element_));
  }
  void skip(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) fail(cannot(prefix));
    rest_.remove_prefix(prefix.size());
  }
  /// Digits of a second's fraction, which may follow seconds even where the layout has none.
  void fraction() {
    if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !is_digit(rest_[1])) return;
    rest_.remove_prefix(1);
    int unit = 100;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1), unit /= 10) {
      millisecond_ += unit * (rest_.front() - '0');
    }
  }

  ZonedTime result();

  std::string cannot(std::string_view what) const {
    return fmt::format(" as {}: cannot parse {} as {}", quote(layout_), quote(rest_), quote(what));
  }
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(fmt::format("parsing time {}{}", quote(text_), why));
  }

  std::string_view layout_;
  std::string_view text_;
  std::string_view rest_;
  std::string_view element_;
  int year_ = 0, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0, millisecond_ = 0;
  int day_of_year_ = 0;
  bool afternoon_ = false, morning_ = false;
  std::chrono::seconds offset_{0};
};

std::size_t Reader::element(std::string_view layout) {
  const auto is = [&](std::string_view name) {
    if (!layout.starts_with(name)) return false;
    element_ = name;
    return true;
  };
  const auto used = [&] { return element_.size(); };
  if (is("January")) return month_ = name(kMonths, 99) + 1, used();
  if (is("Jan")) return month_ = name(kMonths, 3) + 1, used();
  if (is("Monday")) return name(kDays, 99), used();
  if (is("Mon")) return name(kDays, 3), used();
  if (is("2006")) return year_ = number(4, 4), used();
  if (is("002")) return day_of_year_ = in_range(number(3, 3), 1, 366, "day-of-year"), used();
  if (is("01")) return month_ = in_range(number(2, 2), 1, 12, "month"), used();
  if (is("02")) return day_ = number(2, 2), used();
  if (is("03")) return hour_ = in_range(number(2, 2), 0, 12, "hour"), used();
  if (is("04")) return minute_ = in_range(number(2, 2), 0, 59, "minute"), used();
  if (is("05") || is("5")) {
    second_ = in_range(number(used() == 2 ? 2 : 1, 2), 0, 59, "second");
    const std::string_view next = layout.substr(used());
    const bool own =
        next.size() > 1 && (next[0] == '.' || next[0] == ',') && (next[1] == '0' || next[1] == '9');
    if (!own) fraction();
    return used();
  }
  if (is("06")) {
    year_ = number(2, 2);
    year_ += year_ >= 69 ? 1900 : 2000;
    return used();
  }
  if (is("15")) return hour_ = in_range(number(2, 2), 0, 23, "hour"), used();
  if (is("1")) return month_ = in_range(number(1, 2), 1, 12, "month"), used();
  if (is("_2")) {
    if (rest_.starts_with(' ')) rest_.remove_prefix(1);
    return day_ = number(1, 2), used();
  }
  if (is("2")) return day_ = number(1, 2), used();
  if (is("3")) return hour_ = in_range(number(1, 2), 0, 12, "hour"), used();
  if (is("4")) return minute_ = in_range(number(1, 2), 0, 59, "minute"), used();
  if (is("PM") || is("pm")) {
    if (!starts_with_word(rest_, "AM") && !starts_with_word(rest_, "PM")) fail(cannot(element_));
    afternoon_ = starts_with_word(rest_, "PM");
    morning_ = !afternoon_;
    rest_.remove_prefix(2);
    return used();
  }
  if (is(".0") || is(".9") || is(",0") || is(",9")) {
    const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
    if (layout[1] == '0' && (rest_.size() < end || !is_digit(rest_[end - 1])))
      fail(cannot(layout.substr(0, end)));
    fraction();
    return end;
  }
  return zone_element(layout);
}

std::size_t Reader::zone_element(std::string_view layout) {
  constexpr std::string_view kOffsets[] = {"-07:00:00", "-07:00", "-070000", "-0700", "-07"};
  if (layout.starts_with("MST")) {
    element_ = "MST";
    std::size_t letters = 0;
    while (letters < rest_.size() && rest_[letters] >= 'A' && rest_[letters] <= 'Z') ++letters;
    if (letters < 3 || letters > 5) fail(cannot(element_));
    rest_.remove_prefix(letters);
    return 3;
  }
  for (const std::string_view offset : kOffsets) {
    const bool lettered = layout.starts_with('Z');
    if ((!lettered && !layout.starts_with('-')) || !layout.substr(1).starts_with(offset.substr(1)))
      continue;
    element_ = layout.substr(0, offset.size());
    if (lettered && rest_.starts_with('Z')) return rest_.remove_prefix(1), offset.size();
    if (!rest_.starts_with('+') && !rest_.starts_with('-')) fail(cannot(element_));
    const int sign = rest_.front() == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    int seconds = number(2, 2) * 3600;
    const bool colons = offset.find(':') != std::string_view::npos;
    for (int part = 60, left = static_cast<int>(offset.size()) - 3; left > 0;
         part /= 60, left -= colons ? 3 : 2) {
      if (colons) skip(":");
      seconds += number(2, 2) * part;
    }
    offset_ = std::chrono::seconds(sign * seconds);
    return offset.size();
  }
  skip(layout.substr(0, 1));
  return 1;
}

ZonedTime Reader::result() {
  if (afternoon_ && hour_ < 12) hour_ += 12;
  if (morning_ && hour_ == 12) hour_ = 0;
  std::chrono::year_month_day date{std::chrono::year{year_},
                                   std::chrono::month{static_cast<unsigned>(month_)},
                                   std::chrono::day{static_cast<unsigned>(day_)}};
  if (!date.ok()) fail(": day out of range");
  std::chrono::sys_days day(date);
  if (day_of_year_ > 0) {
    day = std::chrono::sys_days(std::chrono::year{year_} / std::chrono::January / 1) +
          std::chrono::days(day_of_year_ - 1);
  }
  const Timestamp shown = day + std::chrono::hours(hour_) + std::chrono::minutes(minute_) +
                          std::chrono::seconds(second_) + std::chrono::milliseconds(millisecond_);
  return {shown - offset_, nullptr, offset_};
}

}  // namespace

ZonedTime parse_layout(std::string_view layout, std::string_view text) {
  return Reader(layout, text).run();
}

}  // namespace tocsin::tmpl
