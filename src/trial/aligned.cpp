#include "trial/aligned.h"

#include <algorithm>

#include "model/text.h"

namespace tocsin::trial {
namespace {

std::size_t without_comma(const std::string& text) {
  return count_runes(text) - (text.ends_with(", ") ? 2 : 0);
}

void append(std::string& line, const std::string& text, std::size_t width) {
  line += text + std::string(width - count_runes(text), ' ');
}

}  // namespace

std::string trim_right(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

void Aligned::add(const std::string& expected, const std::string& got, bool same) {
  const std::size_t width = std::max(count_runes(expected), count_runes(got));
  append(expected_, expected, width);
  append(got_, got, width);
  const std::size_t marked = same ? 0 : std::max(without_comma(expected), without_comma(got));
  append(marks_, std::string(marked, '^'), width);
}

std::vector<std::string> Aligned::lines() const {
  return {trim_right("expected  " + expected_), trim_right("got       " + got_),
          trim_right("          " + marks_)};
}

}  // namespace tocsin::trial
