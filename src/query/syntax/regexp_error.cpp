#include "query/syntax/regexp_error.h"

#include <string_view>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/text.h"

namespace tocsin::query {
namespace {

std::string_view words_of(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    default:
      return "expression too large";  // for the memory that a matcher may take
  }
}

}  // namespace

std::string regexp_error(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1);  // enough to parse the text, which is what errors are about
  const RE2 regex(pattern, options);
  const std::string& shown = regex.error_arg().empty() ? pattern : regex.error_arg();
  return fmt::format("error parsing regexp: {}: {}", words_of(regex.error_code()),
                     is_utf8(shown) ? '`' + shown + '`' : quote(shown));
}

}  // namespace tocsin::query
