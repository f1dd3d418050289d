// The two shapes of Alertmanager's errors: handlers answer with a JSON text, its framework, which
// looks at requests before the handlers do, with {"code":…,"message":…}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/http.h"
#include "web/router.h"

namespace tocsin::web {

/// What the framework finds.
struct SchemaError {
  int status;  ///< 400, 406, 413, 415 or 422
  int code;    ///< the same, or 601 (format), 602 (required), 612 (too few items)
  std::string message;
};

Response refuse(const SchemaError& error);
/// What a handler finds.
Response bad_request(std::string_view message);

/// The handler behind a look at Accept: only JSON is given (406).
Handler gives_json(Handler handler);

/// What is wrong with the Content-Type of a request with a body: only JSON is taken.
std::optional<SchemaError> wrong_media_type(const Request& request);

}  // namespace tocsin::web
