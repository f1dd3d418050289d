// Label matchers: `name = value`, `!=`, `=~`, `!~`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"

namespace re2 {
class RE2;
}

namespace tocsin {

enum class MatchOp { Equal, NotEqual, Regex, NotRegex };

/// "=", "!=", "=~" or "!~".
std::string_view to_string(MatchOp op);

/// Frozen once built; copies share the compiled regular expression. Regexes are RE2 and anchored
/// at both ends. A missing label is the same as an empty one.
class Matcher {
 public:
  /// Whether `.` matches a newline: it does in PromQL, it does not in Alertmanager's matchers.
  enum class Dot { ExceptNewline, Everything };

  /// Throws Error when the regular expression does not compile or is too large.
  Matcher(std::string name, MatchOp op, std::string value, Dot dot = Dot::ExceptNewline);

  const std::string& name() const { return name_; }
  MatchOp op() const { return op_; }
  const std::string& value() const { return value_; }
  bool is_regex() const { return op_ == MatchOp::Regex || op_ == MatchOp::NotRegex; }
  /// Whether the operator is `=` or `=~` (the API's isEqual).
  bool is_equal() const { return op_ == MatchOp::Equal || op_ == MatchOp::Regex; }

  /// How large the compiled regular expression is, in instructions of RE2's machine (1,000 of them
  /// take a millisecond to compile); 0 for = and !=.
  std::size_t program_size() const;

  bool matches(std::string_view value) const;
  bool matches(const Labels& labels) const { return matches(labels.get(name_)); }

  /// name="value", escaping only \, newline and " in the value; Go-quotes both sides when the name
  /// holds a reserved character. Source: alertmanager pkg/labels Matcher.String.
  std::string to_string() const;

  /// Same name, operator and value.
  bool operator==(const Matcher& other) const;
  /// By name, then value, then operator: the order in which route keys print them.
  bool operator<(const Matcher& other) const;

 private:
  std::string name_;
  MatchOp op_;
  std::string value_;
  std::shared_ptr<const re2::RE2> regex_;  // shared: immutable, and matchers are copied a lot
};

using Matchers = std::vector<Matcher>;

/// All of them hold (true for none).
bool all_match(const Matchers& matchers, const Labels& labels);

/// {a="b",c=~"d"}: no blank after the comma, as Alertmanager prints lists.
std::string to_string(const Matchers& matchers);

/// The two grammars of Alertmanager and what to do when they disagree; Fallback is its default:
/// try both, prefer the classic reading, and say so when they differ.
/// Source: alertmanager docs "Matchers", matcher/compat.
enum class MatcherSyntax { Fallback, Classic, Utf8 };

/// What parsing found; `warning` is set when the two grammars disagree.
struct ParsedMatchers {
  Matchers matchers;
  std::string warning;
};

/// `{a="b", c=~"d"}` with or without braces, any number of matchers (none for ""). Throws Error; a
/// text that neither grammar takes gets the classic one's complaint.
ParsedMatchers parse_matchers(std::string_view text,
                              MatcherSyntax syntax = MatcherSyntax::Fallback);

/// Exactly one matcher, without braces (API filters, command line). In the classic grammar a comma
/// outside of quotes is then part of the value. Throws Error.
Matcher parse_matcher(std::string_view text, MatcherSyntax syntax = MatcherSyntax::Fallback);

}  // namespace tocsin
