// Which definitions a template calls by name.
#pragma once

#include <vector>

#include "model/error.h"
#include "template/template.h"

namespace tocsin::tmpl {

/// The calls, in the template and in all definitions that it comes to by its calls, of what nobody
/// defined.
std::vector<Diagnostic> missing_templates(const Template& parsed);

}  // namespace tocsin::tmpl
