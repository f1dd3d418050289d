#include "config/expression_check.h"

#include <gtest/gtest.h>

namespace tocsin::config {
namespace {

TEST(ExpressionCheck, LetsExpressionsPass) {
  for (const std::string_view expression : {
           "1",
           "up == 0",
           " up\n",
           "rate(x[5m])",
           "rate ( x{a=\"b\"}[5m] offset -1h ) > 5",
           "rate # why\n (x[5m])",
           "max_over_time((rate(x[5m]))[1h:])",
           "sum by (rate) (x)",
           "x * on (job) group_left (rate, delta) (y)",
           "rate",
           "rate + 1",
           "rate{a=\"(\"}",
           "{__name__=\"rate\"}",
           "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
           "quantile_over_time(scalar(q), x[5m])",
           "predict_linear(node_free{job=~\"a|b\"}[1h], 4 * 3600) < 0",
           "absent_over_time(up[5m])",
           "avg_over_time(x[5m:1m] @ end())",
           "'it\\'s' == 1",
           "`raw \\` == 1",
           "\"a \\\" ( [\" == 1",
           "x # (",
           "x{a=\"#\"} # \"",
           "x # comment\n",
           "foo:rate5m:sum",
           "my_rate(1)",
           "5 + .5e-3 + 0x1f",
           "time()",
           "{\"utf8.name\", \"a b\"=\"c\"}",
       }) {
    const auto problem = check_expression(expression);
    EXPECT_FALSE(problem) << expression << ": " << problem->message;
  }
}

struct Case {
  std::string_view expression;
  std::size_t offset;
  std::string_view message;
};

TEST(ExpressionCheck, SaysWhatIsWrongAndWhere) {
  for (const auto& [expression, offset, message] : std::initializer_list<Case>{
           {"", 0, "it is empty"},
           {" \n\t", 0, "it is empty"},
           {"# only a comment", 0, "it is empty"},
           {"sum(up", 3, "\"(\" is never closed"},
           {"sum(up{a=\"b\"", 6, "\"{\" is never closed"},
           {"up)", 2, "\")\" closes nothing"},
           {"up]", 2, "\"]\" closes nothing"},
           {"x[5m)", 4, "\")\" stands where \"[\" is closed"},
           {"(x[5m)]", 5, "\")\" stands where \"[\" is closed"},
           {"up{a=\"b}", 5, "the string that begins with \" here has no end"},
           {"up{a='b\"}", 5, "the string that begins with ' here has no end"},
           {"up{a=\"b\n\"}", 5, "the string that begins with \" here has no end"},
           {"up{a=`b}", 5, "the string that begins with ` here has no end"},
           {"\"\\", 0, "the string that begins with \" here has no end"},
           {"test +", 5, "something is missing after \"+\" at its end"},
           {"up ==  # zero", 4, "something is missing after \"=\" at its end"},
           {"rate(hi)", 0, "rate() needs a range, like rate(x[5m])"},
           {"1 + sum(rate(x))", 8, "rate() needs a range, like rate(x[5m])"},
           {"rate()", 0, "rate() needs a range, like rate(x[5m])"},
           {"max_over_time(x) + y[5m]", 0,
            "max_over_time() needs a range, like max_over_time(x[5m])"},
           {"increase(\"[5m]\")", 0, "increase() needs a range, like increase(x[5m])"},
       }) {
    const auto problem = check_expression(expression);
    ASSERT_TRUE(problem) << expression;
    EXPECT_EQ(problem->message, message) << expression;
    EXPECT_EQ(problem->offset, offset) << expression;
  }
}

TEST(ExpressionCheck, NestingHasALimit) {
  const std::size_t depth = 10'000;
  EXPECT_FALSE(check_expression(std::string(depth, '(') + "1" + std::string(depth, ')')));
  const auto problem = check_expression(std::string(1'000'000, '('));
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->message, "more than 10000 brackets stand within one another");
  EXPECT_EQ(problem->offset, depth);
}

}  // namespace
}  // namespace tocsin::config
