#include "series/embedded_source.h"

#include <bit>

#include <fmt/format.h>

#include "query/rule_answer.h"

namespace tocsin::series {
namespace {

/// Of trees that are kept, as estimated here: ten thousand plain ones.
constexpr std::size_t kMostTreeBytes = std::size_t{32} << 20;
/// Answers of more samples are computed for each rule.
constexpr std::size_t kMostShared = 1'000;

/// As rules in configurations are parsed.
constexpr query::ParseOptions kSyntax{.experimental = true};

/// Roughly. Regular expressions take the most, with what they remember while they match.
std::size_t memory_of(const query::Expr& expr) {
  constexpr std::size_t kNode = 350;
  constexpr std::size_t kMatcher = 150;
  constexpr std::size_t kRegex = 2'000;
  constexpr std::size_t kInstruction = 60;
  std::size_t out = kNode;
  if (const auto* selector = expr.as<query::VectorSelector>()) {
    for (const Matcher& matcher : selector->matchers) {
      out += kMatcher;
      if (matcher.is_regex()) out += kRegex + kInstruction * matcher.program_size();
    }
  }
  query::for_each_child(expr, [&out](const query::Expr& child) { out += memory_of(child); });
  return out;
}

bool is_small(const query::Answer& answer) {
  const auto* samples = std::get_if<query::Samples>(&answer);
  return samples == nullptr || samples->size() <= kMostShared;
}

}  // namespace

EmbeddedSource::EmbeddedSource(Store& store, query::EngineSettings engine)
    : store_(store), engine_(engine) {
  engine_.shared = &shared_;
}

void EmbeddedSource::expect(const std::vector<std::string>& expressions) {
  known_.clear();
  std::vector<const query::Expr*> trees;
  std::size_t bytes = 0;
  for (const std::string& expression : expressions) {
    Known& known = known_[expression];
    if (++known.rules > 1 || bytes >= kMostTreeBytes) continue;
    known.tree = query::parse_expression(expression, kSyntax);
    if (known.tree.expr == nullptr) continue;
    bytes += memory_of(*known.tree.expr);
    known.metrics = query::metrics_of(*known.tree.expr);
    trees.push_back(known.tree.expr.get());
  }
  shared_.plan(trees);
}

query::Answer EmbeddedSource::evaluate(const query::Parsed& tree, const std::string& expression,
                                       Timestamp at) {
  return query::answer_rule(tree, expression, at, store_, engine_);
}

query::Answer EmbeddedSource::answer(Known* known, const std::string& expression, Timestamp at) {
  if (known == nullptr || known->tree.expr == nullptr) {
    return evaluate(query::parse_expression(expression, kSyntax), expression, at);
  }
  if (known->rules < 2) return evaluate(known->tree, expression, at);
  const bool is_fresh =
      known->answer && known->at == at && !writes_.touched(known->metrics, known->writes);
  if (is_fresh) return *known->answer;
  const std::uint64_t writes = writes_.count();
  query::Answer computed = evaluate(known->tree, expression, at);
  if (is_small(computed)) {
    known->at = at;
    known->writes = writes;
    known->answer = computed;
  } else {
    known->answer.reset();
  }
  return computed;
}

void EmbeddedSource::instant(const std::string& expression, Timestamp at,
                             std::function<void(query::Answer)> done) {
  shared_.begin(at);
  const auto known = known_.find(expression);
  done(answer(known == known_.end() ? nullptr : &known->second, expression, at));
}

void EmbeddedSource::write(std::span<const query::Sample> samples,
                           std::function<void(std::string)> done) {
  std::string problem;
  if (!samples.empty()) {
    Store::Batch batch = store_.batch(samples.front().at);
    for (const query::Sample& sample : samples) {
      const Outcome outcome = batch.add(sample.labels, sample.at, sample.value);
      // The end of a series that another rule goes on with is none.
      const bool is_end = std::bit_cast<std::uint64_t>(sample.value) == query::kStaleBits;
      const std::string_view refused = to_string(outcome);
      if (!refused.empty() && !is_end && problem.empty()) {
        problem = fmt::format("{}: {}", sample.labels.to_string(), refused);
      }
    }
  }
  for (const query::Sample& sample : samples) {
    const std::string_view metric = sample.labels.get(kMetricName);
    writes_.note(metric);
    shared_.wrote(metric);
  }
  done(std::move(problem));
}

}  // namespace tocsin::series
