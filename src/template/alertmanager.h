// The functions that Alertmanager adds to Go's for messages.
#pragma once

#include "template/functions.h"

namespace tocsin::tmpl {

/// Go's own, Alertmanager's, and the methods of label sets. Source: Alertmanager
/// template/template.go.
const Functions& alertmanager_functions();

/// The types of text that html/template takes as it is, each in the place it is meant for.
inline constexpr std::string_view kSafeHtml = "template.HTML";
inline constexpr std::string_view kSafeUrl = "template.URL";

}  // namespace tocsin::tmpl
