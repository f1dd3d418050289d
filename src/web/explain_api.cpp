// /api/tocsin/v1/explain: why an alert is told or not.
#include <charconv>

#include <fmt/format.h>

#include "explain/explain.h"
#include "model/error.h"
#include "web/explain_facts.h"
#include "web/explain_json.h"
#include "web/handlers.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

constexpr std::size_t kMostExplained = 100;

struct Question {
  ExplainQuery query;
  std::optional<Timestamp> at;
};

bool is_fingerprint(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

/// A fingerprint, the name of an alert, or matchers.
void read_alert(std::string_view text, ExplainQuery& query) {
  if (is_fingerprint(text)) {
    query.fingerprint = parse_fingerprint(text);
  } else if (text.find_first_of("=~{}\"") == std::string_view::npos) {
    query.matchers = {Matcher(std::string(kAlertName), MatchOp::Equal, std::string(text))};
  } else {
    query.matchers = parse_matchers(text).matchers;
  }
}

std::size_t read_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit > kMostExplained) {
    throw Error(fmt::format("limit must be a number of at most {}", kMostExplained));
  }
  return limit;
}

Question read_question(const Request& request, Timestamp now) {
  Question question;
  const std::string_view alert = request.parameter("alert");
  const std::string_view fingerprint = request.parameter("fingerprint");
  if (alert.empty() == fingerprint.empty()) {
    throw Error("say which one: either alert (a name, matchers or a fingerprint) or fingerprint");
  }
  if (fingerprint.empty()) read_alert(alert, question.query);
  if (alert.empty()) question.query.fingerprint = parse_fingerprint(fingerprint);
  if (const auto text = request.parameter("at"); !text.empty()) {
    const Timestamp at = parse_rfc3339(text);
    if (at < now) question.at = at;
  }
  if (const auto text = request.parameter("limit"); !text.empty()) {
    question.query.most = read_limit(text);
  }
  return question;
}

/// The name of the rule that is meant when no alert is there, or "".
std::string rule_meant(const ExplainQuery& query) {
  for (const Matcher& each : query.matchers) {
    if (each.name() == kAlertName && each.op() == MatchOp::Equal) return each.value();
  }
  return "";
}

Response get_explain(engine::Engine& engine, const Request& request, Timestamp now) {
  Question question;
  try {
    question = read_question(request, now);
  } catch (const Error& error) {
    return bad_request(error.what());
  }
  const ExplainTargets targets = find_targets(engine, question.query, now);
  JsonWriter out;
  out.begin_object().field("at", format_rfc3339(question.at.value_or(now)));
  out.field("total", static_cast<double>(targets.total)).key("explanations").begin_array();
  for (const Fingerprint fingerprint : targets.fingerprints) {
    const explain::Facts facts = gather(engine, fingerprint, question.at, now);
    write_explanation(out, question.at ? explain::explain_past(facts, *question.at, now)
                                       : explain::explain(facts, now));
  }
  if (targets.total == 0) {
    const auto facts = gather_rule(engine, rule_meant(question.query));
    if (facts) write_explanation(out, explain::explain(*facts, now));
  }
  return json(out.end_array().end_object().take() + "\n");
}

}  // namespace

void add_explain_api(Router& router, engine::Engine& engine) {
  router.add("GET", "/api/tocsin/v1/explain", [&engine](const Request& request, Timestamp now) {
    return get_explain(engine, request, now);
  });
}

}  // namespace tocsin::web
