#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "template/tree.h"

namespace tocsin::tmpl {
namespace {

void append_fields(std::string& out, const std::vector<std::string_view>& fields) {
  for (const std::string_view field : fields) {
    out += '.';
    out += field;
  }
}

struct OperandPrinter {
  std::string& out;

  void operator()(const Dot&) const { out += '.'; }
  void operator()(const Nil&) const { out += "nil"; }
  void operator()(const Number& number) const { out += number.source; }
  void operator()(const Literal& literal) const { out += literal.source; }
  void operator()(const Variable& variable) const {
    out += variable.name;
    append_fields(out, variable.fields);
  }
  void operator()(const Fields& fields) const { append_fields(out, fields.names); }
  void operator()(const Chain& chain) const {
    out += to_string(*chain.inner);
    append_fields(out, chain.fields);
  }
  void operator()(const Identifier& identifier) const { out += identifier.function->name; }
  void operator()(const Parentheses& parentheses) const {
    out += '(' + to_string(*parentheses.pipeline) + ')';
  }
};

struct StatementPrinter {
  std::string& out;

  void operator()(const PlainText& text) const { out += text.text; }
  void operator()(const Action& action) const {
    out += fmt::format("{{{{{}}}}}", to_string(action.pipeline));
  }
  void operator()(const Branch& branch) const {
    const std::string_view word = branch.sets_dot ? "with" : "if";
    std::string_view before;
    for (const Branch::Arm& arm : branch.arms) {
      out += fmt::format("{{{{{}{} {}}}}}", before, word, to_string(arm.condition));
      out += to_string(arm.body);
      before = "else ";
    }
    print_else(branch.otherwise);
  }
  void operator()(const Loop& loop) const {
    out += fmt::format("{{{{range {}}}}}", to_string(loop.range));
    out += to_string(loop.body);
    print_else(loop.otherwise);
  }
  void operator()(const Invocation& invocation) const { out += to_string(invocation); }
  void operator()(const Break&) const { out += "{{break}}"; }
  void operator()(const Continue&) const { out += "{{continue}}"; }

  void print_else(const Body& otherwise) const {
    if (!otherwise.empty()) out += "{{else}}" + to_string(otherwise);
    out += "{{end}}";
  }
};

}  // namespace

std::string to_string(const Operand& operand) {
  std::string out;
  std::visit(OperandPrinter{out}, operand.what);
  return out;
}

std::string to_string(const Command& command) {
  std::string out;
  for (const Operand& operand : command.operands) {
    if (!out.empty()) out += ' ';
    out += to_string(operand);
  }
  return out;
}

std::string to_string(const Pipeline& pipeline) {
  std::string out;
  for (const Declaration& variable : pipeline.variables) {
    if (!out.empty()) out += ", ";
    out += variable.name;
  }
  if (!out.empty()) out += pipeline.assigns ? " = " : " := ";
  bool first = true;
  for (const Command& command : pipeline.commands) {
    if (!first) out += " | ";
    out += to_string(command);
    first = false;
  }
  return out;
}

std::string to_string(const Invocation& invocation) {
  const std::string data = invocation.data ? " " + to_string(*invocation.data) : "";
  return fmt::format("{{{{template {}{}}}}}", quote(invocation.name), data);
}

std::string to_string(const Body& block) {
  std::string out;
  for (const Statement& statement : block) std::visit(StatementPrinter{out}, statement.what);
  return out;
}

Place place_of(std::string_view text, Offset at) {
  const std::string_view before = text.substr(0, at);
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  const std::size_t last = before.rfind('\n');
  const std::size_t column = last == std::string_view::npos ? at : at - last - 1;
  return {static_cast<int>(newlines) + 1, static_cast<int>(column)};
}

}  // namespace tocsin::tmpl
