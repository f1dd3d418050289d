// What /metrics says of the embedded source's series.
#pragma once

#include "config/config.h"
#include "series/store.h"
#include "web/exposition.h"

namespace tocsin::web {

/// Nothing where no source is embedded.
void series_metrics(Exposition& out, const config::Config& config, const series::Store& series);

}  // namespace tocsin::web
