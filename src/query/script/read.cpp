// From the text of a script to its commands.
#include <cctype>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"
#include "query/script/starts.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kStringPrefix = "expect string";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Trimmed; comments are empty.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    lines.push_back(line.starts_with('#') ? std::string_view() : line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

Timestamp after_epoch(const std::string& text) { return Timestamp(parse_duration(text)); }

/// A whole line that is a number.
std::optional<double> number(std::string_view line) {
  const bool negative = line.starts_with('-');
  const std::string_view magnitude = line.substr(negative || line.starts_with('+') ? 1 : 0);
  std::int64_t whole = 0;
  if (parse_integer(magnitude, negative, whole) == IntegerError::None) {
    return static_cast<double>(whole);
  }
  double value = 0;
  if (parse_float(magnitude, negative, value)) return value;
  static const RE2 infinite("(?i)[+-]?inf(inity)?");
  static const RE2 not_a_number("(?i)nan");
  if (RE2::FullMatch(piece(line), infinite)) {
    value = std::numeric_limits<double>::infinity();
    return negative ? -value : value;
  }
  if (RE2::FullMatch(piece(line), not_a_number)) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::shared_ptr<const RE2> compiled(const std::string& pattern) {
  auto regex = std::make_shared<const RE2>(pattern, RE2::Quiet);
  if (!regex->ok()) throw Error(fmt::format("invalid regex {}: {}", pattern, regex->error()));
  return regex;
}

Load read_load(std::string_view line) {
  static const RE2 pattern(R"(load(_with_nhcb)?\s+(.+))");
  std::string native, step;
  if (!RE2::FullMatch(piece(line), pattern, &native, &step)) {
    throw Error("invalid load command, write: load[_with_nhcb] <step>");
  }
  Load load;
  load.with_native = !native.empty();
  load.step = parse_duration(step);
  return load;
}

void set_times(Eval& eval, const std::string& from, const std::string& to,
               const std::string& step) {
  eval.from = after_epoch(from);
  eval.to = after_epoch(to);
  eval.step = parse_duration(step);
  if (eval.to < eval.from) throw Error(fmt::format("the end {} is before the start {}", to, from));
}

/// `eval_warn` and `eval_info` of old: at least one of them.
void expect_any(Eval& eval, const std::string& mode) {
  if (mode.empty()) return;
  Expectation expectation;
  expectation.kind = mode == "fail"   ? ExpectKind::Fail
                     : mode == "warn" ? ExpectKind::Warn
                     : mode == "info" ? ExpectKind::Info
                                      : ExpectKind::Ordered;
  expectation.lists_all = false;
  eval.expectations.push_back(std::move(expectation));
}

Eval read_eval(std::string_view line) {
  static const RE2 instant(
      R"(eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+))");
  static const RE2 range(
      R"(eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+))");
  Eval eval;
  std::string mode, from, to, step;
  if (RE2::FullMatch(piece(line), instant, &mode, &from, &eval.expression)) {
    eval.from = eval.to = after_epoch(from);
  } else if (RE2::FullMatch(piece(line), range, &mode, &from, &to, &step, &eval.expression)) {
    eval.is_range = true;
    set_times(eval, from, to, step);
    if (eval.step <= Duration{0}) throw Error("the step has to be longer than 0");
  } else {
    throw Error(
        "invalid evaluation command, write: eval instant at <time> <query>, or: eval range from "
        "<time> to <time> step <step> <query>");
  }
  expect_any(eval, mode);
  return eval;
}

ExpectKind kind_of(const std::string& word) {
  if (word == "fail") return ExpectKind::Fail;
  if (word == "warn") return ExpectKind::Warn;
  if (word == "no_warn") return ExpectKind::NoWarn;
  if (word == "info") return ExpectKind::Info;
  if (word == "no_info") return ExpectKind::NoInfo;
  return ExpectKind::Ordered;
}

Expectation read_expectation(std::string_view line) {
  static const RE2 pattern(
      R"(expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?)");
  std::string kind, form, text;
  if (!RE2::FullMatch(piece(line), pattern, &kind, &form, &text)) {
    throw Error(
        "invalid expect line, write: expect "
        "fail|warn|info|no_warn|no_info|ordered [msg|regex: <text>]");
  }
  Expectation expectation;
  expectation.kind = kind_of(kind);
  text = trimmed(text);
  if (form == "msg") expectation.message = text;
  if (form == "regex") expectation.regex = compiled(text);
  return expectation;
}

void check_expectations(const Eval& eval) {
  if (eval.expects(ExpectKind::Info) && eval.expects(ExpectKind::NoInfo)) {
    throw Error("expect info and expect no_info contradict each other");
  }
  if (eval.expects(ExpectKind::Warn) && eval.expects(ExpectKind::NoWarn)) {
    throw Error("expect warn and expect no_warn contradict each other");
  }
}

void read_range_vector(Eval& eval, std::string_view line) {
  static const RE2 pattern(R"(expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+))");
  std::string from, to, step;
  if (!RE2::FullMatch(piece(line), pattern, &from, &to, &step)) {
    throw Error("write: expect range vector from <time> to <time> step <step>");
  }
  set_times(eval, from, to, step);
  eval.is_range_vector = true;
}

std::string read_string(std::string_view line) {
  const std::string_view source = trimmed(line.substr(kStringPrefix.size()));
  const bool is_quoted = source.size() >= 2 && source.front() == source.back() &&
                         std::string_view("\"'`").find(source.front()) != std::string_view::npos;
  std::optional<std::string> text;
  if (is_quoted) text = unquote(source);
  if (!text) throw Error("a quoted string has to stand behind expect string");
  return *text;
}

/// `expected_fail_message …` and `expected_fail_regexp …` of old.
bool read_failure(Eval& eval, std::string_view line) {
  constexpr std::string_view kMessage = "expected_fail_message";
  constexpr std::string_view kRegex = "expected_fail_regexp";
  if (!eval.expects(ExpectKind::Fail)) return false;
  if (line.starts_with(kMessage)) {
    eval.expectations.front().message = trimmed(line.substr(kMessage.size()));
  } else if (line.starts_with(kRegex)) {
    eval.expectations.front().regex = compiled(std::string(trimmed(line.substr(kRegex.size()))));
  } else {
    return false;
  }
  return true;
}

/// A line below `eval`. False: it was the last one.
bool read_expected(Eval& eval, std::string_view line) {
  if (read_failure(eval, line)) return false;
  if (line.starts_with("expect range vector")) {
    read_range_vector(eval, line);
  } else if (line.starts_with(kStringPrefix)) {
    eval.text = read_string(line);
  } else if (line.substr(0, line.find(' ')) == "expect") {
    eval.expectations.push_back(read_expectation(line));
    check_expectations(eval);
  } else if (const std::optional<double> value = number(line)) {
    eval.scalar = value;
    return false;
  } else {
    SeriesLine series = parse_series_line(line);
    if (series.values.size() > 1 && !eval.is_range && !eval.is_range_vector) {
      throw Error("an instant has one value; say: expect range vector from … to … step …");
    }
    eval.series.push_back({std::move(series.labels), std::move(series.values)});
  }
  return true;
}

class ScriptReader {
 public:
  explicit ScriptReader(std::string_view text) : lines_(lines_of(text)) {}

  std::vector<Command> read() {
    for (; at_ < lines_.size(); ++at_) {
      if (!lines_[at_].empty()) command();
    }
    return std::move(commands_);
  }

 private:
  void command() {
    const std::size_t first = at_;
    Command& command = commands_.emplace_back();
    command.line = static_cast<int>(first) + 1;
    try {
      read_into(command.what);
    } catch (const Error& error) {
      const auto where = at_ == first ? std::string() : fmt::format("line {}: ", at_ + 1);
      command.what = Misunderstood{std::string(lines_[first]), where + error.what()};
      while (has_more()) ++at_;
    }
  }

  bool has_more() const { return at_ + 1 < lines_.size() && !lines_[at_ + 1].empty(); }

  void read_into(decltype(Command::what)& what) {
    const std::string_view line = lines_[at_];
    if (line.substr(0, line.find_first_of(" \t")) == "clear") {
      what.emplace<Clear>();
    } else if (line.starts_with("load")) {
      auto& load = what.emplace<Load>(read_load(line));
      LoadReader reader(load);
      while (has_more()) reader.add(lines_[++at_]);
      reader.finish();
    } else if (line.starts_with("eval")) {
      auto& eval = what.emplace<Eval>(read_eval(line));
      while (has_more() && read_expected(eval, lines_[++at_])) {
      }
    } else {
      throw Error("a command is load, clear or eval");
    }
  }

  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::vector<Command> commands_;
};

}  // namespace

bool Expectation::matches(const std::string& text) const {
  if (message) return *message == text;
  return regex == nullptr || RE2::PartialMatch(text, *regex);
}

std::string Expectation::to_string() const {
  if (message) return *message;
  return regex == nullptr ? "anything" : "/" + regex->pattern() + "/";
}

bool Eval::expects(ExpectKind kind) const {
  return std::any_of(expectations.begin(), expectations.end(),
                     [kind](const Expectation& each) { return each.kind == kind; });
}

std::vector<Command> read_script(std::string_view text) { return ScriptReader(text).read(); }

}  // namespace tocsin::query
