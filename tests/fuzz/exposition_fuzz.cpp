// Whatever an exporter or a file says, it is samples or an error with its place; and samples that
// are written out again are read as the same.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "model/labels.h"
#include "model/text.h"
#include "series/exposition.h"
#include "series/sample_file.h"

namespace {

using namespace tocsin;
using namespace tocsin::series;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string write(const SampleLine& line) {
  std::string out = "{" + quoted(line.labels[0].value);
  for (const LabelView& label : line.labels.subspan(1)) {
    out += "," + quoted(label.name) + "=" + quoted(label.value);
  }
  out += fmt::format("}} {}", line.value);
  if (line.at) out += fmt::format(" {}", line.at->time_since_epoch().count());
  return out + '\n';
}

void check_same(const SampleLine& a, const SampleLine& b) {
  require(a.labels.size() == b.labels.size() && a.at == b.at);
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  require(bits(a.value) == bits(b.value));
  for (std::size_t i = 0; i < a.labels.size(); ++i) {
    require(a.labels[i].name == b.labels[i].name && a.labels[i].value == b.labels[i].value);
  }
}

void check(const SampleLine& line) {
  require(!line.labels.empty() && line.labels[0].name == kMetricName);
  for (const LabelView& label : line.labels) {
    require(!label.name.empty() && is_utf8(label.name) && is_utf8(label.value));
  }
  const std::string written = write(line);
  ExpositionReader reader(written, ExpositionFormat::Text);
  check_same(line, std::get<SampleLine>(reader.next()));
  require(std::holds_alternative<EndOfExposition>(reader.next()));
}

void read(std::string_view text, ExpositionFormat format) {
  try {
    ExpositionReader reader(text, format);
    for (;;) {
      const ExpositionLine line = reader.next();
      if (std::holds_alternative<EndOfExposition>(line)) return;
      if (const auto* sample = std::get_if<SampleLine>(&line)) check(*sample);
    }
  } catch (const ExpositionError& error) {
    require(error.where().line > 0 && error.where().column > 0);
    require(is_utf8(error.what()) && std::string_view(error.what()).size() < 1000);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(text, ExpositionFormat::Text);
  read(text, ExpositionFormat::OpenMetrics);
  try {
    const SampleFile file = SampleFile::read(text, 10'000);
    for (const FileSeries& series : file.series()) {
      require(series.times.size() == series.values.size());
      for (std::size_t i = 1; i < series.times.size(); ++i) {
        require(series.times[i - 1] < series.times[i]);
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
