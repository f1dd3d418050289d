#include "template/html/html_template.h"

#include "template/executor.h"

namespace tocsin::tmpl {

HtmlTemplate::HtmlTemplate(Template parsed)
    : parsed_(std::move(parsed)),
      escaping_(std::make_shared<const html::Escaping>(parsed_.parsed())) {}

std::string HtmlTemplate::execute(const Value& data, const Environment& environment) const {
  return Executor(parsed_.parsed(), environment, &escaping_->main()).run(data, {});
}

}  // namespace tocsin::tmpl
