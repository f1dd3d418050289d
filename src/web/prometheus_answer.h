// The envelope of Prometheus' answers.
#pragma once

#include <string>
#include <string_view>

#include "web/http.h"

namespace tocsin::web {

/// {"status":"error","errorType":…,"error":…}
Response prometheus_error(std::string_view type, std::string_view message, int status);

}  // namespace tocsin::web
