#include "notifiers/plain_layout.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/markup.h"

namespace tocsin::notifiers {
namespace {

const Markup& markup() {
  static const Markup kMarkup = {
      [](std::string_view text) { return std::string(text); },
      [](const Link& link) { return fmt::format("{}: {}", link.text, link.url); },
  };
  return kMarkup;
}

std::string render(const AlertSummary& alert, notify::Status status) {
  return fmt::format("{} {}\n{}\n", status == notify::Status::Firing ? "FIRING" : "RESOLVED",
                     alert.title, indented(details(alert, markup(), "\n")));
}

}  // namespace

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out += fmt::format("  {}", text.substr(0, end));
    if (end == text.size()) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string plain_body(const Summary& summary, const Room& room) {
  std::string out;
  for (const Section& section : summary.sections) {
    const Fitted fitted = fit(section, room, [&](const AlertSummary& alert) {
      return count_runes(render(alert, section.status));
    });
    for (const AlertSummary& alert : fitted.alerts) out += render(alert, section.status);
    if (fitted.left_out > 0) {
      out += fmt::format("{} {}\n", more_text(fitted.left_out), to_string(section.status));
    }
  }
  constexpr std::size_t kMaxCommon = 10'000;
  const std::string common = common_details(summary, markup(), "\n", kMaxCommon);
  return common.empty() ? out : out + common + "\n";
}

}  // namespace tocsin::notifiers
