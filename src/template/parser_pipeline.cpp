#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"
#include "template/number.h"
#include "template/parser.h"

namespace tocsin::tmpl {
namespace {

/// A field token can hold one name only; the dot in front of it is not part of the name.
std::string_view field_name(const Token& token) { return token.text.substr(1); }

bool starts_operand(TokenKind kind) {
  switch (kind) {
    case TokenKind::Bool:
    case TokenKind::CharacterConstant:
    case TokenKind::Dot:
    case TokenKind::Field:
    case TokenKind::Identifier:
    case TokenKind::Number:
    case TokenKind::Nil:
    case TokenKind::RawString:
    case TokenKind::String:
    case TokenKind::Variable:
    case TokenKind::LeftParenthesis:
      return true;
    default:
      return false;
  }
}

bool is_executable(const Operand& operand) {
  return !std::holds_alternative<Dot>(operand.what) && !std::holds_alternative<Nil>(operand.what) &&
         !std::holds_alternative<Number>(operand.what) &&
         !std::holds_alternative<Literal>(operand.what);
}

}  // namespace

Pipeline Parser::pipeline(std::string_view context, TokenKind end) {
  Pipeline pipeline;
  pipeline.at = peek_after_space().offset;
  declarations(pipeline, context);
  while (true) {
    const Token& token = next_after_space();
    if (token.kind == end) {
      check(pipeline, context, token.offset);
      break;
    }
    if (!starts_operand(token.kind)) unexpected(token, context);
    back();
    pipeline.commands.push_back(command());
  }
  declare(pipeline);
  return pipeline;
}

/// $x :=, $x =, and in range also $i, $x := (or =). The slots are given by declare(), after the
/// pipeline was parsed: it does not see the variables that it declares.
void Parser::declarations(Pipeline& pipeline, std::string_view context) {
  const std::size_t start = at_;
  while (peek_after_space().kind == TokenKind::Variable) {
    const Token& name = next();
    const Token& after = peek_after_space();
    const bool comma = after.kind == TokenKind::Character && after.text == ",";
    if (!comma && after.kind != TokenKind::Assign && after.kind != TokenKind::Declare) {
      if (!pipeline.variables.empty()) break;
      at_ = start;
      return;
    }
    next();
    pipeline.variables.push_back({name.text, kNoSlot});
    if (!comma) {
      pipeline.assigns = after.kind == TokenKind::Assign;
      return;
    }
    if (context != "range" || pipeline.variables.size() > 1) {
      fail(name.offset, fmt::format("too many declarations in {}", context));
    }
  }
  if (!pipeline.variables.empty()) fail(peek().offset, "range can only initialize variables");
}

void Parser::declare(Pipeline& pipeline) {
  for (Declaration& variable : pipeline.variables) {
    if (pipeline.assigns) {
      variable.slot = this->variable({TokenKind::Variable, pipeline.at, variable.name}).slot;
      continue;
    }
    variable.slot = static_cast<int>(scope_.visible.size());
    scope_.visible.emplace_back(variable.name, variable.slot);
  }
  scope_.slots = std::max(scope_.slots, scope_.visible.size());
}

void Parser::check(const Pipeline& pipeline, std::string_view context, Offset at) {
  if (pipeline.commands.empty()) fail(at, fmt::format("missing value for {}", context));
  for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
    const Operand& first = pipeline.commands[i].operands.front();
    if (is_executable(first)) continue;
    fail(first.at, fmt::format("non executable command in pipeline stage {}", i + 1));
  }
}

Command Parser::command() {
  Command command;
  command.at = peek_after_space().offset;
  while (true) {
    operand(command);
    const Token& token = next();
    if (token.kind == TokenKind::Space) continue;
    if (token.kind == TokenKind::Pipe) {
      if (!starts_operand(peek_after_space().kind))
        fail(peek().offset, "missing value for command");
      return command;
    }
    if (token.kind != TokenKind::RightDelimiter && token.kind != TokenKind::RightParenthesis) {
      unexpected(token, "operand");
    }
    back();
    return command;
  }
}

/// Nothing when no operand comes next.
void Parser::operand(Command& command) {
  Operand operand;
  if (!term(operand)) return;
  if (peek().kind == TokenKind::Field) add_fields(operand);
  command.operands.push_back(std::move(operand));
}

void Parser::add_fields(Operand& operand) {
  const Offset at = peek().offset;
  std::vector<std::string_view> fields;
  while (peek().kind == TokenKind::Field) fields.push_back(field_name(next()));
  if (auto* known = std::get_if<Fields>(&operand.what)) {
    known->names.insert(known->names.end(), fields.begin(), fields.end());
  } else if (auto* variable = std::get_if<Variable>(&operand.what)) {
    variable->fields = std::move(fields);
  } else if (is_executable(operand)) {
    auto inner = std::make_unique<Operand>(std::move(operand));
    operand.what = Chain{std::move(inner), std::move(fields)};
  } else {
    fail(at, fmt::format("unexpected . after term {}", quote(to_string(operand))));
  }
  operand.at = at;
}

bool Parser::term(Operand& operand) {
  const Token& token = next_after_space();
  operand.at = token.offset;
  switch (token.kind) {
    case TokenKind::Identifier:
      identifier(operand, token);
      return true;
    case TokenKind::Dot:
      operand.what = Dot{};
      return true;
    case TokenKind::Nil:
      operand.what = Nil{};
      return true;
    case TokenKind::Variable:
      operand.what = variable(token);
      return true;
    case TokenKind::Field:
      operand.what = Fields{{field_name(token)}};
      return true;
    case TokenKind::Bool:
      operand.what = Literal{Value(token.text == "true"), token.text};
      return true;
    case TokenKind::CharacterConstant:
    case TokenKind::Number:
      try {
        operand.what = parse_number(token.text);
      } catch (const Error& error) {
        fail(token.offset, error.what());
      }
      return true;
    case TokenKind::String:
    case TokenKind::RawString:
      operand.what = Literal{Value(string_constant(token)), token.text};
      return true;
    case TokenKind::LeftParenthesis:
      nest(+1, token.offset);
      operand.what = Parentheses{std::make_unique<Pipeline>(
          pipeline("parenthesized pipeline", TokenKind::RightParenthesis))};
      nest(-1, token.offset);
      return true;
    default:
      back();
      return false;
  }
}

void Parser::identifier(Operand& operand, const Token& token) {
  const Function* function = parsed_.functions.find(token.text);
  if (function == nullptr) {
    fail(token.offset, fmt::format("function {} not defined", quote(token.text)));
  }
  if (!function->pure) parsed_.is_pure = false;
  operand.what = Identifier{function};
}

Variable Parser::variable(const Token& token) {
  for (auto known = scope_.visible.rbegin(); known != scope_.visible.rend(); ++known) {
    if (known->first == token.text) return {token.text, known->second, {}};
  }
  fail(token.offset, fmt::format("undefined variable {}", quote(token.text)));
}

std::string Parser::string_constant(const Token& token) {
  std::optional<std::string> text = unquote(token.text);
  if (!text) fail(token.offset, "invalid syntax in string " + std::string(token.text));
  return *std::move(text);
}

}  // namespace tocsin::tmpl
