// Making untrusted text harmless in each channel's markup. REQUIRES everywhere: printable() text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "notifiers/summary.h"

namespace tocsin::notifiers {

/// &, < and > become entities, so that no link and no <!channel> or <@U123> can be formed; an @
/// that begins a word is kept apart from it, for @here where names are looked for. *, _, ~ and `
/// need nothing: mrkdwn is off for everything that we send. Source: docs.slack.dev "Formatting
/// message text", "Legacy: secondary message attachments".
std::string slack_escape(std::string_view text);

/// A backslash before every character with a meaning in Discord's Markdown, at the start of a line
/// also before what makes headings, lists and quotes. Bare http and https addresses are put in <…>:
/// they show where they lead, and nothing around them becomes part of them. Source: Discord's help
/// centre, "Markdown Text 101".
std::string discord_escape(std::string_view text);

/// Text that looks the same and has no masked link and no mention, but is Markdown otherwise: a
/// backslash before each backslash and <, and between ] and (.
std::string discord_unlinked(std::string_view text);

/// Text and attribute values of HTML.
std::string html_escape(std::string_view text);

/// How a channel writes text that is not ours, and links.
struct Markup {
  std::function<std::string(std::string_view)> text;
  std::function<std::string(const Link&)> link;
};

/// What there is to say about an alert below its title: description, since when and how bad,
/// labels, links; line by line.
std::string details(const AlertSummary& alert, const Markup& markup, std::string_view line_break);

/// What all alerts have in common: links, then labels. At most `limit` code points, whole links and
/// labels only.
std::string common_details(const Summary& summary, const Markup& markup,
                           std::string_view line_break, std::size_t limit);

/// The longest beginning of the text whose escaped form has at most `limit` code points; with an
/// ellipsis where it was cut.
std::string escaped_within(std::string_view text, std::size_t limit,
                           std::string (*escape)(std::string_view));

}  // namespace tocsin::notifiers
