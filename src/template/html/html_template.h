// A template whose text is HTML.
#pragma once

#include <memory>
#include <string>

#include "template/html/escaping.h"
#include "template/template.h"

namespace tocsin::tmpl {

/// Frozen. What the template fills in is escaped for the place where it stands, as Go's
/// html/template does.
class HtmlTemplate {
 public:
  /// REQUIRES: `parsed` is of a library, which keeps a tree of text without actions, too: comments
  /// are dropped from it. Throws Error, worded as Go does, for a template with places where nothing
  /// is safe, or that calls one that does not exist.
  explicit HtmlTemplate(Template parsed);

  /// As Template::execute().
  std::string execute(const Value& data, const Environment& environment = {}) const;

 private:
  Template parsed_;
  std::shared_ptr<const html::Escaping> escaping_;  // shared: frozen, and points into parsed_
};

}  // namespace tocsin::tmpl
