#include "template/uses.h"

#include "model/overloaded.h"

namespace tocsin::tmpl {
namespace {

const std::string_view* constant_text(const Operand& operand) {
  const auto* literal = std::get_if<Literal>(&operand.what);
  return literal == nullptr ? nullptr : literal->value.text();
}

std::string_view function_of(const Command& command) {
  const auto* identifier = std::get_if<Identifier>(&command.operands.front().what);
  return identifier == nullptr ? std::string_view() : identifier->function->name;
}

class Walk {
 public:
  /// `is_main`: not the body of a definition, which sees nothing of what execute() is given.
  Walk(std::size_t predefined, bool is_main, Uses& uses)
      : predefined_(static_cast<int>(predefined)), is_main_(is_main), uses_(uses) {}

  /// `dot_known`: the dot is what execute() was given.
  void body(const Body& statements, bool dot_known) {
    for (const Statement& each : statements) statement(each, dot_known);
  }

 private:
  void statement(const Statement& statement, bool dot_known) {
    std::visit(Overloaded{
                   [&](const Action& action) { pipeline(action.pipeline, dot_known, false); },
                   [&](const Branch& branch) {
                     for (const Branch::Arm& arm : branch.arms) {
                       pipeline(arm.condition, dot_known, true);
                       body(arm.body, dot_known && !branch.sets_dot);
                     }
                     body(branch.otherwise, dot_known);
                   },
                   [&](const Loop& loop) {
                     pipeline(loop.range, dot_known, false);
                     body(loop.body, false);
                     body(loop.otherwise, dot_known);
                   },
                   [&](const Invocation& invocation) {
                     if (invocation.data != nullptr) pipeline(*invocation.data, dot_known, false);
                   },
                   [](const auto&) {},
               },
               statement.what);
  }

  void pipeline(const Pipeline& pipeline, bool dot_known, bool is_tested) {
    const Command* before = nullptr;
    for (const Command& each : pipeline.commands) {
      command(each, before, dot_known, is_tested);
      before = &each;
    }
  }

  void command(const Command& command, const Command* before, bool dot_known, bool is_tested) {
    const std::string_view function = function_of(command);
    if (!function.empty()) call(command, function, before);
    for (const Operand& each : command.operands) {
      std::vector<std::string_view> path = path_of(each, dot_known);
      if (function == "index" && &each == &command.operands[1]) add_keys(command, path);
      if (path.size() > 1) uses_.fields.push_back({std::move(path), each.at, is_tested});
      inside(each, dot_known, is_tested);
    }
  }

  void call(const Command& command, std::string_view function, const Command* before) {
    const Operand* argument = nullptr;
    if (command.operands.size() == 2 && before == nullptr) {
      argument = &command.operands[1];
    } else if (command.operands.size() == 1 && before != nullptr && before->operands.size() == 1) {
      argument = &before->operands.front();
    }
    if (argument == nullptr || constant_text(*argument) == nullptr) return;
    uses_.calls.push_back({function, *constant_text(*argument),
                           std::get<Literal>(argument->what).source, argument->at});
  }

  /// What operands have inside of them.
  void inside(const Operand& operand, bool dot_known, bool is_tested) {
    if (const auto* parentheses = std::get_if<Parentheses>(&operand.what)) {
      pipeline(*parentheses->pipeline, dot_known, is_tested);
    } else if (const auto* chain = std::get_if<Chain>(&operand.what)) {
      inside(*chain->inner, dot_known, is_tested);
    }
  }

  std::vector<std::string_view> path_of(const Operand& operand, bool dot_known) const {
    std::vector<std::string_view> path;
    const auto extend = [&path](std::string_view root, const auto& fields) {
      path.push_back(root);
      path.insert(path.end(), fields.begin(), fields.end());
    };
    if (const auto* fields = std::get_if<Fields>(&operand.what)) {
      if (dot_known) extend(".", fields->names);
    } else if (const auto* variable = std::get_if<Variable>(&operand.what)) {
      // Slot 0 is "$", the first ones are those that execute() is given.
      if (!is_main_ || variable->slot < 0 || variable->slot > predefined_) return path;
      extend(variable->slot == 0 ? "." : variable->name, variable->fields);
    }
    return path;
  }

  /// The constant keys behind `index value`; a key that is computed ends the path.
  static void add_keys(const Command& command, std::vector<std::string_view>& path) {
    if (path.empty()) return;
    for (std::size_t i = 2; i < command.operands.size(); ++i) {
      const std::string_view* key = constant_text(command.operands[i]);
      if (key == nullptr) return;
      path.push_back(*key);
    }
  }

  int predefined_;
  bool is_main_;
  Uses& uses_;
};

}  // namespace

Uses uses_of(const Template& parsed) {
  const Template::Parsed& tree = parsed.parsed();
  Uses uses;
  Walk(tree.variables, true, uses).body(tree.main.body, true);
  for (const auto& [name, definition] : tree.definitions) {
    Walk(tree.variables, false, uses).body(definition.body, false);
  }
  return uses;
}

Offset offset_in(const ConstantCall& call, std::size_t byte) {
  const bool is_raw = call.source.starts_with('`');
  std::size_t at = 1;  // behind the quote
  for (std::size_t i = 0; i < byte && at < call.source.size(); ++i) {
    at += !is_raw && call.source[at] == '\\' ? 2 : 1;
  }
  return call.at + static_cast<Offset>(at);
}

}  // namespace tocsin::tmpl
