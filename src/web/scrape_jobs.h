// What the API and the page about targets have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scrape/pools.h"

namespace tocsin::scrape {
class Scraper;
}

namespace tocsin::web {

/// All jobs, or that one; none without a scraper.
std::vector<scrape::JobView> jobs_of(const scrape::Scraper* scraper, std::string_view name = {});

/// The URL as somebody elsewhere would write it: without our own idea of ourselves in it.
std::string global_url(const std::string& url, const std::string& external_url);

}  // namespace tocsin::web
