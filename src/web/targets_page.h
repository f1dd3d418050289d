// The page that shows what is scraped.
#pragma once

#include <string>
#include <vector>

#include "scrape/pools.h"
#include "web/http.h"

namespace tocsin::web {

/// How many targets (and jobs) a page shows; those that are down come first.
inline constexpr std::size_t kMostShownTargets = 1'000;

/// The targets of the jobs, those with ?health= and of ?job= alone. 400 for a health that there is
/// not.
Response targets_page(const std::vector<scrape::JobView>& jobs, const Request& request,
                      const std::string& external_url, Timestamp now);

}  // namespace tocsin::web
