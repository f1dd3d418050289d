#include "model/matcher.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin {
namespace {

/// What a compiled expression and its lazily built automata may take. Long lists of names are
/// ordinary (`instance=~"a|b|…"`), and RE2 wants some 64 bytes of budget per byte of them.
std::int64_t memory_for(const std::string& pattern) {
  constexpr std::size_t kLeast = std::size_t{1} << 20;
  constexpr std::size_t kMost = std::size_t{16} << 20;
  return static_cast<std::int64_t>(std::clamp(pattern.size() * 256, kLeast, kMost));
}

/// Compiled as it is written, so that errors speak of the user's own text: FullMatch anchors it.
std::shared_ptr<const RE2> compile(const std::string& pattern, Matcher::Dot dot) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_for(pattern));
  options.set_dot_nl(dot == Matcher::Dot::Everything);
  auto regex = std::make_shared<RE2>(pattern, options);
  if (!regex->ok()) {
    throw Error(fmt::format("the regular expression {} does not compile: {}", quote(pattern),
                            regex->error()));
  }
  return regex;
}

/// Whether a bare name in the UTF-8 grammar could not hold all of it.
bool has_reserved(std::string_view name) {
  constexpr std::string_view kReserved = "{}!=~,\\\"'`";
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (kReserved.find(name[at]) != std::string_view::npos) return true;
    if (leading_space(name.substr(at)) > 0) return true;
  }
  return false;
}

std::string classic_quote(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string_view to_string(MatchOp op) {
  switch (op) {
    case MatchOp::Equal:
      return "=";
    case MatchOp::NotEqual:
      return "!=";
    case MatchOp::Regex:
      return "=~";
    case MatchOp::NotRegex:
      return "!~";
  }
  return "=";
}

Matcher::Matcher(std::string name, MatchOp op, std::string value, Dot dot)
    : name_(std::move(name)), op_(op), value_(std::move(value)) {
  if (is_regex()) regex_ = compile(value_, dot);
}

std::size_t Matcher::program_size() const {
  return regex_ == nullptr ? 0 : static_cast<std::size_t>(regex_->ProgramSize());
}

bool Matcher::matches(std::string_view value) const {
  switch (op_) {
    case MatchOp::Equal:
      return value == value_;
    case MatchOp::NotEqual:
      return value != value_;
    case MatchOp::Regex:
      return RE2::FullMatch({value.data(), value.size()}, *regex_);
    case MatchOp::NotRegex:
      return !RE2::FullMatch({value.data(), value.size()}, *regex_);
  }
  return false;
}

std::string Matcher::to_string() const {
  const bool plain = !name_.empty() && !has_reserved(name_);
  return plain ? fmt::format("{}{}{}", name_, tocsin::to_string(op_), classic_quote(value_))
               : fmt::format("{}{}{}", quote(name_), tocsin::to_string(op_), quote(value_));
}

bool Matcher::operator==(const Matcher& other) const {
  return std::tie(name_, op_, value_) == std::tie(other.name_, other.op_, other.value_);
}

bool Matcher::operator<(const Matcher& other) const {
  return std::tie(name_, value_, op_) < std::tie(other.name_, other.value_, other.op_);
}

bool all_match(const Matchers& matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& matcher) { return matcher.matches(labels); });
}

std::string to_string(const Matchers& matchers) {
  std::string out = "{";
  for (const Matcher& matcher : matchers) {
    if (out.size() > 1) out += ',';
    out += matcher.to_string();
  }
  return out + '}';
}

}  // namespace tocsin
