// The body of a mail: the same as text and as HTML.
#pragma once

#include <string>

#include "notifiers/summary.h"

namespace tocsin::notifiers {

std::string mail_text(const Summary& summary);
std::string mail_html(const Summary& summary);

}  // namespace tocsin::notifiers
