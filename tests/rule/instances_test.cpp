// From an answer to alerts: names, labels, annotations, and what cannot become an alert.
#include <limits>

#include <gmock/gmock.h>

#include "samples.h"

namespace tocsin::rule {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Timestamp kNow{seconds{1'767'323'045}};
const TemplateContext kContext{{{"cluster", "eu"}}, "http://tocsin.test"};

std::variant<Instances, query::Failure> made(const Rule& rule, const query::Samples& vector,
                                             const state::Actives& previous = {}) {
  TemplateQueries queries;
  return instances(rule, vector, previous, kContext, queries, kNow);
}

/// The one alert that one sample becomes.
state::Instance one(const Rule& rule, const query::Sample& what) {
  return std::get<Instances>(made(rule, {what})).instances.at(0);
}

struct LabelCase {
  const char* story;
  Texts labels;
  Labels sample;
  const char* expected;
};

TEST(Instances, TheLabelsOfAnAlertAreTheSamplesUnderTheRulesUnderItsName) {
  const std::vector<LabelCase> cases = {
      {"the metric's name goes",
       {},
       {{"__name__", "up"}, {"host", "a"}},
       R"({alertname="Slow", cluster="eu", host="a"})"},
      {"the rule's labels win",
       {{"host", "b"}},
       {{"host", "a"}},
       R"({alertname="Slow", cluster="eu", host="b"})"},
      {"the rule's name wins over both",
       {{"alertname", "Other"}},
       {{"alertname", "Mine"}},
       R"({alertname="Slow", cluster="eu"})"},
      {"an empty label takes one away",
       {{"host", ""}},
       {{"host", "a"}, {"job", "x"}},
       R"({alertname="Slow", cluster="eu", job="x"})"},
      {"labels are templates",
       {{"team", "{{ $labels.host }}-{{ $value }}"}},
       {{"host", "a"}},
       R"({alertname="Slow", cluster="eu", host="a", team="a-1"})"},
      {"templates see the sample's name",
       {{"what", "{{ $labels.__name__ }}"}},
       {{"__name__", "up"}},
       R"({alertname="Slow", cluster="eu", what="up"})"},
      {"templates see external labels and the URL",
       {{"where", "{{ $externalLabels.cluster }} {{ $externalURL }}"}},
       {},
       R"({alertname="Slow", cluster="eu", where="eu http://tocsin.test"})"},
      {"the same by their other names",
       {{"where", "{{ .ExternalLabels.cluster }} {{ .Labels.host }} {{ .Value }}"}},
       {{"host", "a"}},
       R"({alertname="Slow", cluster="eu", host="a", where="eu a 1"})"},
      {"a label of its own wins over an external one",
       {{"cluster", "us"}},
       {{"host", "a"}},
       R"({alertname="Slow", cluster="us", host="a"})"},
      {"hostile values are values",
       {{"copy", "{{ $labels.host }}"}},
       {{"host", "{{ $value }}\n\"}"}},
       R"({alertname="Slow", cluster="eu", copy="{{ $value }}\n\"}", host="{{ $value }}\n\"}"})"},
  };
  for (const LabelCase& each : cases) {
    const state::Instance instance = one(alerting(each.labels), sample(each.sample));
    EXPECT_EQ(instance.labels.to_string(), each.expected) << each.story;
    EXPECT_EQ(instance.fingerprint, instance.labels.fingerprint()) << each.story;
  }
}

TEST(Instances, AnnotationsAreExpandedAndMayBeEmpty) {
  const Rule rule = alerting({}, {{"empty", "{{ $labels.none }}"},
                                  {"summary", "{{ $labels.host }} is at {{ $value | humanize }}"}});
  const state::Instance instance = one(rule, sample({{"host", "a"}}, 12345));
  EXPECT_EQ(instance.annotations.to_string(), R"({empty="", summary="a is at 12.35k"})");
  EXPECT_EQ(instance.value, 12345);
}

TEST(Instances, ATemplateThatFailsIsSeenInTheTextAndHarmsNothingElse) {
  const Rule rule = alerting({{"team", "{{ template \"none\" }}"}},
                             {{"bad", "{{ $labels.host.sub }}"}, {"good", "{{ $labels.host }}"}});
  auto result = made(rule, {sample({{"host", "a"}})});
  const auto& [alerts, warnings] = std::get<Instances>(result);
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_THAT(std::string(alerts[0].labels.get("team")),
              ::testing::StartsWith("<error expanding template: "));
  EXPECT_THAT(std::string(alerts[0].annotations.get("bad")),
              ::testing::StartsWith("<error expanding template: "));
  EXPECT_EQ(alerts[0].annotations.get("good"), "a");
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("team: "), HasSubstr("bad: ")));
}

TEST(Instances, TwoSamplesThatBecomeTheSameAlertAreAFailure) {
  const query::Samples answer = {sample({{"host", "a"}}), sample({{"host", "b"}})};
  const auto clash = made(alerting({{"host", "all"}}), answer);
  EXPECT_EQ(std::get<query::Failure>(clash).message,
            "vector contains metrics with the same labelset after applying alert labels");
  EXPECT_THAT(std::get<Instances>(made(alerting({}), answer)).instances, SizeIs(2));
}

TEST(Instances, TwoMetricsThatDifferInNameOnlyAreTheSameAlert) {
  const query::Samples answer = {sample({{"__name__", "a"}}), sample({{"__name__", "b"}})};
  EXPECT_TRUE(std::holds_alternative<query::Failure>(made(alerting({}), answer)));
}

TEST(Instances, NothingBecomesNothing) {
  EXPECT_THAT(std::get<Instances>(made(alerting({{"a", "b"}}), {})).instances, IsEmpty());
}

TEST(Instances, AValueThatIsNoNumberIsShownAsOne) {
  const Rule rule = alerting({}, {{"summary", "{{ $value }}"}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(one(rule, sample({}, nan)).annotations.get("summary"), "NaN");
  EXPECT_EQ(one(rule, sample({}, infinity)).annotations.get("summary"), "+Inf");
}

/// The alerts of the last evaluation, with annotations that nobody would expand to.
state::Actives remembered(const Rule& rule, const query::Sample& what, const Texts& annotations) {
  state::Instance instance = one(rule, what);
  state::Active active;
  active.labels = instance.labels;
  active.value = instance.value;
  for (const auto& [name, text] : annotations) active.annotations.set(name, text);
  return {{instance.fingerprint, active}};
}

TEST(Instances, AnnotationsAreTakenOverOnlyWhereTheyWouldComeOutTheSame) {
  const Rule pure = alerting({}, {{"summary", "{{ $value }}"}});
  const Rule timed = alerting({}, {{"summary", "{{ now }}"}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Case {
    const char* story;
    const Rule& rule;
    double before, value;
    Texts remembered;
    bool taken_over;
  };
  const std::vector<Case> cases = {
      {"the same value", pure, 1, 1, {{"summary", "old"}}, true},
      {"another value", pure, 1, 2, {{"summary", "old"}}, false},
      {"NaN as before", pure, nan, nan, {{"summary", "old"}}, true},
      {"zero with another sign", pure, 0.0, -0.0, {{"summary", "old"}}, false},
      {"a template that looks at the clock", timed, 1, 1, {{"summary", "old"}}, false},
      {"a rule that had fewer annotations", pure, 1, 1, {}, false},
  };
  for (const Case& each : cases) {
    const query::Sample before = sample({{"host", "a"}}, each.before);
    const query::Sample now = sample({{"host", "a"}}, each.value);
    const auto result = made(each.rule, {now}, remembered(each.rule, before, each.remembered));
    const Annotations& got = std::get<Instances>(result).instances.at(0).annotations;
    EXPECT_EQ(got.get("summary") == "old", each.taken_over) << each.story;
  }
}

TEST(Instances, QueriesInTemplatesAreAskedForFirst) {
  const Rule rule =
      alerting({}, {{"top", "{{ with query \"top\" }}{{ . | first | value }}{{ end }}"},
                    {"gone", "{{ query \"gone\" }}"}});
  TemplateQueries queries;
  instances(rule, {sample({})}, {}, kContext, queries, kNow);
  EXPECT_THAT(queries.wanted, ElementsAre("gone", "top"));
  queries.known["top"] = query::Samples{sample({}, 42)};
  queries.known["gone"] = query::Failure{"it is down"};
  const auto result = instances(rule, {sample({})}, {}, kContext, queries, kNow);
  EXPECT_THAT(queries.wanted, IsEmpty());
  const Annotations& got = std::get<Instances>(result).instances.at(0).annotations;
  EXPECT_EQ(got.get("top"), "42");
  EXPECT_THAT(std::string(got.get("gone")), HasSubstr("error calling query: it is down"));
}

TEST(Instances, AQueryMayDependOnAnother) {
  const Rule rule = alerting(
      {}, {{"b", "{{ $n := query \"a\" | first | value }}{{ query (printf \"b%v\" $n) | len }}"}});
  TemplateQueries queries;
  instances(rule, {sample({})}, {}, kContext, queries, kNow);
  EXPECT_THAT(queries.wanted, ElementsAre("a"));
  queries.known["a"] = query::Samples{sample({}, 7)};
  instances(rule, {sample({})}, {}, kContext, queries, kNow);
  EXPECT_THAT(queries.wanted, ElementsAre("b7"));
}

TEST(Instances, TooManyQueriesAreAnErrorInTheText) {
  const Rule rule = alerting({}, {{"a", "{{ query $labels.host }}"}});
  query::Samples vector;
  for (std::size_t i = 0; i <= kMaxTemplateQueries; ++i) {
    vector.push_back(sample({{"host", std::to_string(i)}}));
  }
  TemplateQueries queries;
  instances(rule, vector, {}, kContext, queries, kNow);
  EXPECT_THAT(queries.wanted, SizeIs(kMaxTemplateQueries));
}

TEST(Instances, ExternalLabelsCanBeForTemplatesOnly) {
  TemplateContext context = kContext;
  context.label_alerts = false;
  TemplateQueries queries;
  const auto result = instances(alerting({{"where", "{{ $externalLabels.cluster }}"}}),
                                {sample({{"host", "a"}})}, {}, context, queries, kNow);
  EXPECT_EQ(std::get<Instances>(result).instances.at(0).labels.to_string(),
            R"({alertname="Slow", host="a", where="eu"})");
}

}  // namespace
}  // namespace tocsin::rule
