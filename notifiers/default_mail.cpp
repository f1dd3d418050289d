#include "notifiers/default_templates.h"

namespace tocsin::notifiers {

// Mail programs know little CSS and drop style sheets, so that every element has its own style.
const std::string_view kDefaultMail = R"tmpl(
{{ define "__tocsin_mail_pairs" -}}
  {{ range .SortedPairs }}<tr>
    <td style="padding: 2px 12px 2px 0; color: #667; vertical-align: top; white-space: nowrap;">{{ .Name }}</td>
    <td style="padding: 2px 0; vertical-align: top; word-break: break-word;">{{ .Value }}</td>
  </tr>{{ end }}
{{- end }}

{{ define "__tocsin_mail_alerts" -}}
  {{ range . }}
  <table cellpadding="0" cellspacing="0" style="width: 100%; margin: 0 0 14px; padding: 10px 14px; background-color: #f7f7f9; border-left: 4px solid {{ if eq .Status "firing" }}#c0392b{{ else }}#27ae60{{ end }}; font-size: 14px;">
    <tr><td colspan="2" style="padding-bottom: 4px;"><strong>Labels</strong></td></tr>
    {{ template "__tocsin_mail_pairs" .Labels }}
    {{- if .Annotations }}
    <tr><td colspan="2" style="padding: 8px 0 4px;"><strong>Annotations</strong></td></tr>
    {{ template "__tocsin_mail_pairs" .Annotations }}
    {{- end }}
    {{- if .GeneratorURL }}
    <tr><td colspan="2" style="padding-top: 8px;"><a href="{{ .GeneratorURL }}" style="color: #2566a8;">Source</a></td></tr>
    {{- end }}
  </table>
  {{- end }}
{{- end }}

{{ define "email.default.html" }}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin: 0; padding: 16px; background-color: #ececf0; color: #223; font-family: Helvetica, Arial, sans-serif; font-size: 14px; line-height: 1.4;">
<div style="max-width: 640px; margin: 0 auto; background-color: #fff;">
  <div style="padding: 16px 20px; color: #fff; font-size: 17px; background-color: {{ if eq .Status "firing" }}#c0392b{{ else }}#27ae60{{ end }};">
    {{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }}
    {{- if .GroupLabels }} for {{ range $i, $pair := .GroupLabels.SortedPairs }}{{ if $i }}, {{ end }}{{ .Name }}={{ .Value }}{{ end }}{{ end }}
  </div>
  <div style="padding: 16px 20px;">
    <p style="margin: 0 0 16px;"><a href="{{ template "__alertmanagerURL" . }}" style="display: inline-block; padding: 9px 18px; background-color: #2566a8; color: #fff; text-decoration: none; font-weight: bold;">View in {{ template "__alertmanager" . }}</a></p>
    {{- with .Alerts.Firing }}
    <p style="margin: 0 0 8px;"><strong>[{{ len . }}] Firing</strong></p>
    {{ template "__tocsin_mail_alerts" . }}
    {{- end }}
    {{- with .Alerts.Resolved }}
    <p style="margin: 0 0 8px;"><strong>[{{ len . }}] Resolved</strong></p>
    {{ template "__tocsin_mail_alerts" . }}
    {{- end }}
  </div>
  <div style="padding: 10px 20px; text-align: center; font-size: 12px;"><a href="{{ .ExternalURL }}" style="color: #778;">Sent by {{ template "__alertmanager" . }}</a></div>
</div>
</body>
</html>
{{ end }}
)tmpl";

}  // namespace tocsin::notifiers
