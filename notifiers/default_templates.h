// Alertmanager's default definitions: the same names, and the same texts come of them.
#pragma once

#include <string_view>

namespace tocsin::notifiers {

/// Template files, all of definitions.
extern const std::string_view kDefaultTexts;
extern const std::string_view kDefaultMail;

}  // namespace tocsin::notifiers
