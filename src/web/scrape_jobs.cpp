#include "web/scrape_jobs.h"

#include "scrape/scraper.h"

namespace tocsin::web {

std::vector<scrape::JobView> jobs_of(const scrape::Scraper* scraper, std::string_view name) {
  std::vector<scrape::JobView> jobs;
  if (scraper != nullptr) jobs = scraper->jobs();
  if (!name.empty()) std::erase_if(jobs, [name](const auto& job) { return job.name != name; });
  return jobs;
}

std::string global_url(const std::string& url, const std::string& external_url) {
  const auto host_of = [](const std::string& text) {
    const std::size_t from = text.find("://") + 3;
    const std::string authority = text.substr(from, text.find_first_of("/?#", from) - from);
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.rfind(':'));
  };
  if (external_url.find("://") == std::string::npos) return url;
  const std::string host = host_of(url);
  if (host != "localhost" && host != "127.0.0.1" && host != "[::1]") return url;
  std::string global = url;
  return global.replace(url.find("://") + 3, host.size(), host_of(external_url));
}

}  // namespace tocsin::web
