// The functions that Prometheus adds to Go's for rules.
#pragma once

#include "template/functions.h"

namespace tocsin::tmpl {

/// Go's own and Prometheus'. Source: Prometheus template/template.go.
const Functions& prometheus_functions();

/// What `query` gives to templates: an object with Labels and Value.
Value sample_value(const Sample& sample);

}  // namespace tocsin::tmpl
