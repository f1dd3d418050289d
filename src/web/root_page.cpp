// The page at the root: what this is, and what else there is.
#include <array>

#include "web/handlers.h"
#include "web/page.h"

namespace tocsin::web {
namespace {

constexpr std::string_view kContent = R"html(
{{- define "style" }}<style>
dt { margin-top: .6rem; }
dd { margin: 0; }
dd, p { color: var(--faint); }
</style>{{ end -}}
<p>Tocsin {{ .Version }} evaluates alerting rules, keeps what they find, and tells people.</p>
<dl>
{{- range .Links }}
<dt><a class="mono" href="{{ .Path }}">/{{ .Path }}</a></dt><dd>{{ .Text }}</dd>
{{- end }}
</dl>
<p><code>POST /-/reload</code> reads the configuration again.</p>
)html";

struct Link {
  std::string_view path;  ///< below the root
  std::string_view text;
};

constexpr std::array kLinks = {
    Link{"targets", "what is scraped, and what is down (a page)"},
    Link{"api/v1/rules", "rules, their state and last error (as Prometheus)"},
    Link{"api/v1/alerts", "pending and firing alerts of the rules (as Prometheus)"},
    Link{"api/v2/alerts", "alerts that fire (as Alertmanager)"},
    Link{"api/v2/silences", "silences (as Alertmanager; or use amtool)"},
    Link{"api/v2/status", "version and configuration in force (as Alertmanager)"},
    Link{"api/tocsin/v1/timeline", "what happened, and why"},
    Link{"api/tocsin/v1/outbox", "messages waiting or given up"},
    Link{"api/tocsin/v1/explain", "why an alert is told or not (?alert=NAME)"},
    Link{"metrics", "metrics of Tocsin itself"},
    Link{"-/healthy", "whether it answers"},
    Link{"-/ready", "whether it works, and what is wrong"}};

Response root_page(const std::string& version) {
  static const Page kPage(kContent);
  tmpl::List links;
  for (const Link& link : kLinks) {
    links.items.emplace_back(tmpl::Object{{{"Path", link.path}, {"Text", link.text}}});
  }
  return kPage.render("Tocsin is running",
                      tmpl::Object{{{"Version", version}, {"Links", std::move(links)}}});
}

}  // namespace

void add_root_page(Router& router, const About& about) {
  router.add("GET", "/",
             [version = about.version](const Request&, Timestamp) { return root_page(version); });
}

}  // namespace tocsin::web
