// Whatever template is executed as HTML, it is refused or becomes a text within the limits, the
// same one each time, and no value that it fills in becomes a tag.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/error.h"
#include "template/alertmanager.h"
#include "template/html/html_template.h"
#include "template/key_values.h"
#include "template/library.h"

namespace {

using namespace tocsin;

constexpr tmpl::Limits kLimits{.steps = 100'000, .output = std::size_t{1} << 18};
constexpr std::string_view kTag = "<zq";

void require(bool holds) {
  if (!holds) std::abort();
}

/// Each of them would like to be a tag.
const tmpl::Value& values() {
  static const tmpl::Value kValues = tmpl::key_values(
      std::make_shared<const Labels>(Labels{{"a", "<zq>\"'>-->*/\n</script></style></title>"},
                                            {"b", "javascript:<zq x=\"y\">"},
                                            {"c", "\\\\<zq`${}/ \xE2\x80\xA8\xFF"},
                                            {"d", ""}}));
  return kValues;
}

std::optional<tmpl::HtmlTemplate> parsed(std::string_view text) {
  static const auto kLibrary =
      std::make_shared<const tmpl::Library>(tmpl::alertmanager_functions(), kLimits);
  try {
    return tmpl::HtmlTemplate(tmpl::Template::parse(text, "fuzz", kLibrary));
  } catch (const Error& error) {
    require(error.what() != std::string_view());
    return std::nullopt;
  }
}

/// The text that the template becomes, or nothing.
std::string executed(const tmpl::HtmlTemplate& html) {
  try {
    return html.execute(values());
  } catch (const Error& error) {
    require(error.what() != std::string_view());
    return "";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto html = parsed(text);
  if (!html) return 0;
  const std::string out = executed(*html);
  require(out.size() <= kLimits.output);
  require(executed(*html) == out || text.find("now") != std::string_view::npos);
  // Users may ask for it.
  const bool asks =
      text.find("safe") != std::string_view::npos || text.find("zq") != std::string_view::npos;
  if (!asks) require(out.find(kTag) == std::string::npos);
  return 0;
}
