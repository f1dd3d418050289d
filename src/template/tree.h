// The tree of a template. Text in it points into the template's own text (Template::Parsed::text).
//
// Variables are slots, resolved while parsing: every definition has a row of slots, number 0 is
// "$".
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "template/functions.h"
#include "template/limits.h"
#include "template/template.h"
#include "template/value.h"

namespace tocsin::tmpl {

struct Pipeline;
struct Operand;

/// Where a node starts, in bytes from the start of the template's text.
using Offset = std::uint32_t;

/// A variable that was not declared. Only executing it is an error, as in Go.
inline constexpr int kNoSlot = -1;

struct Dot {};
struct Nil {};
struct Number {
  bool is_integer = false;  ///< has an exact integer value, even if written 1e3
  bool is_float = false;
  bool prefers_float = false;  ///< what it is where any type will do
  std::int64_t integer = 0;
  double floating = 0;
  std::string_view source;
};
/// true, false, or a string; `source` is how it was written.
struct Literal {
  Value value;
  std::string_view source;
};
struct Variable {
  std::string_view name;  ///< with its $
  int slot = kNoSlot;
  std::vector<std::string_view> fields;
};
/// .A.B
struct Fields {
  std::vector<std::string_view> names;
};
/// Fields of what is neither the dot nor a variable: (pipeline).A.B
struct Chain {
  std::unique_ptr<Operand> inner;
  std::vector<std::string_view> fields;
};
struct Identifier {
  const Function* function;
};
struct Parentheses {
  std::unique_ptr<Pipeline> pipeline;
};

struct Operand {
  Offset at = 0;
  std::variant<Dot, Nil, Number, Literal, Variable, Fields, Chain, Identifier, Parentheses> what;
};

/// A function (or value) and its arguments.
struct Command {
  Offset at = 0;
  std::vector<Operand> operands;  ///< at least one
};

struct Declaration {
  std::string_view name;
  int slot = kNoSlot;
};

struct Pipeline {
  Offset at = 0;
  bool assigns = false;  ///< "=", not ":="
  std::vector<Declaration> variables;
  std::vector<Command> commands;  ///< at least one
};

struct Statement;
using Body = std::vector<Statement>;

struct PlainText {
  PlainText() = default;
  explicit PlainText(std::string_view given) : text(given) {}
  std::string_view text;
};
struct Action {
  Pipeline pipeline;
};
/// if or with, and the else ifs (else withs) that follow.
struct Branch {
  struct Arm {
    Pipeline condition;
    Body body;
  };
  bool sets_dot = false;  ///< with
  std::vector<Arm> arms;
  Body otherwise;
};
struct Loop {
  Pipeline range;
  Body body;
  Body otherwise;
};
/// {{template "name" pipeline}}
struct Invocation {
  std::string name;
  std::unique_ptr<Pipeline> data;  ///< null: nil
};
struct Break {};
struct Continue {};

struct Statement {
  Offset at = 0;
  std::variant<PlainText, Action, Branch, Loop, Invocation, Break, Continue> what;
};

struct Definition {
  std::string name;
  Body body;
  std::size_t slots = 1;
  const Template::Parsed* file = nullptr;  ///< where it stands
};

/// Nothing but blank text: such a definition gives way to another one of the same name.
bool is_blank(const Body& block);

struct Template::Parsed {
  std::string text;
  std::string name;
  Functions functions;
  Limits limits;
  std::size_t variables = 0;  ///< predefined ones: slots 1 … of main
  bool is_literal = false;
  bool is_pure = true;
  Definition main;  ///< has no name of its own
  std::map<std::string, Definition, std::less<>> definitions;
  std::shared_ptr<const Library> library;  ///< more definitions; may be null

  /// Its own definition, else the library's, else null.
  const Definition* find(std::string_view wanted) const;
};

/// Fills `parsed` from its text, name, functions and limits. Throws InvalidInput.
void parse_into(Template::Parsed& parsed, std::span<const std::string_view> variables);

/// As Go prints nodes in messages. print(parse(print(x))) == print(x).
std::string to_string(const Operand& operand);
std::string to_string(const Command& command);
std::string to_string(const Pipeline& pipeline);
std::string to_string(const Invocation& invocation);
std::string to_string(const Body& block);

/// Line from 1, column in bytes from 0.
struct Place {
  int line = 1;
  int column = 0;
};
Place place_of(std::string_view text, Offset at);

}  // namespace tocsin::tmpl
