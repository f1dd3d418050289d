// Matchers from anywhere: parsing either refuses with an Error or gives matchers that work, and
// that print as text which reads back the same.
#include <cstdlib>

#include "model/error.h"
#include "model/matcher.h"
#include "model/text.h"

namespace {

using tocsin::Matchers;
using tocsin::MatcherSyntax;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Matchers& matchers, std::string_view input) {
  const tocsin::Labels labels{{"a", std::string(input)}, {"alertname", "Down"}};
  tocsin::all_match(matchers, labels);
  for (const tocsin::Matcher& matcher : matchers) {
    require(tocsin::is_utf8(matcher.name()) && tocsin::is_utf8(matcher.value()));
  }
  const std::string printed = tocsin::to_string(matchers);
  try {
    require(tocsin::parse_matchers(printed).matchers == matchers);
  } catch (const tocsin::Error&) {
    require(printed.size() > 64 * 1024);  // escaping may have made it longer than what is read
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const MatcherSyntax syntax :
       {MatcherSyntax::Classic, MatcherSyntax::Utf8, MatcherSyntax::Fallback}) {
    try {
      check(tocsin::parse_matchers(input, syntax).matchers, input);
    } catch (const tocsin::Error&) {
    }
    try {
      check({tocsin::parse_matcher(input, syntax)}, input);
    } catch (const tocsin::Error&) {
    }
  }
  return 0;
}
