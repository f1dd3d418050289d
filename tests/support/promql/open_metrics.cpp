#include "support/promql/open_metrics.h"

#include <charconv>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "model/error.h"
#include "query/samples/notation.h"

namespace tocsin::query {
namespace {

double number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(fmt::format("\"{}\" is no number", text));
  }
  return value;
}

}  // namespace

void load_open_metrics(std::istream& in, MemoryStorage& storage) {
  std::string last;  // samples of a series stand together
  Labels labels;
  std::string line;
  for (int at = 1; std::getline(in, line); ++at) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t time = line.rfind(' ');
    const std::size_t value = time == std::string::npos ? time : line.rfind(' ', time - 1);
    if (value == std::string::npos) throw Error(fmt::format("line {}: not a sample", at));
    const std::string_view text = line;
    if (text.substr(0, value) != last) {
      last = text.substr(0, value);
      labels = parse_series(last);
    }
    storage.add(labels, from_unix_seconds(number(text.substr(time + 1))),
                number(text.substr(value + 1, time - value - 1)));
  }
}

}  // namespace tocsin::query
