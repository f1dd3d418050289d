// What a template reads and calls, as far as its text says so: for whoever checks templates without
// executing them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "template/template.h"
#include "template/tree.h"

namespace tocsin::tmpl {

/// A value that is read by constant names. {{ $labels.job }} and {{ index $labels "job" }} are
/// {"$labels", "job"}; {{ .Labels.job }} and {{ $.Labels.job }} are {".", "Labels", "job"}.
struct FieldUse {
  std::vector<std::string_view> path;
  Offset at = 0;
  bool is_tested = false;  ///< stands in the condition of an if or with
};

/// A function that is called with one constant text: {{ query "up" }}, {{ "up" | query }}.
struct ConstantCall {
  std::string_view function;
  std::string_view argument;
  std::string_view source;  ///< the argument as it is written, quotes included
  Offset at = 0;            ///< where `source` begins in the template's text
};

/// All that is found. Where the dot, or a variable of parse()'s, may have another value than the
/// one that execute() was given, nothing is said of it. Points into the template.
struct Uses {
  std::vector<FieldUse> fields;
  std::vector<ConstantCall> calls;
};
Uses uses_of(const Template& parsed);

/// Where a byte of the argument stands in the template's text; near it, behind rare escapes.
Offset offset_in(const ConstantCall& call, std::size_t byte);

}  // namespace tocsin::tmpl
