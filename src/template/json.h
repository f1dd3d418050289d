// Values as JSON, the way Go's encoding/json writes them.
#pragma once

#include <string>

#include "template/value.h"

namespace tocsin::tmpl {

/// json.Marshal. Throws Error for what JSON has no form of (NaN, infinities), and when the text
/// would be longer than kMaxText.
std::string to_json(const Value& value);

}  // namespace tocsin::tmpl
