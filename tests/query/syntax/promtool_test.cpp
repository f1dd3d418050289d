// The same expressions, good and bad, given to Debian's promtool (2.42): it accepts and refuses the
// same ones, with the same words at the same places, but for what later versions changed.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "query/syntax/parse.h"
#include "support/expressions.h"

namespace tocsin::query {
namespace {

std::string output_of(const std::string& command) {
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return said;
  char buffer[4096];
  while (std::size_t size = fread(buffer, 1, sizeof buffer, pipe)) said.append(buffer, size);
  pclose(pipe);
  return said;
}

/// What promtool says of each expression: "1:5: parse error: …", or nothing.
std::vector<std::string> said_by_promtool(const std::vector<std::string>& expressions) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("tocsin-syntax-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  {
    std::ofstream rules(folder / "rules.yml");
    rules << "groups:\n- name: g\n  rules:\n";
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      rules << "  - {alert: E" << i << ", expr: " << nlohmann::json(expressions[i]).dump() << "}\n";
    }
  }
  const std::string said =
      output_of("promtool check rules '" + (folder / "rules.yml").string() + "' 2>&1");
  std::filesystem::remove_all(folder);
  std::vector<std::string> all(expressions.size());
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name = line.find("\"E");
    constexpr std::string_view kLead = ": could not parse expression: ";
    const std::size_t lead = line.find(kLead);
    if (name == std::string::npos || lead == std::string::npos) continue;
    all.at(std::stoul(line.substr(name + 2))) = line.substr(lead + kLead.size());
  }
  return all;
}

std::string said_by_us(const std::string& expression) {
  const Parsed parsed = parse_expression(expression);
  return parsed.errors.empty() ? "" : to_string(parsed.errors.front(), expression);
}

/// Durations where 2.42 has no use for them become numbers: there all of the rest would differ.
void keep_durations_in_place(std::vector<std::string>& words) {
  constexpr std::string_view kUnits = "smhdwy";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_duration = !word.empty() && std::isdigit(word.front()) != 0 &&
                             kUnits.find(word.back()) != std::string_view::npos;
    const bool fits =
        i > 0 && (words[i - 1] == "[" || words[i - 1] == ":" || words[i - 1] == "offset");
    const bool is_negative = i > 1 && words[i - 1] == "-" && words[i - 2] == "offset";
    if (is_duration && !fits && !is_negative) words[i] = "7";
  }
}

std::vector<std::string> generated(std::uint64_t seed, std::size_t count) {
  Choices choices(seed);
  std::vector<std::string> all;
  while (all.size() < count) {
    std::vector<std::string> words =
        random_expression(choices, Dialect::Common, 1 + static_cast<int>(choices.below(4)));
    if (choices.one_in(2)) make_mistakes(choices, words);
    keep_durations_in_place(words);
    std::string text = written(choices, words);
    if (text.find_first_not_of(" \t\n") != std::string::npos) all.push_back(std::move(text));
  }
  return all;
}

/// Words of 2.42 that later versions have no use for, and why; empty where anything will do.
struct Difference {
  std::string_view theirs, ours, reason;
};
constexpr Difference kDifferences[] = {
    {"unexpected duration \"", "", "durations are numbers"},
    {" in offset, expected duration", "", "numbers are durations, which are expressions"},
    {"expected duration or \"]\"", "", "numbers are durations, which are expressions"},
    {"> in subquery or range, expected ", "", "durations are expressions"},
    {"unexpected <op:", " in subquery or range selector", "durations are expressions"},
    {"unexpected <op:", " in subquery selector", "durations are expressions"},
    {"missing unit character in duration", "", "brackets hold expressions"},
    {"bad duration syntax: ", "", "brackets hold expressions"},
    {"unexpected colon '", "unexpected character: '", "letters in brackets are told as such"},
    {"", ", expected ':'", "letters in brackets are told as such"},
    {"", "bad number or duration syntax: \"1.2.\"", "1.2.3 is no two numbers"},
    {"not a valid duration string: \"y\"", "unexpected character in duration", "neither is it"},
    {"unexpected string \"", "", "names in braces may be quoted"},
    {"unexpected metric identifier \"", "", "labels may have colons"},
    {"", "is not enabled", "start and end are functions"},
    {"unexpected \"(\"", "", "start and end are functions"},
    {"<Item ", "<op:@>", "a number of the grammar's own, which changes with it, is told"},
};

bool is_known(const std::string& ours, const std::string& theirs) {
  return std::any_of(std::begin(kDifferences), std::end(kDifferences), [&](const auto& each) {
    return theirs.find(each.theirs) != std::string::npos &&
           ours.find(each.ours) != std::string::npos;
  });
}

TEST(SyntaxPromtool, Agrees) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed";
  }
  const char* given = std::getenv("TOCSIN_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : 1;
  const auto expressions = generated(seed, 30000);
  const auto theirs = said_by_promtool(expressions);
  std::size_t accepted = 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const std::string ours = said_by_us(expressions[i]);
    accepted += theirs[i].empty() ? 1 : 0;
    same += ours == theirs[i] ? 1 : 0;
    if (is_known(ours, theirs[i])) continue;
    EXPECT_EQ(ours, theirs[i]) << "TOCSIN_SEED=" << seed << "\n" << expressions[i];
  }
  std::printf("seed %llu: promtool accepts %zu of %zu, says the same of %zu\n",
              static_cast<unsigned long long>(seed), accepted, expressions.size(), same);
  EXPECT_GT(accepted, expressions.size() / 3);
  EXPECT_LT(accepted, expressions.size() * 2 / 3);
  EXPECT_GT(same, expressions.size() * 9 / 10);
}

}  // namespace
}  // namespace tocsin::query
