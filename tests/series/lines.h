// An exposition as the reader understands it, one line of text each.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "model/overloaded.h"
#include "model/text.h"
#include "series/exposition.h"

namespace tocsin::series {

inline std::string show(const SampleLine& line) {
  std::string out;
  for (const LabelView& label : line.labels) {
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", label.name, quote(label.value));
  }
  out += fmt::format(" -> {}", line.value);
  if (line.at) out += fmt::format(" @{}", line.at->time_since_epoch().count());
  return out;
}

/// Also says what is wrong, in a last line.
inline std::string read_all(std::string_view text, ExpositionFormat format) {
  std::string out;
  try {
    ExpositionReader reader(text, format);
    for (;;) {
      const ExpositionLine line = reader.next();
      if (std::holds_alternative<EndOfExposition>(line)) return out;
      out += std::visit(
          Overloaded{[](const SampleLine& sample) { return show(sample); },
                     [](const HelpLine& help) {
                       return fmt::format("help {}: {}", quote(help.metric), quote(help.text));
                     },
                     [](const TypeLine& type) {
                       return fmt::format("type {}: {}", quote(type.metric),
                                          static_cast<int>(type.type));
                     },
                     [](const UnitLine& unit) {
                       return fmt::format("unit {}: {}", quote(unit.metric), quote(unit.unit));
                     },
                     [](EndOfExposition) { return std::string(); }},
          line);
      out += '\n';
    }
  } catch (const ExpositionError& error) {
    return out + error.what() + "\n";
  }
}

}  // namespace tocsin::series
