// A template's own text as it is written into HTML: without comments, with every < that is none of
// a tag's escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "template/html/context.h"

namespace tocsin::tmpl::html {

struct EditedText {
  Context end;
  std::optional<std::string> text;  ///< nothing: as it is
};

EditedText edit_text(Context context, std::string_view text);

}  // namespace tocsin::tmpl::html
