// The pages that people see who follow a link from a message.
#pragma once

#include <string>

#include "model/labels.h"
#include "web/http.h"

namespace tocsin::web {

struct SilencePage {
  std::string title;
  std::string text;         ///< one sentence or two
  Labels labels = {};       ///< shown as a table
  std::string button = {};  ///< of a form that posts to where the page is; empty: no form
};

/// Nothing on it is markup but ours, it loads nothing, and nothing keeps a copy of it.
Response show(const SilencePage& page, int status);

}  // namespace tocsin::web
