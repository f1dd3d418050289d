// label_replace and label_join.
#include <fmt/format.h>
#include <re2/re2.h>

#include "model/expand.h"
#include "model/text.h"
#include "query/engine/calls.h"

namespace tocsin::query {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// The same series with another value of one label.
Identity with_label(Context& context, const Identity& identity, std::string_view name,
                    std::string_view value) {
  Labels labels = identity.copy();
  if (value.empty()) {
    labels.erase(name);
  } else {
    labels.set(name, value);
  }
  const bool drops_name = identity.drops_name && name != kMetricName;
  return {context.keep(std::move(labels)), false, drops_name};
}

void check_label_name(std::string_view name, std::string_view what) {
  if (name.empty() || !is_utf8(name)) throw EvaluationError(fmt::format("{}: {}", what, name));
}

}  // namespace

Frame label_replace(Evaluation& evaluation, const Call& call) {
  const auto text = [&](std::size_t i) { return evaluation.text(*call.arguments[i]); };
  const std::string name = text(1);
  const std::string replacement = text(2);
  const std::string source = text(3);
  const std::string pattern = text(4);
  const RE2 regex("^(?s:" + pattern + ")$", RE2::Quiet);
  if (!regex.ok()) {
    throw EvaluationError(
        fmt::format("invalid regular expression in label_replace(): {}", pattern));
  }
  check_label_name(name, "invalid destination label name in label_replace()");

  Frame frame = evaluation.vector(*call.arguments[0]);
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) +
                                       1);
  for (Identity& identity : frame.series) {
    const std::string_view value = identity.get(source);
    if (!regex.Match(piece(value), 0, value.size(), RE2::UNANCHORED, groups.data(),
                     static_cast<int>(groups.size()))) {
      continue;
    }
    std::string replaced;
    expand(regex, groups, replacement, [&](std::string_view part) { replaced += part; });
    identity = with_label(evaluation.context(), identity, name, replaced);
  }
  frame.same_name = false;
  merge_same(frame);
  return frame;
}

Frame label_join(Evaluation& evaluation, const Call& call) {
  const std::string name = evaluation.text(*call.arguments[1]);
  const std::string separator = evaluation.text(*call.arguments[2]);
  check_label_name(name, "invalid destination label name in label_join()");
  std::vector<std::string> sources;
  for (std::size_t i = 3; i < call.arguments.size(); ++i) {
    sources.push_back(evaluation.text(*call.arguments[i]));
    check_label_name(sources.back(), "invalid source label name in label_join()");
  }
  Frame frame = evaluation.vector(*call.arguments[0]);
  for (Identity& identity : frame.series) {
    std::string joined;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (i > 0) joined += separator;
      joined += identity.get(sources[i]);
    }
    identity = with_label(evaluation.context(), identity, name, joined);
  }
  frame.same_name = false;
  merge_same(frame);
  return frame;
}

}  // namespace tocsin::query
