// The methods of Go's time.Time and time.Duration.
#pragma once

#include <vector>

#include "template/functions.h"

namespace tocsin::tmpl {

std::vector<Method> time_methods();

}  // namespace tocsin::tmpl
