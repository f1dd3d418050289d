#include "config/expression_check.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace tocsin::config {
namespace {

// All of them take a range vector and nothing else that could hold a bracket instead.
constexpr std::array<std::string_view, 13> kRangeFunctions = {
    "absent_over_time",   "changes", "delta", "deriv",    "double_exponential_smoothing",
    "holt_winters",       "idelta",  "irate", "increase", "predict_linear",
    "quantile_over_time", "rate",    "resets"};

constexpr std::size_t kMaxBrackets = 10'000;

bool takes_range(std::string_view word) {
  return word.ends_with("_over_time") ||
         std::find(kRangeFunctions.begin(), kRangeFunctions.end(), word) != kRangeFunctions.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

char closing(char open) { return open == '(' ? ')' : open == '[' ? ']' : '}'; }

struct Bracket {
  char open;
  std::size_t offset;
  std::string_view function;  // of a range, whose arguments these are; else empty
  std::size_t function_offset = 0;
  bool has_range = false;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<ExpressionProblem> run() {
    while (at_ < text_.size() && !problem_) step();
    if (problem_) return problem_;
    if (!brackets_.empty()) {
      const Bracket& last = brackets_.back();
      return ExpressionProblem{last.offset, fmt::format("\"{}\" is never closed", last.open)};
    }
    if (last_ == '\0') return ExpressionProblem{0, "it is empty"};
    constexpr std::string_view kOperators = "+-*/%^=<>!~,@";
    if (kOperators.find(last_) != std::string_view::npos) {
      return ExpressionProblem{last_offset_,
                               fmt::format("something is missing after \"{}\" at its end", last_)};
    }
    return std::nullopt;
  }

 private:
  void step() {
    const char c = text_[at_];
    if (is_space(c)) {
      ++at_;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      token(c);
    }
  }

  void token(char c) {
    last_ = c;
    last_offset_ = at_;
    if (is_letter(c)) {
      const std::size_t end = end_of_word();
      word_ = text_.substr(at_, end - at_);
      word_offset_ = at_;
      at_ = end;
      return;
    }
    if (c == '"' || c == '\'' || c == '`') {
      string(c);
    } else if (is_digit(c)) {
      at_ = end_of_word();
    } else if (c == '(' || c == '[' || c == '{') {
      open(c);
    } else if (c == ')' || c == ']' || c == '}') {
      close(c);
    } else {
      ++at_;
    }
    word_ = {};
  }

  std::size_t end_of_word() const {
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return end;
  }

  void string(char quote) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote != '`' && text_[at_] == '\n') break;
      at_ += quote != '`' && text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size() || text_[at_] != quote) {
      problem_ = {start, fmt::format("the string that begins with {} here has no end", quote)};
      return;
    }
    ++at_;
  }

  void open(char c) {
    if (brackets_.size() >= kMaxBrackets) {
      problem_ = {at_, fmt::format("more than {} brackets stand within one another", kMaxBrackets)};
      return;
    }
    Bracket bracket{c, at_, {}, 0, c == '['};
    if (c == '(' && takes_range(word_)) {
      bracket.function = word_;
      bracket.function_offset = word_offset_;
    }
    brackets_.push_back(bracket);
    ++at_;
  }

  void close(char c) {
    if (brackets_.empty()) {
      problem_ = {at_, fmt::format("\"{}\" closes nothing", c)};
      return;
    }
    const Bracket bracket = brackets_.back();
    brackets_.pop_back();
    if (closing(bracket.open) != c) {
      problem_ = {at_, fmt::format("\"{}\" stands where \"{}\" is closed", c, bracket.open)};
      return;
    }
    if (!bracket.function.empty() && !bracket.has_range) {
      problem_ = {bracket.function_offset,
                  fmt::format("{0}() needs a range, like {0}(x[5m])", bracket.function)};
    }
    if (!brackets_.empty()) brackets_.back().has_range |= bracket.has_range;
    ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Bracket> brackets_;
  std::string_view word_;  // directly before, blanks and comments aside
  std::size_t word_offset_ = 0;
  char last_ = '\0';  // first character of the last token
  std::size_t last_offset_ = 0;
  std::optional<ExpressionProblem> problem_;
};

}  // namespace

std::optional<ExpressionProblem> check_expression(std::string_view text) {
  return Scanner(text).run();
}

}  // namespace tocsin::config
