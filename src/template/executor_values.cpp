#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "template/executor.h"

namespace tocsin::tmpl {
namespace {

Value number_value(const Number& number) {
  if (number.is_integer && !number.prefers_float) return number.integer;
  return number.floating;
}

/// Constants take the type that the parameter wants, where they fit it.
Value typed_number(const Number& number, std::string_view wanted) {
  if (wanted == "float64") return number.floating;
  if (wanted == "time.Duration" && number.is_integer) {
    return std::chrono::nanoseconds(number.integer);
  }
  return number_value(number);
}

bool is_method_call(const Command* command, const Value* last) {
  return (command != nullptr && command->operands.size() > 1) || last != nullptr;
}

}  // namespace

Value Executor::evaluate(const Pipeline& pipeline, const Value& dot) {
  Value value = evaluate_commands(pipeline.commands, dot);
  // In a loop's head the variables get the elements, not the collection.
  const bool single = pipeline.variables.size() == 1;
  if (single) assign(pipeline.variables.front(), value);
  return value;
}

Value Executor::evaluate_commands(std::span<const Command> commands, const Value& dot) {
  Value value;
  const Value* last = nullptr;
  for (const Command& command : commands) {
    value = evaluate(command, Input{dot, last});
    last = &value;
  }
  return value;
}

Value Executor::evaluate(const Command& command, const Input& input) {
  spend(1);
  const Operand& first = command.operands.front();
  const At at{first.at, &first};
  if (const auto* identifier = std::get_if<Identifier>(&first.what)) {
    return evaluate_call(command, *identifier->function, input);
  }
  if (const auto* fields = std::get_if<Fields>(&first.what)) {
    return field_chain(input.dot, fields->names, &command, input, at);
  }
  if (const auto* chain = std::get_if<Chain>(&first.what)) {
    if (std::holds_alternative<Nil>(chain->inner->what)) {
      fail(at, fmt::format("indirection through explicit nil in {}", to_string(first)));
    }
    return field_chain(evaluate_alone(*chain->inner, input.dot), chain->fields, &command, input,
                       at);
  }
  const auto* known = std::get_if<Variable>(&first.what);
  if (known != nullptr && !known->fields.empty()) {
    return field_chain(variable(known->slot), known->fields, &command, input, at);
  }
  if (is_method_call(&command, input.last)) {
    fail(at, fmt::format("can't give argument to non-function {}", to_string(first)));
  }
  if (std::holds_alternative<Nil>(first.what)) fail(at, "nil is not a command");
  return evaluate_alone(first, input.dot);
}

/// An operand that gets no arguments.
Value Executor::evaluate_alone(const Operand& operand, const Value& dot) {
  const At at{operand.at, &operand};
  const Input input{dot};
  return std::visit(
      Overloaded{
          [&](const Dot&) { return dot; },
          [](const Nil&) { return Value(); },
          [](const Number& number) { return number_value(number); },
          [](const Literal& literal) { return literal.value; },
          [&](const Variable& known) {
            return field_chain(variable(known.slot), known.fields, nullptr, input, at);
          },
          [&](const Fields& fields) { return field_chain(dot, fields.names, nullptr, input, at); },
          [&](const Chain& chain) {
            return field_chain(evaluate_alone(*chain.inner, dot), chain.fields, nullptr, input, at);
          },
          [&](const Identifier& identifier) {
            Command alone;
            alone.at = operand.at;
            alone.operands.push_back({operand.at, identifier});
            return evaluate_call(alone, *identifier.function, input);
          },
          [&](const Parentheses& parentheses) {
            enter(at);
            Value value = evaluate(*parentheses.pipeline, dot);
            leave();
            return value;
          },
      },
      operand.what);
}

Value Executor::field_chain(Value value, std::span<const std::string_view> names,
                            const Command* command, const Input& input, const At& at) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    const Command* called = is_last ? command : nullptr;
    const Input given{input.dot, is_last ? input.last : nullptr};
    if (const Function* function = parsed_.functions.method(value.type(), names[i])) {
      value = method(*function, value, called, given, at);
      continue;
    }
    if (value.is_nil()) {
      if (i > 0) fail(at, fmt::format("nil pointer evaluating interface {{}}.{}", names[i]));
      return {};
    }
    if (is_method_call(called, given.last)) {
      const bool is_map = value.map() != nullptr || value.get_if<LabelMap>() != nullptr;
      fail(at,
           std::string(names[i]) + (is_map ? " is not a method but has arguments"
                                           : " has arguments but cannot be invoked as function"));
    }
    value = field(value, names[i], at);
  }
  return value;
}

Value Executor::field(const Value& value, std::string_view name, const At& at) {
  if (const auto* labels = value.get_if<LabelMap>()) {
    // The text lives in the label set, which the caller keeps for the whole execution.
    return Text{labels->labels->get(name), labels->labels};
  }
  if (const Map* map = value.map()) {
    const Value* found = map->find(name);
    return found == nullptr ? Value() : *found;
  }
  if (const Object* object = value.object()) {
    if (const Value* found = object->find(name)) return *found;
  }
  fail(at, fmt::format("can't evaluate field {} in type {}", name, value.type()));
}

Value Executor::method(const Function& function, const Value& receiver, const Command* command,
                       const Input& input, const At& at) {
  std::vector<Value> values{receiver};
  if (command != nullptr) {
    for (Value& value : arguments(*command, function, input, 1)) values.push_back(std::move(value));
  } else if (function.params.size() != 1) {
    fail(at, fmt::format("wrong number of args for {}: want {} got 0", function.name,
                         function.params.size() - 1));
  }
  return invoke(function, values, at);
}

Value Executor::evaluate_call(const Command& command, const Function& function,
                              const Input& input) {
  if (function.evaluation != Evaluation::Call) return evaluate_logic(command, function, input);
  const std::vector<Value> values = arguments(command, function, input, 0);
  return invoke(function, values, {command.at, nullptr, &command});
}

/// and, or: the first value that decides, or the last one; what comes after it is not looked at.
Value Executor::evaluate_logic(const Command& command, const Function& function,
                               const Input& input) {
  const bool stops_at = function.evaluation == Evaluation::Or;
  if (command.operands.size() == 1 && input.last == nullptr) {
    fail({command.at, &command.operands.front()},
         fmt::format("wrong number of args for {}: want at least 1 got 0", function.name));
  }
  Value value;
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    value = evaluate_alone(command.operands[i], input.dot);
    if (value.truth() == stops_at) return value;
  }
  return input.last == nullptr ? value : *input.last;
}

Value Executor::invoke(const Function& function, std::span<const Value> arguments, const At& at) {
  spend(function.cost);
  try {
    Value result = function.body(arguments, environment_);
    if (const auto* text = result.text()) spend(text->size() / 64);
    return result;
  } catch (const Error& error) {
    throw FunctionFailed(
        describe(at, fmt::format("error calling {}: {}", function.name, error.what())),
        std::string(function.name));
  }
}

/// The arguments after the first operand, and the one that came down the pipeline. The parameters
/// before `first_parameter` are given otherwise.
std::vector<Value> Executor::arguments(const Command& command, const Function& function,
                                       const Input& input, std::size_t first_parameter) {
  const Operand& called = command.operands.front();
  const At at{called.at, &called};
  const std::size_t given = command.operands.size() - 1 + (input.last != nullptr ? 1 : 0);
  const std::size_t wanted = function.params.size() - first_parameter;
  const std::size_t least = function.variadic ? wanted - 1 : wanted;
  if (given < least || (given > wanted && !function.variadic)) {
    fail(at, fmt::format("wrong number of args for {}: want {}{} got {}", function.name,
                         function.variadic ? "at least " : "", least, given));
  }
  const auto type_of = [&](std::size_t i) {
    return function.params[std::min(first_parameter + i, function.params.size() - 1)];
  };
  std::vector<Value> values;
  values.reserve(given);
  for (std::size_t i = 1; i < command.operands.size(); ++i) {
    const Operand& operand = command.operands[i];
    const std::string_view wanted_type = type_of(i - 1);
    const auto* number = std::get_if<Number>(&operand.what);
    Value value =
        number != nullptr ? typed_number(*number, wanted_type) : evaluate_alone(operand, input.dot);
    check_type(value, &operand, wanted_type, {operand.at, &operand});
    values.push_back(std::move(value));
  }
  if (input.last != nullptr) {
    check_type(*input.last, nullptr, type_of(given - 1), at);
    values.push_back(*input.last);
  }
  return values;
}

void Executor::check_type(const Value& value, const Operand* operand, std::string_view wanted,
                          const At& at) const {
  if (wanted == kAny || value.type() == wanted) return;
  const bool is_constant = operand != nullptr && (std::holds_alternative<Number>(operand->what) ||
                                                  std::holds_alternative<Literal>(operand->what));
  if (is_constant) {
    const std::string_view kind = wanted == "float64" ? "float"
                                  : wanted == "int"   ? "integer"
                                                      : wanted;
    const bool has_name =
        kind == "float" || kind == "integer" || kind == "string" || kind == "bool";
    if (has_name) fail(at, fmt::format("expected {}; found {}", kind, to_string(*operand)));
    fail(at, fmt::format("can't handle {} for arg of type {}", to_string(*operand), wanted));
  }
  if (value.is_nil()) fail(at, fmt::format("invalid value; expected {}", wanted));
  fail(at, fmt::format("wrong type for value; expected {}; got {}", wanted, value.type()));
}

}  // namespace tocsin::tmpl
