// Source of the format: https://github.com/testmoapp/junitxml
#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"
#include "trial/report.h"

namespace tocsin::trial {
namespace {

/// Whether XML 1.0 has no way to write it.
bool is_forbidden(unsigned char c) { return c < 0x20 && c != '\t' && c != '\n' && c != '\r'; }

/// Of text or of an attribute.
std::string escaped(const std::string& text) {
  if (!is_utf8(text)) return escaped(quote(text));
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      default:
        result += is_forbidden(static_cast<unsigned char>(c)) ? "\xEF\xBF\xBD" : std::string(1, c);
    }
  }
  return result;
}

std::string failure_element(const Failed& failure) {
  std::string text = failure.where.to_string() + ": " + failure.what + "\n";
  for (const std::string& line : failure.lines) text += line + "\n";
  return fmt::format("      <failure message=\"{}\" type=\"failure\">{}</failure>\n",
                     escaped(failure.what), escaped(text));
}

std::string case_element(const std::string& suite, const TestResult& test) {
  std::string text = fmt::format(
      "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3f}\"",
      escaped(test.title), escaped(suite), escaped(test.where.file), test.where.line, test.seconds);
  if (test.passed()) return text + "/>\n";
  text += ">\n";
  for (const Failed& failure : test.failures) text += failure_element(failure);
  return text + "    </testcase>\n";
}

struct Count {
  std::size_t tests = 0, failures = 0, errors = 0;
  double seconds = 0;
};

/// A file that cannot be read counts as one test that ended with an error.
Count count_of(const FileResult& result) {
  Count count;
  count.errors = result.problems.empty() ? 0 : 1;
  count.tests = result.tests.size() + count.errors;
  for (const TestResult& test : result.tests) {
    count.failures += test.passed() ? 0 : 1;
    count.seconds += test.seconds;
  }
  return count;
}

std::string error_case(const FileResult& result) {
  std::string text;
  for (const Diagnostic& problem : result.problems) text += problem.to_string() + "\n";
  return fmt::format(
      "    <testcase name=\"reading the file\" classname=\"{0}\" file=\"{0}\" time=\"0.000\">\n"
      "      <error message=\"{1}\" type=\"error\">{2}</error>\n    </testcase>\n",
      escaped(result.name), escaped(result.problems.front().message), escaped(text));
}

std::string suite_element(const FileResult& result) {
  const Count count = count_of(result);
  std::string text = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n",
      escaped(result.name), count.tests, count.failures, count.errors, count.seconds);
  if (!result.problems.empty()) text += error_case(result);
  for (const TestResult& test : result.tests) text += case_element(result.name, test);
  return text + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const std::vector<FileResult>& results) {
  Count all;
  std::string suites;
  for (const FileResult& result : results) {
    const Count count = count_of(result);
    all.tests += count.tests;
    all.failures += count.failures;
    all.errors += count.errors;
    all.seconds += count.seconds;
    suites += suite_element(result);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" time=\"{:.3f}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.errors, all.seconds, suites);
}

}  // namespace tocsin::trial
