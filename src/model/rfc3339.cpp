#include <cmath>

#include <fmt/format.h>

#include "model/error.h"
#include "model/time.h"

namespace tocsin {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Reads a timestamp from left to right; every failure names the whole text.
class Reader {
 public:
  explicit Reader(std::string_view text) : whole_(text), rest_(text) {}

  int number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse();
  }
  bool done() const { return rest_.empty(); }
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  int digit() {
    if (!at_digit()) refuse();
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }
  [[noreturn]] void refuse() const {
    throw Error(fmt::format("\"{}\" is not a time: write it like 2026-01-02T15:04:05Z", whole_));
  }

 private:
  std::string_view whole_;
  std::string_view rest_;
};

milliseconds fraction(Reader& reader) {
  int value = 0;
  int scale = 100;
  do {
    value += reader.digit() * scale;
    scale /= 10;
  } while (reader.at_digit());
  return milliseconds{value};
}

minutes zone(Reader& reader) {
  if (reader.done() || reader.accept('Z') || reader.accept('z')) return minutes{0};
  const int sign = reader.accept('-') ? -1 : 1;
  if (sign == 1) reader.expect('+');
  const int hour = reader.number(2);
  reader.accept(':');
  const int minute = reader.number(2);
  if (hour > 23 || minute > 59) reader.refuse();
  return sign * (hours{hour} + minutes{minute});
}

}  // namespace

double to_unix_seconds(Timestamp at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1000.0;
}

Timestamp from_unix_seconds(double value) {
  constexpr double kMost = 9e15;  // in milliseconds just inside 64 bits
  if (!(std::abs(value) <= kMost)) throw Error(fmt::format("{} is not a time", value));
  return Timestamp{Duration{std::llround(value * 1000.0)}};
}

Timestamp parse_rfc3339(std::string_view text) {
  Reader reader(text);
  const int year = reader.number(4);
  reader.expect('-');
  const int month = reader.number(2);
  reader.expect('-');
  const int day = reader.number(2);
  if (!reader.accept('T') && !reader.accept('t')) reader.expect(' ');
  const int hour = reader.number(2);
  reader.expect(':');
  const int minute = reader.number(2);
  reader.expect(':');
  const int second = reader.number(2);
  const milliseconds part = reader.accept('.') ? fraction(reader) : milliseconds{0};
  const minutes offset = zone(reader);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!reader.done() || !date.ok() || hour > 23 || minute > 59 || second > 60) reader.refuse();
  return std::chrono::sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + part -
         offset;
}

CivilTime to_civil(Timestamp at) {
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(time.subseconds().count()),
          static_cast<int>(std::chrono::weekday{day}.c_encoding())};
}

std::string format_rfc3339(Timestamp at) {
  const CivilTime t = to_civil(at);
  if (t.year < 0 || t.year > 9999) {
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.year, t.month, t.day, t.hour,
                       t.minute, t.second, t.millisecond);
  }
  // Lists of alerts are full of times.
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t end, int number) {
    for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, t.year);
  put(7, t.month);
  put(10, t.day);
  put(13, t.hour);
  put(16, t.minute);
  put(19, t.second);
  put(23, t.millisecond);
  return text;
}

}  // namespace tocsin
