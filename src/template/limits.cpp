#include "template/limits.h"

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::tmpl {

void check_text_length(std::size_t length) {
  if (length <= kMaxText) return;
  throw Error(fmt::format("the text would be longer than {} bytes", kMaxText));
}

}  // namespace tocsin::tmpl
