#include "notifiers/email_body.h"

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/markup.h"
#include "notifiers/plain_layout.h"

namespace tocsin::notifiers {
namespace {

// Longer mails are not read, and servers refuse large ones.
constexpr Room kRoom = {.runes = 60'000, .alerts = 200};
constexpr std::size_t kMaxCommon = 10'000;
constexpr std::string_view kBreak = "<br>\n";

std::string html_lines(std::string_view text) {
  std::string out;
  for (const char c : html_escape(text)) {
    if (c == '\n') {
      out += kBreak;
    } else {
      out += c;
    }
  }
  return out;
}

const Markup& markup() {
  static const Markup kMarkup = {
      html_lines,
      [](const Link& link) {
        return fmt::format("<a href=\"{}\">{}</a>", html_escape(link.url), link.text);
      },
  };
  return kMarkup;
}

std::string box(const AlertSummary& alert, bool firing) {
  return fmt::format(
      "<div style=\"border-left:4px solid {};padding:4px 12px;margin:12px 0\">\n"
      "<b>{} {}</b><br>\n{}\n</div>\n",
      firing ? "#b3261e" : "#2e7d32", firing ? "FIRING" : "RESOLVED", html_escape(alert.title),
      details(alert, markup(), kBreak));
}

std::string section_html(const Section& section) {
  const bool firing = section.status == notify::Status::Firing;
  const Fitted fitted = fit(
      section, kRoom, [&](const AlertSummary& alert) { return count_runes(box(alert, firing)); });
  std::string out;
  for (const AlertSummary& alert : fitted.alerts) out += box(alert, firing);
  if (fitted.left_out > 0) {
    out += fmt::format("<p>{} {}</p>\n", more_text(fitted.left_out), to_string(section.status));
  }
  return out;
}

std::string signature(const Summary& summary) {
  return summary.url.empty() ? "Tocsin" : "Tocsin, " + summary.url;
}

}  // namespace

std::string mail_text(const Summary& summary) {
  return fmt::format("{}\n\n{}\n-- \n{}: {}\n", summary.title, plain_body(summary, kRoom),
                     signature(summary), summary.reason);
}

std::string mail_html(const Summary& summary) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n"
      "<body style=\"font-family:sans-serif;color:#222\">\n<h2 style=\"font-size:18px\">{}</h2>\n",
      html_escape(summary.title));
  for (const Section& section : summary.sections) out += section_html(section);
  const std::string common = common_details(summary, markup(), kBreak, kMaxCommon);
  if (!common.empty()) out += fmt::format("<p>{}</p>\n", common);
  return out + fmt::format("<p style=\"color:#666;font-size:12px\">{}: {}</p>\n</body></html>\n",
                           html_escape(signature(summary)), html_escape(summary.reason));
}

}  // namespace tocsin::notifiers
