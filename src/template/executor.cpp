#include "template/executor.h"

#include <utility>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "template/print_value.h"

namespace tocsin::tmpl {

std::string Executor::run(const Value& data, std::span<const Value> variables) {
  current_ = &parsed_.main;
  frame_.assign(parsed_.main.slots, Value());
  frame_[0] = data;
  std::copy(variables.begin(), variables.end(), frame_.begin() + 1);
  walk(parsed_.main.body, data);
  return std::move(out_);
}

Executor::Flow Executor::walk(const Body& block, const Value& dot) {
  for (const Statement& statement : block) {
    spend(1);
    const Flow flow = walk(statement, dot);
    if (flow != Flow::On) return flow;
  }
  return Flow::On;
}

Executor::Flow Executor::walk(const Statement& statement, const Value& dot) {
  return std::visit(Overloaded{
                        [&](const PlainText& text) {
                          walk_text(statement, text);
                          return Flow::On;
                        },
                        [&](const Action& action) {
                          walk_action(statement, action, dot);
                          return Flow::On;
                        },
                        [&](const Branch& branch) { return walk_branch(branch, dot); },
                        [&](const Loop& loop) { return walk_loop(loop, dot); },
                        [&](const Invocation& invocation) {
                          walk_invocation(statement, invocation, dot);
                          return Flow::On;
                        },
                        [](const Break&) { return Flow::Break; },
                        [](const Continue&) { return Flow::Continue; },
                    },
                    statement.what);
}

void Executor::walk_text(const Statement& statement, const PlainText& text) {
  if (instance_ != nullptr) {
    const auto edited = instance_->texts.find(&statement);
    if (edited != instance_->texts.end()) return print(edited->second);
  }
  print(text.text);
}

/// The value goes through the escapers of its place.
void Executor::walk_escaped(const html::Plan& plan, const Pipeline& pipeline, const Value& dot) {
  Value value;
  if (plan.joins) {
    const Command& last = pipeline.commands.back();
    const auto& function = *std::get<Identifier>(last.operands.front().what).function;
    const std::vector<Value> values = arguments(last, function, Input{dot}, 0);
    value = values.size() == 1 && values[0].type() == "string" ? values[0] : Value(sprint(values));
  } else {
    value = evaluate_commands(std::span(pipeline.commands).first(plan.commands), dot);
  }
  for (const html::Escaper escaper : plan.escapers) value = html::escape(escaper, value);
  print_value(value);
}

void Executor::walk_action(const Statement& statement, const Action& action, const Value& dot) {
  if (instance_ != nullptr && action.pipeline.variables.empty()) {
    return walk_escaped(instance_->plans.at(&statement), action.pipeline, dot);
  }
  const Value value = evaluate(action.pipeline, dot);
  if (action.pipeline.variables.empty()) print_value(value);
}

void Executor::print_value(const Value& value) {
  if (const auto* text = value.text()) {
    print(*text);
  } else {
    print(value.is_nil() ? "<no value>" : tmpl::print(value));
  }
}

Executor::Flow Executor::walk_branch(const Branch& branch, const Value& dot) {
  for (const Branch::Arm& arm : branch.arms) {
    const Value value = evaluate(arm.condition, dot);
    if (!value.truth()) continue;
    enter({arm.condition.at});
    const Flow flow = walk(arm.body, branch.sets_dot ? value : dot);
    leave();
    return flow;
  }
  return walk(branch.otherwise, dot);
}

std::vector<std::pair<Value, Value>> Executor::elements(const Loop& loop, const Value& collection) {
  std::vector<std::pair<Value, Value>> all;
  if (collection.is_nil()) return all;
  if (const List* list = collection.list()) {
    for (const Value& item : list->items) {
      all.emplace_back(static_cast<std::int64_t>(all.size()), item);
    }
  } else if (const Map* map = collection.map()) {
    for (const auto& [key, value] : map->entries) all.emplace_back(key, value);
  } else if (const auto* labels = collection.get_if<LabelMap>()) {
    for (const LabelView& label : *labels->labels) all.emplace_back(label.name, label.value);
  } else {
    fail({loop.range.at, nullptr, nullptr, &loop.range},
         fmt::format("range can't iterate over {}", tmpl::print(collection)));
  }
  return all;
}

Executor::Flow Executor::walk_loop(const Loop& loop, const Value& dot) {
  const Value collection = evaluate(loop.range, dot);
  const auto* count = collection.get_if<std::int64_t>();
  bool any = false;
  Flow flow = Flow::On;
  enter({loop.range.at});
  if (count != nullptr) {
    for (std::int64_t i = 0; i < *count && flow != Flow::Break; ++i) {
      any = true;
      flow = walk_element(loop, i, i);
    }
  } else {
    for (const auto& [index, element] : elements(loop, collection)) {
      any = true;
      flow = walk_element(loop, index, element);
      if (flow == Flow::Break) break;
    }
  }
  leave();
  return any ? Flow::On : walk(loop.otherwise, dot);
}

Executor::Flow Executor::walk_element(const Loop& loop, const Value& index, const Value& element) {
  spend(1);
  const std::vector<Declaration>& variables = loop.range.variables;
  if (variables.size() == 1) assign(variables[0], element);
  if (variables.size() == 2) {
    assign(variables[0], index);
    assign(variables[1], element);
  }
  return walk(loop.body, element);
}

void Executor::walk_invocation(const Statement& statement, const Invocation& invocation,
                               const Value& dot) {
  const At at{statement.at, nullptr, nullptr, nullptr, &invocation};
  const Definition* found = parsed_.find(invocation.name);
  if (found == nullptr) {
    fail(at, fmt::format("template {} not defined", quote(invocation.name)));
  }
  const Value data = invocation.data ? evaluate(*invocation.data, dot) : Value();
  std::vector<Value> frame(found->slots);
  frame[0] = data;
  std::swap(frame, frame_);
  enter(at);
  const Definition* caller = std::exchange(current_, found);
  const html::Instance* calling = instance_;
  if (calling != nullptr) instance_ = calling->calls.at(&statement);
  walk(found->body, data);
  current_ = caller;
  instance_ = calling;
  leave();
  std::swap(frame, frame_);
}

/// The main text has the name of its file.
std::string_view Executor::name() const {
  return current_->name.empty() ? current_->file->name : current_->name;
}

void Executor::print(std::string_view text) {
  spend(text.size() / 64);
  if (out_.size() + text.size() > parsed_.limits.output) {
    throw Error(fmt::format("template: {}: the text is longer than {} bytes", name(),
                            parsed_.limits.output));
  }
  out_ += text;
}

void Executor::spend(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ > parsed_.limits.steps) {
    throw Error(fmt::format("template: {}: gave up after {} steps", name(), parsed_.limits.steps));
  }
}

void Executor::enter(const At& at) {
  if (++depth_ <= kMaxExecutionDepth) return;
  fail(at, fmt::format("exceeded maximum template depth ({})", kMaxExecutionDepth));
}

std::string Executor::describe(const At& at, const std::string& message) const {
  std::string context;
  if (at.operand != nullptr) context = to_string(*at.operand);
  if (at.command != nullptr) context = to_string(*at.command);
  if (at.pipeline != nullptr) context = to_string(*at.pipeline);
  if (at.invocation != nullptr) context = to_string(*at.invocation);
  constexpr std::size_t kShown = 20;
  if (count_runes(context) > kShown) context = truncate_runes(context, kShown + 1);
  const Template::Parsed& file = *current_->file;
  const Place place = place_of(file.text, at.offset);
  return fmt::format("template: {}:{}:{}: executing {} at <{}>: {}", file.name, place.line,
                     place.column, quote(name()), context, message);
}

void Executor::fail(const At& at, const std::string& message) const {
  throw Error(describe(at, message));
}

}  // namespace tocsin::tmpl
