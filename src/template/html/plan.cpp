#include "template/html/plan.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace tocsin::tmpl::html {
namespace {

std::string_view function_of(const Command& command) {
  const auto* identifier = std::get_if<Identifier>(&command.operands.front().what);
  return identifier == nullptr ? std::string_view() : identifier->function->name;
}

/// The escaper that a function of the user's is.
std::optional<Escaper> escaper_named(std::string_view name) {
  if (name == "html") return Escaper::UserHtml;
  if (name == "urlquery") return Escaper::UserUrlquery;
  return std::nullopt;
}

/// Those that do as html, or urlquery, does.
Escaper family_of(Escaper escaper) {
  switch (escaper) {
    case Escaper::Attr:
    case Escaper::Html:
    case Escaper::Rcdata:
      return Escaper::UserHtml;
    case Escaper::Url:
    case Escaper::UrlNormal:
      return Escaper::UserUrlquery;
    default:
      return escaper;
  }
}

/// Whether `next` has nothing to do behind `last`.
bool is_redundant(Escaper last, Escaper next) {
  switch (last) {
    case Escaper::Comment:
      return next == Escaper::Attr || next == Escaper::NoSpace || next == Escaper::Html;
    case Escaper::Css:
    case Escaper::JsRegexp:
    case Escaper::JsString:
    case Escaper::JsTemplate:
      return next == Escaper::Attr;
    case Escaper::Url:
      return next == Escaper::UrlNormal;
    default:
      return false;
  }
}

/// In a URL; whether a value may come here at all.
bool add_url_escapers(const Context& context, std::vector<Escaper>& escapers) {
  if (context.url_part == UrlPart::Unknown) return false;
  if (context.url_part == UrlPart::QueryOrFrag) {
    escapers.push_back(Escaper::Url);
    return true;
  }
  if (context.url_part == UrlPart::None) escapers.push_back(Escaper::UrlFilter);
  const bool in_string = context.is(State::CssDqStr) || context.is(State::CssSqStr);
  escapers.push_back(in_string ? Escaper::Css : Escaper::UrlNormal);
  return true;
}

}  // namespace

std::string_view misplaced_escaper(const Pipeline& pipeline, const Context& context) {
  for (const Command& command : pipeline.commands) {
    const std::string_view name = function_of(command);
    if (!escaper_named(name)) continue;
    const bool unquoted = context.is(State::Attr) && context.delim == Delim::SpaceOrTagEnd;
    if (&command != &pipeline.commands.back() || (unquoted && name == "html")) return name;
  }
  return "";
}

Context context_after_value(Context context, const std::string& text,
                            std::vector<Escaper>& escapers) {
  const auto add = [&](Escaper escaper) { escapers.push_back(escaper); };
  switch (context.state) {
    case State::Error:
      return context;
    case State::Url:
    case State::CssDqStr:
    case State::CssSqStr:
    case State::CssDqUrl:
    case State::CssSqUrl:
    case State::CssUrl:
      if (!add_url_escapers(context, escapers)) {
        return failed(fmt::format("{} appears in an ambiguous context within a URL", text));
      }
      break;
    case State::Js:
      add(Escaper::JsValue);
      context.js = JsContext::DivOp;  // a value ends here
      break;
    case State::JsDqStr:
    case State::JsSqStr:
      add(Escaper::JsString);
      break;
    case State::JsTmplLit:
      add(Escaper::JsTemplate);
      break;
    case State::JsRegexp:
      add(Escaper::JsRegexp);
      break;
    case State::Css:
      add(Escaper::CssValue);
      break;
    case State::Text:
      add(Escaper::Html);
      break;
    case State::Rcdata:
      add(Escaper::Rcdata);
      break;
    case State::AttrName:
    case State::Tag:
      context.state = State::AttrName;
      add(Escaper::Name);
      break;
    case State::Srcset:
      add(Escaper::Srcset);
      break;
    case State::Attr:
      break;
    default:
      add(Escaper::Comment);
      break;
  }
  if (context.delim == Delim::SpaceOrTagEnd) {
    add(Escaper::NoSpace);
  } else if (context.delim != Delim::None) {
    add(Escaper::Attr);
  }
  return context;
}

Plan plan_of(const Pipeline& pipeline, const std::vector<Escaper>& wanted) {
  Plan plan;
  plan.commands = pipeline.commands.size();
  if (wanted.empty()) return plan;
  std::vector<Escaper> escapers = wanted;
  const Command& last = pipeline.commands.back();
  const std::optional<Escaper> own = escaper_named(function_of(last));
  bool own_stays = own.has_value();
  if (own) {
    // html a b: the texts become one first.
    plan.joins = pipeline.commands.size() == 1 && last.operands.size() > 1;
    for (Escaper& each : escapers) {
      if (family_of(each) != *own) continue;
      each = *own;
      own_stays = false;
    }
    if (!plan.joins) --plan.commands;
    if (plan.commands == 0) return {1, false, wanted};  // html without arguments fails by itself
  }
  if (own_stays) plan.escapers.push_back(*own);
  for (const Escaper each : escapers) {
    if (own_stays && family_of(each) == *own) continue;
    if (!plan.escapers.empty() && is_redundant(plan.escapers.back(), each)) continue;
    plan.escapers.push_back(each);
  }
  return plan;
}

}  // namespace tocsin::tmpl::html
