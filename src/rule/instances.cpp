#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <unordered_set>

#include <fmt/format.h>

#include "rule/rule.h"
#include "rule/rule_template.h"

namespace tocsin::rule {
namespace {

/// NaN equals itself here: the question is whether a text would come out the same.
bool same_value(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// The answer to a template's query. Throws Error while it is not known.
std::vector<tmpl::Sample> look_up(TemplateQueries& queries, const std::string& expression) {
  const auto known = queries.known.find(expression);
  if (known == queries.known.end()) {
    if (queries.known.size() + queries.wanted.size() >= kMaxTemplateQueries) {
      throw Error(fmt::format("the templates of this rule make more than {} different queries",
                              kMaxTemplateQueries));
    }
    queries.wanted.insert(expression);
    throw Error("the query has not been answered yet");
  }
  if (const auto* failure = std::get_if<query::Failure>(&known->second)) {
    throw Error(failure->message);
  }
  std::vector<tmpl::Sample> samples;
  for (const query::Sample& sample : std::get<query::Samples>(known->second)) {
    samples.push_back({sample.labels, sample.value});
  }
  return samples;
}

/// Expands the templates of one rule for one sample after the other.
class Expander {
 public:
  Expander(const Rule& rule, const TemplateContext& context, TemplateQueries& queries,
           Timestamp now)
      : rule_(rule),
        context_(context),
        query_([&queries](const std::string& expression) { return look_up(queries, expression); }),
        environment_{now, context.external_url, &query_} {
    pure_ = std::all_of(rule.annotations.begin(), rule.annotations.end(),
                        [](const TemplatedLabel& label) { return label.value.is_pure(); });
  }

  state::Instance labelled(const query::Sample& sample) {
    state::Instance instance;
    instance.value = sample.value;
    instance.labels = sample.labels;
    instance.labels.erase(kMetricName);
    if (!rule_.labels.empty()) {
      bind(sample);
      for (const TemplatedLabel& label : rule_.labels) {
        instance.labels.set(label.name, expand(label));
      }
    }
    instance.labels.set(kAlertName, rule_.name);
    instance.labels.drop_empty();
    if (context_.label_alerts) add_external_labels(instance);
    instance.fingerprint = instance.labels.fingerprint();
    return instance;
  }

  void annotate(state::Instance& instance, const query::Sample& sample,
                const state::Actives& previous) {
    const auto known = previous.find(instance.fingerprint);
    if (pure_ && known != previous.end() && same_value(known->second.value, sample.value) &&
        known->second.annotations.size() == rule_.annotations.size()) {
      instance.annotations = known->second.annotations;
      return;
    }
    bind(sample);
    std::vector<Label> annotations;
    annotations.reserve(rule_.annotations.size());
    for (const TemplatedLabel& annotation : rule_.annotations) {
      annotations.push_back({annotation.name, expand(annotation)});
    }
    instance.annotations = Annotations(annotations);
  }

  std::vector<std::string> take_warnings() { return std::move(warnings_); }

 private:
  void add_external_labels(state::Instance& instance) const {
    for (const LabelView& label : context_.external_labels) {
      if (!instance.labels.has(label.name)) instance.labels.set(label.name, label.value);
    }
  }

  void bind(const query::Sample& sample) {
    using tmpl::Value;
    variables_ = {Value::borrowed(sample.labels), Value::borrowed(context_.external_labels),
                  Value::borrowed(context_.external_url), Value(sample.value)};
    data_ = tmpl::Object{{{"Labels", variables_[0]},
                          {"ExternalLabels", variables_[1]},
                          {"ExternalURL", variables_[2]},
                          {"Value", variables_[3]}}};
  }

  std::string expand(const TemplatedLabel& label) {
    if (label.value.is_literal()) return label.value.text();
    try {
      return label.value.execute(data_, environment_, variables_);
    } catch (const Error& error) {
      warnings_.push_back(fmt::format("{}: {}", label.name, error.what()));
      return fmt::format("<error expanding template: {}>", error.what());
    }
  }

  const Rule& rule_;
  const TemplateContext& context_;
  const tmpl::Query query_;
  const tmpl::Environment environment_;
  bool pure_ = true;
  std::array<tmpl::Value, 4> variables_;  // in the order of RuleVariable
  tmpl::Value data_;
  std::vector<std::string> warnings_;
};

}  // namespace

std::variant<Instances, query::Failure> instances(const Rule& rule, const query::Samples& vector,
                                                  const state::Actives& previous,
                                                  const TemplateContext& context,
                                                  TemplateQueries& queries, Timestamp now) {
  queries.wanted.clear();
  Expander expander(rule, context, queries, now);
  Instances result;
  result.instances.reserve(vector.size());
  std::unordered_set<Fingerprint> seen;
  seen.reserve(vector.size());
  for (const query::Sample& sample : vector) {
    state::Instance instance = expander.labelled(sample);
    if (!seen.insert(instance.fingerprint).second) {
      return query::Failure{
          "vector contains metrics with the same labelset after applying alert labels"};
    }
    expander.annotate(instance, sample, previous);
    result.instances.push_back(std::move(instance));
  }
  result.warnings = expander.take_warnings();
  return result;
}

}  // namespace tocsin::rule
