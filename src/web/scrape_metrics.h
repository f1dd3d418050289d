#pragma once

#include "web/exposition.h"

namespace tocsin::scrape {
class Scraper;
}

namespace tocsin::web {

/// Of what is scraped; nothing without scrape_configs.
void add_scrape_metrics(Exposition& out, const scrape::Scraper& scraper);

}  // namespace tocsin::web
