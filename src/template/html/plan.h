// Which escapers stand behind a pipeline.
#pragma once

#include "template/html/escaping.h"

namespace tocsin::tmpl::html {

/// The function html or urlquery in a place where it would make something else unsafe: its name,
/// or "".
std::string_view misplaced_escaper(const Pipeline& pipeline, const Context& context);

/// What a value that comes to this context needs, and the context behind it. State::Error when no
/// value may come here; `text` is the action, for the message.
Context context_after_value(Context context, const std::string& text,
                            std::vector<Escaper>& escapers);

/// The escapers joined with what the pipeline does by itself.
Plan plan_of(const Pipeline& pipeline, const std::vector<Escaper>& escapers);

}  // namespace tocsin::tmpl::html
