#include "web/silence_page.h"

#include <memory>

#include "notifiers/plain_text.h"
#include "template/html/html_template.h"
#include "template/library.h"

namespace tocsin::web {
namespace {

/// The form has no action, so that it goes to where the browser is: below whatever path a proxy has
/// put in front of ours, and with the whole of the link.
constexpr std::string_view kPage = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{{ .Title }}</title>
<style>
body { font-family: sans-serif; color: #222; max-width: 40em; margin: 2em auto; padding: 0 1em; line-height: 1.4; }
h1 { font-size: 1.4em; overflow-wrap: anywhere; }
td { padding: .2em 1em .2em 0; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
button { font-size: 1.1em; margin-top: 1em; padding: .6em 1.4em; }
</style>
</head>
<body>
<h1>{{ .Title }}</h1>
<p>{{ .Text }}</p>
{{- with .Labels }}
<table>
{{- range . }}
<tr><td>{{ .Name }}</td><td>{{ .Value }}</td></tr>
{{- end }}
</table>
{{- end }}
{{- with .Button }}
<form method="post"><button type="submit">{{ . }}</button></form>
{{- end }}
</body>
</html>
)html";

const tmpl::HtmlTemplate& layout() {
  static const tmpl::HtmlTemplate kLayout(tmpl::Template::parse(
      kPage, "silence page", std::make_shared<const tmpl::Library>(tmpl::builtins())));
  return kLayout;
}

/// Characters that nobody sees are spelled out: what is read is what is silenced.
tmpl::List rows_of(const Labels& labels) {
  tmpl::List rows;
  for (const LabelView& label : labels) {
    rows.items.emplace_back(tmpl::Object{{{"Name", notifiers::printable(label.name)},
                                          {"Value", notifiers::printable(label.value)}}});
  }
  return rows;
}

}  // namespace

Response show(const SilencePage& page, int status) {
  const tmpl::Value data = tmpl::Object{{{"Title", page.title},
                                         {"Text", page.text},
                                         {"Labels", rows_of(page.labels)},
                                         {"Button", page.button}}};
  Response response{status, "text/html; charset=utf-8", layout().execute(data), {}};
  response.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; "
       "base-uri 'none'"},
      // With no-referrer browsers would send "Origin: null" with the form, which counts as foreign.
      {"Referrer-Policy", "same-origin"},
      {"X-Content-Type-Options", "nosniff"},
      {"Cache-Control", "no-store"},
  };
  return response;
}

}  // namespace tocsin::web
