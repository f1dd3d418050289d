#include "query/syntax/words.h"

#include <array>

#include <fmt/format.h>

#include "model/text.h"
#include "query/syntax/characters.h"

namespace tocsin::query {
namespace {

struct Word {
  std::string_view text;
  TokenKind kind;
  Op op = Op::Add;
  Aggregator aggregator = Aggregator::Sum;
};

constexpr Word of(std::string_view text, Op op) { return {text, TokenKind::Operator, op}; }
constexpr Word of(std::string_view text, Aggregator aggregator) {
  return {text, TokenKind::Aggregator, Op::Add, aggregator};
}

constexpr std::array kWords = {
    of("and", Op::And),
    of("or", Op::Or),
    of("unless", Op::Unless),
    of("atan2", Op::Atan2),
    of("sum", Aggregator::Sum),
    of("avg", Aggregator::Avg),
    of("count", Aggregator::Count),
    of("min", Aggregator::Min),
    of("max", Aggregator::Max),
    of("group", Aggregator::Group),
    of("stddev", Aggregator::Stddev),
    of("stdvar", Aggregator::Stdvar),
    of("topk", Aggregator::Topk),
    of("bottomk", Aggregator::Bottomk),
    of("count_values", Aggregator::CountValues),
    of("quantile", Aggregator::Quantile),
    of("limitk", Aggregator::Limitk),
    of("limit_ratio", Aggregator::LimitRatio),
    Word{"offset", TokenKind::Offset},
    Word{"smoothed", TokenKind::Smoothed},
    Word{"anchored", TokenKind::Anchored},
    Word{"by", TokenKind::By},
    Word{"without", TokenKind::Without},
    Word{"on", TokenKind::On},
    Word{"ignoring", TokenKind::Ignoring},
    Word{"group_left", TokenKind::GroupLeft},
    Word{"group_right", TokenKind::GroupRight},
    Word{"fill", TokenKind::Fill},
    Word{"fill_left", TokenKind::FillLeft},
    Word{"fill_right", TokenKind::FillRight},
    Word{"bool", TokenKind::Bool},
    Word{"start", TokenKind::Start},
    Word{"end", TokenKind::End_},
    Word{"step", TokenKind::Step},
    Word{"range", TokenKind::Range},
    Word{"inf", TokenKind::Number},
    Word{"nan", TokenKind::Number},
};
constexpr std::size_t kShortest = 2;  // by
constexpr std::size_t kLongest = 12;  // count_values

/// At most this many code points of a long word are quoted.
constexpr std::size_t kShown = 10;

std::string quoted(std::string_view text) {
  if (text.size() <= kShown) return quote(text);
  std::size_t end = 0;
  for (std::size_t runes = 0; end < text.size(); ++end) {
    const bool continues = (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
    if (!continues && ++runes > kShown) break;
  }
  return quote(text.substr(0, end)) + "...";
}

}  // namespace

bool equals_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (to_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

void recognize_keyword(Token& token, bool parenthesis_follows) {
  if (token.text.size() < kShortest || token.text.size() > kLongest) return;
  const char first = to_lower(token.text.front());
  for (const Word& word : kWords) {
    if (word.text.front() != first || !equals_word(token.text, word.text)) continue;
    if (is_fill(word.kind) && !parenthesis_follows) return;
    token.kind = word.kind;
    token.op = word.op;
    token.aggregator = word.aggregator;
    return;
  }
}

bool may_be_metric(const Token& token) {
  switch (token.kind) {
    case TokenKind::Operator:
      return is_set_operator(token.op);
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::Aggregator:
    case TokenKind::By:
    case TokenKind::Without:
    case TokenKind::Offset:
    case TokenKind::Start:
    case TokenKind::End_:
    case TokenKind::Step:
    case TokenKind::Range:
    case TokenKind::Anchored:
    case TokenKind::Smoothed:
      return true;
    default:
      return false;
  }
}

bool may_be_label(const Token& token) {
  switch (token.kind) {
    case TokenKind::Operator:
      return is_set_operator(token.op) || token.op == Op::Atan2;
    case TokenKind::Identifier:
    case TokenKind::MetricIdentifier:
    case TokenKind::Aggregator:
      return true;
    default:
      return token.kind >= TokenKind::Bool && token.kind != TokenKind::Without;
  }
}

bool begins_expression(const Token& token) {
  switch (token.kind) {
    case TokenKind::Number:
    case TokenKind::Duration:
    case TokenKind::String:
    case TokenKind::LeftParen:
    case TokenKind::LeftBrace:
      return true;
    default:
      return token.is(Op::Add) || token.is(Op::Sub) || may_be_metric(token);
  }
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::End:
      return "end of input";
    case TokenKind::Identifier:
      return "identifier " + quote(token.text);
    case TokenKind::MetricIdentifier:
      return "metric identifier " + quote(token.text);
    case TokenKind::String:
      return "string " + quoted(token.text);
    case TokenKind::Number:
      return "number " + quoted(token.text);
    case TokenKind::Duration:
      return "duration " + quoted(token.text);
    case TokenKind::Operator:
    case TokenKind::At:
    case TokenKind::RegexMatch:
    case TokenKind::RegexMismatch:
      return fmt::format("<op:{}>", token.text);
    case TokenKind::Aggregator:
      return fmt::format("<aggr:{}>", token.text);
    default:
      break;
  }
  const bool is_keyword = token.kind >= TokenKind::Bool && token.kind <= TokenKind::FillRight;
  return is_keyword ? fmt::format("<{}>", token.text) : quoted(token.text);
}

}  // namespace tocsin::query
