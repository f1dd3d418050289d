#include "web/silence_page.h"

#include "notifiers/plain_text.h"
#include "web/page.h"

namespace tocsin::web {
namespace {

/// The form has no action, so that it goes to where the browser is: below whatever path a proxy has
/// put in front of ours, and with the whole of the link.
constexpr std::string_view kContent = R"html(
{{- define "style" }}<style>
main { max-width: 40rem; }
h1, td { overflow-wrap: anywhere; }
td { padding: .2em 1em .2em 0; vertical-align: top; white-space: pre-wrap; }
form button { margin-top: 1em; padding: .5em 1.4em; }
</style>{{ end -}}
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
)html";

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
  static const Page kPage(kContent);
  return kPage.render(
      page.title,
      tmpl::Object{
          {{"Text", page.text}, {"Labels", rows_of(page.labels)}, {"Button", page.button}}},
      status);
}

}  // namespace tocsin::web
