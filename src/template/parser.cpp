#include "template/parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"

namespace tocsin::tmpl {
bool is_blank(const Body& block) {
  return std::all_of(block.begin(), block.end(), [](const Statement& statement) {
    const auto* text = std::get_if<PlainText>(&statement.what);
    return text != nullptr && text->text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  });
}

Parser::Parser(Template::Parsed& parsed, std::span<const std::string_view> variables)
    : parsed_(parsed), tokens_(lex(parsed.text)) {
  scope_.visible.emplace_back("$", 0);
  for (const std::string_view name : variables) {
    scope_.visible.emplace_back(name, static_cast<int>(scope_.visible.size()));
  }
  scope_.slots = scope_.visible.size();
}

void Parser::run() {
  Blocked all = block();
  if (all.stop != Stop::EndOfText) {
    fail(all.at, all.stop == Stop::End ? "unexpected {{end}}" : "unexpected {{else}}");
  }
  parsed_.main.body = std::move(all.block);
  parsed_.main.body.shrink_to_fit();
  parsed_.main.slots = scope_.slots;
  parsed_.main.file = &parsed_;
}

Parser::Blocked Parser::block() {
  Body block;
  const bool outermost = nesting_ == 0;
  while (true) {
    const Token& token = next_after_space();
    if (token.kind == TokenKind::EndOfText)
      return {std::move(block), Stop::EndOfText, token.offset};
    if (token.kind == TokenKind::Text) {
      Statement& text = block.emplace_back();
      text.at = token.offset;
      text.what.emplace<PlainText>(token.text);
      continue;
    }
    if (token.kind != TokenKind::LeftDelimiter) unexpected(token, "input");
    const Token& first = next_after_space();
    if (first.kind == TokenKind::End) {
      expect(TokenKind::RightDelimiter, "end");
      return {std::move(block), Stop::End, first.offset};
    }
    if (first.kind == TokenKind::Else) {
      return {std::move(block), Stop::Else, first.offset};
    }
    if (first.kind == TokenKind::Define && outermost) {
      definition();
      continue;
    }
    back();
    block.push_back(action(first.offset));
  }
}

Body Parser::block_until_end(std::string_view context) {
  Blocked body = block();
  if (body.stop == Stop::EndOfText) fail(body.at, "unexpected EOF");
  if (body.stop == Stop::Else) fail(body.at, fmt::format("unexpected {{{{else}}}} in {}", context));
  return std::move(body.block);
}

Statement Parser::action(Offset at) {
  const Token& token = next_after_space();
  switch (token.kind) {
    case TokenKind::Block:
      return inline_block(at);
    case TokenKind::Break:
    case TokenKind::Continue:
      return loop_control(token, token.kind == TokenKind::Break);
    case TokenKind::If:
      return branch(at, false);
    case TokenKind::Range:
      return loop(at);
    case TokenKind::Template:
      return invocation();
    case TokenKind::With:
      return branch(at, true);
    default:
      back();
      return {at, Action{pipeline("command", TokenKind::RightDelimiter)}};
  }
}

Statement Parser::branch(Offset at, bool sets_dot) {
  nest(+1, at);
  const std::size_t visible = scope_.visible.size();
  Branch branch;
  branch.sets_dot = sets_dot;
  const std::string_view context = sets_dot ? "with" : "if";
  Blocked body;
  do {
    Pipeline condition = pipeline(context, TokenKind::RightDelimiter);
    body = block();
    if (body.stop == Stop::EndOfText) fail(body.at, "unexpected EOF");
    branch.arms.push_back({std::move(condition), std::move(body.block)});
  } while (next_arm(body, sets_dot));
  if (body.stop == Stop::Else) branch.otherwise = block_until_end(context);
  scope_.visible.resize(visible);
  nest(-1, at);
  return {at, std::move(branch)};
}

/// After {{else: whether the same word follows, as in {{else if …}}.
bool Parser::next_arm(const Blocked& before, bool sets_dot) {
  if (before.stop != Stop::Else) return false;
  const TokenKind kind = peek_after_space().kind;
  if (kind == (sets_dot ? TokenKind::With : TokenKind::If)) {
    next();
    return true;
  }
  expect(TokenKind::RightDelimiter, "else");
  return false;
}

Statement Parser::loop(Offset at) {
  nest(+1, at);
  const std::size_t visible = scope_.visible.size();
  Loop loop;
  loop.range = pipeline("range", TokenKind::RightDelimiter);
  ++scope_.loops;
  Blocked body = block();
  --scope_.loops;
  if (body.stop == Stop::EndOfText) fail(body.at, "unexpected EOF");
  loop.body = std::move(body.block);
  if (body.stop == Stop::Else) {
    expect(TokenKind::RightDelimiter, "else");
    loop.otherwise = block_until_end("range");
  }
  scope_.visible.resize(visible);
  nest(-1, at);
  return {at, std::move(loop)};
}

Statement Parser::loop_control(const Token& token, bool is_break) {
  const std::string_view word = is_break ? "break" : "continue";
  expect(TokenKind::RightDelimiter, fmt::format("{{{{{}}}}}", word));
  if (scope_.loops == 0) {
    fail(token.offset, fmt::format("{{{{{}}}}} outside {{{{range}}}}", word));
  }
  if (is_break) return {token.offset, Break{}};
  return {token.offset, Continue{}};
}

Statement Parser::invocation() {
  const Offset at = peek_after_space().offset;
  Invocation invocation;
  invocation.name = template_name("template clause");
  if (next_after_space().kind != TokenKind::RightDelimiter) {
    back();
    invocation.data =
        std::make_unique<Pipeline>(pipeline("template clause", TokenKind::RightDelimiter));
  }
  return {at, std::move(invocation)};
}

/// {{block "name" data}} … {{end}} defines a template and executes it in place.
Statement Parser::inline_block(Offset at) {
  const Offset name_at = peek_after_space().offset;
  Invocation invocation;
  invocation.name = template_name("block clause");
  invocation.data = std::make_unique<Pipeline>(pipeline("block clause", TokenKind::RightDelimiter));
  Scope inner{{{"$", 0}}, 1, 0};
  std::swap(scope_, inner);
  nest(+1, at);
  Body body = block_until_end("block clause");
  nest(-1, at);
  std::swap(scope_, inner);
  define(invocation.name, std::move(body), inner.slots, at);
  return {name_at, std::move(invocation)};
}

void Parser::definition() {
  const Offset at = peek_after_space().offset;
  std::string name = template_name("define clause");
  expect(TokenKind::RightDelimiter, "define clause");
  Scope inner{{{"$", 0}}, 1, 0};
  std::swap(scope_, inner);
  nest(+1, at);
  Body body = block_until_end("define clause");
  nest(-1, at);
  std::swap(scope_, inner);
  define(std::move(name), std::move(body), inner.slots, at);
}

void Parser::define(std::string name, Body body, std::size_t slots, Offset at) {
  const auto known = parsed_.definitions.find(name);
  if (known != parsed_.definitions.end() && !is_blank(known->second.body)) {
    if (is_blank(body)) return;
    fail(at, fmt::format("template: multiple definition of template {}", quote(name)));
  }
  Definition definition{name, std::move(body), slots, &parsed_};
  parsed_.definitions.insert_or_assign(std::move(name), std::move(definition));
}

std::string Parser::template_name(std::string_view context) {
  const Token& token = next_after_space();
  if (token.kind != TokenKind::String && token.kind != TokenKind::RawString) {
    unexpected(token, context);
  }
  return string_constant(token);
}

void Parser::nest(int by, Offset at) {
  nesting_ += by;
  if (nesting_ > parsed_.limits.nesting) {
    fail(at, fmt::format("blocks and parentheses are nested more than {} deep",
                         parsed_.limits.nesting));
  }
}

const Token& Parser::next_after_space() {
  while (peek().kind == TokenKind::Space) next();
  return next();
}

const Token& Parser::peek_after_space() {
  while (peek().kind == TokenKind::Space) next();
  return peek();
}

const Token& Parser::expect(TokenKind kind, std::string_view context) {
  const Token& token = next_after_space();
  if (token.kind != kind) unexpected(token, context);
  return token;
}

void Parser::unexpected(const Token& token, std::string_view context) {
  if (token.kind == TokenKind::Error) fail(token.offset, tokens_.error);
  fail(token.offset, fmt::format("unexpected {} in {}", token.to_string(), context));
}

void Parser::fail(Offset at, const std::string& message) const {
  const Place place = place_of(parsed_.text, at);
  throw InvalidInput({{{parsed_.name, place.line, place.column + 1}, message}});
}

void parse_into(Template::Parsed& parsed, std::span<const std::string_view> variables) {
  if (parsed.text.size() > parsed.limits.source) {
    throw InvalidInput(
        {{{parsed.name, 1, 1},
          fmt::format("the template is longer than {} bytes", parsed.limits.source)}});
  }
  parsed.variables = variables.size();
  Parser(parsed, variables).run();
}

}  // namespace tocsin::tmpl
