// Walks the tree of a template. Inside of the floor: template/template.h is how it is used.
//
// Source of the semantics and messages: Go's text/template exec.go, with missingkey=zero.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "template/html/escaping.h"
#include "template/tree.h"

namespace tocsin::tmpl {

/// One execution.
class Executor {
 public:
  /// `instance`: how to make it safe HTML; null for text.
  Executor(const Template::Parsed& parsed, const Environment& environment,
           const html::Instance* instance = nullptr)
      : parsed_(parsed), environment_(environment), instance_(instance) {}

  std::string run(const Value& data, std::span<const Value> variables);

 private:
  /// How a block was left.
  enum class Flow { On, Break, Continue };
  /// A node, for messages. The text is made only when something fails.
  struct At {
    Offset offset;
    const Operand* operand = nullptr;
    const Command* command = nullptr;
    const Pipeline* pipeline = nullptr;
    const Invocation* invocation = nullptr;
  };
  /// The dot, and what came down the pipeline to be the last argument (null: nothing did).
  struct Input {
    const Value& dot;
    const Value* last = nullptr;
  };

  // executor.cpp: statements
  Flow walk(const Body& block, const Value& dot);
  Flow walk(const Statement& statement, const Value& dot);
  void walk_text(const Statement& statement, const PlainText& text);
  void walk_action(const Statement& statement, const Action& action, const Value& dot);
  void walk_escaped(const html::Plan& plan, const Pipeline& pipeline, const Value& dot);
  Flow walk_branch(const Branch& branch, const Value& dot);
  Flow walk_loop(const Loop& loop, const Value& dot);
  Flow walk_element(const Loop& loop, const Value& index, const Value& element);
  void walk_invocation(const Statement& statement, const Invocation& invocation, const Value& dot);
  std::vector<std::pair<Value, Value>> elements(const Loop& loop, const Value& collection);

  // executor_values.cpp: what stands in an action
  Value evaluate(const Pipeline& pipeline, const Value& dot);
  Value evaluate_commands(std::span<const Command> commands, const Value& dot);
  Value evaluate(const Command& command, const Input& input);
  Value evaluate_alone(const Operand& operand, const Value& dot);
  Value evaluate_call(const Command& command, const Function& function, const Input& input);
  Value evaluate_logic(const Command& command, const Function& function, const Input& input);
  Value invoke(const Function& function, std::span<const Value> arguments, const At& at);
  Value field_chain(Value value, std::span<const std::string_view> names, const Command* command,
                    const Input& input, const At& at);
  Value field(const Value& value, std::string_view name, const At& at);
  Value method(const Function& function, const Value& receiver, const Command* command,
               const Input& input, const At& at);
  std::vector<Value> arguments(const Command& command, const Function& function, const Input& input,
                               std::size_t first_parameter);
  void check_type(const Value& value, const Operand* operand, std::string_view wanted,
                  const At& at) const;

  Value& variable(int slot) { return frame_[static_cast<std::size_t>(slot)]; }
  void assign(const Declaration& declaration, Value value) {
    variable(declaration.slot) = std::move(value);
  }
  std::string_view name() const;
  void print(std::string_view text);
  void print_value(const Value& value);
  void spend(std::uint64_t steps);
  void enter(const At& at);
  void leave() { --depth_; }
  std::string describe(const At& at, const std::string& message) const;
  [[noreturn]] void fail(const At& at, const std::string& message) const;

  const Template::Parsed& parsed_;
  const Environment& environment_;
  const html::Instance* instance_;       ///< of what is being executed; null: not HTML
  const Definition* current_ = nullptr;  ///< what is being executed
  std::vector<Value> frame_;
  std::string out_;
  std::uint64_t steps_ = 0;
  int depth_ = 0;
};

}  // namespace tocsin::tmpl
