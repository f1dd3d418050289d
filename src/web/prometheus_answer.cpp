#include "web/prometheus_answer.h"

#include "web/json.h"

namespace tocsin::web {

Response prometheus_error(std::string_view type, std::string_view message, int status) {
  JsonWriter out;
  out.begin_object().field("status", "error").field("errorType", type).field("error", message);
  return json(out.end_object().take(), status);
}

}  // namespace tocsin::web
