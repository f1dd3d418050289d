#include "template/executor.h"

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "template/print_value.h"

namespace tocsin::tmpl {

std::string Executor::run(const Value& data, std::span<const Value> variables) {
  name_ = parsed_.name;
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
                          print(text.text);
                          return Flow::On;
                        },
                        [&](const Action& action) {
                          walk_action(action, dot);
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

void Executor::walk_action(const Action& action, const Value& dot) {
  const Value value = evaluate(action.pipeline, dot);
  if (!action.pipeline.variables.empty()) return;
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
    for (const Label& label : *labels->labels) all.emplace_back(label.name, label.value);
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
  const auto found = parsed_.definitions.find(invocation.name);
  if (found == parsed_.definitions.end()) {
    fail(at, fmt::format("template {} not defined", quote(invocation.name)));
  }
  const Value data = invocation.data ? evaluate(*invocation.data, dot) : Value();
  const Definition& definition = found->second;
  std::vector<Value> frame(definition.slots);
  frame[0] = data;
  std::swap(frame, frame_);
  const std::string_view caller = std::exchange(name_, definition.name);
  enter(at);
  walk(definition.body, data);
  leave();
  name_ = caller;
  std::swap(frame, frame_);
}

void Executor::print(std::string_view text) {
  spend(text.size() / 64);
  if (out_.size() + text.size() > parsed_.limits.output) {
    throw Error(fmt::format("template: {}: the text is longer than {} bytes", name_,
                            parsed_.limits.output));
  }
  out_ += text;
}

void Executor::spend(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ > parsed_.limits.steps) {
    throw Error(fmt::format("template: {}: gave up after {} steps", name_, parsed_.limits.steps));
  }
}

void Executor::enter(const At& at) {
  if (++depth_ <= kMaxExecutionDepth) return;
  fail(at, fmt::format("exceeded maximum template depth ({})", kMaxExecutionDepth));
}

void Executor::fail(const At& at, const std::string& message) const {
  std::string context;
  if (at.operand != nullptr) context = to_string(*at.operand);
  if (at.command != nullptr) context = to_string(*at.command);
  if (at.pipeline != nullptr) context = to_string(*at.pipeline);
  if (at.invocation != nullptr) context = to_string(*at.invocation);
  constexpr std::size_t kShown = 20;
  if (count_runes(context) > kShown) context = truncate_runes(context, kShown + 1);
  const Place place = place_of(parsed_.text, at.offset);
  throw Error(fmt::format("template: {}:{}:{}: executing {} at <{}>: {}", parsed_.name, place.line,
                          place.column, quote(name_), context, message));
}

}  // namespace tocsin::tmpl
