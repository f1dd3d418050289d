#include "query/rule_answer.h"

#include <utility>

#include "model/overloaded.h"

namespace tocsin::query {
namespace {

Answer answer_of(Evaluated evaluated) {
  return std::visit(
      Overloaded{[](const Number& number) -> Answer {
                   return Samples{{{}, number.at, number.value}};
                 },
                 [](Samples& samples) -> Answer { return std::move(samples); },
                 [](const Text&) -> Answer {
                   return Failure{"the result is a string, not a vector or scalar"};
                 },
                 [](const Matrix&) -> Answer {
                   return Failure{"the result is a range vector, not a vector or scalar"};
                 }},
      evaluated.value);
}

}  // namespace

Answer answer_rule(const Parsed& tree, const std::string& expression, Timestamp at,
                   const Storage& storage, const EngineSettings& settings) {
  if (tree.expr == nullptr) {
    return Failure{tree.errors.empty() ? "the expression is empty"
                                       : to_string(tree.errors.front(), expression)};
  }
  try {
    return answer_of(evaluate_instant(*tree.expr, expression, at, storage, settings));
  } catch (const Error& error) {
    return Failure{error.what()};
  }
}

}  // namespace tocsin::query
