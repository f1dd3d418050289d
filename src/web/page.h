// Pages for people: HTML without scripts, in one frame, that nothing foreign becomes markup of.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "template/html/html_template.h"
#include "template/value.h"
#include "web/http.h"

namespace tocsin::web {

/// Bytes of a page.
inline constexpr std::size_t kMostPage = std::size_t{64} << 20;

/// Pages whose path is one level deep ("/targets"): their links are relative, so that they
/// hold below --web.route-prefix and below whatever path a proxy puts in front.
class Page {
 public:
  /// `content` is ours, in the language of Go's html/template; what it fills in is escaped for the
  /// place where it stands. Throws Error for one that is wrong.
  explicit Page(std::string_view content);

  /// `data` is the template's dot; whoever gathers it bounds it (tmpl::kMaxText once escaped for
  /// one text, kMostPage for all). The answer's headers forbid scripts, frames, foreign forms and
  /// everything that would be loaded. Throws Error when it is more.
  Response render(const std::string& title, tmpl::Value data, int status = 200) const;

 private:
  tmpl::HtmlTemplate template_;
};

}  // namespace tocsin::web
