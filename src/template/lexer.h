// Splits the text of a template into tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::tmpl {

enum class TokenKind {
  Error,  ///< the lexer could not go on; always the last token
  Bool,
  Character,          ///< a printable ASCII character that is nothing else, such as a comma
  CharacterConstant,  ///< with its quotes
  Assign,             ///< =
  Declare,            ///< :=
  EndOfText,
  Field,  ///< .name
  Identifier,
  LeftDelimiter,
  LeftParenthesis,
  Number,
  Pipe,
  RawString,  ///< with its back quotes
  RightDelimiter,
  RightParenthesis,
  Space,
  String,  ///< with its quotes
  Text,    ///< what stands outside of actions, trimmed where a marker says so
  Variable,
  // Keywords from here on.
  Dot,
  Block,
  Break,
  Continue,
  Define,
  Else,
  End,
  If,
  Nil,
  Range,
  Template,
  With,
};

struct Token {
  TokenKind kind;
  std::uint32_t offset;   ///< in bytes from the start of the text
  std::string_view text;  ///< into the lexed text; empty for Error

  /// How messages name it: "EOF", <end>, "\"abc\"", cut after ten characters.
  std::string to_string() const;
};

struct Tokens {
  std::vector<Token> tokens;  ///< ends with EndOfText or Error
  std::string error;          ///< the message of the Error token
};

/// `text` has to outlive the tokens. Comments are dropped.
Tokens lex(std::string_view text);

}  // namespace tocsin::tmpl
