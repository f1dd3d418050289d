#include "notifiers/default_templates.h"

namespace tocsin::notifiers {

const std::string_view kDefaultTexts = R"tmpl(
{{- /* Words that all kinds share. */ -}}
{{ define "__alertmanager" }}Alertmanager{{ end }}
{{ define "__alertmanagerURL" -}}
  {{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}
{{- end }}

{{ define "__subject" -}}
  [{{ toUpper .Status }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}]
  {{- " " }}{{ join " " .GroupLabels.Values }}{{ " " }}
  {{- $others := .CommonLabels.Remove .GroupLabels.Names }}
  {{- if lt (len .GroupLabels) (len .CommonLabels) }}({{ join " " $others.Values }}){{ end }}
{{- end }}
{{ define "__description" }}{{ end }}

{{ define "__text_alert_list" -}}
  {{- range . -}}
    {{- "Labels:\n" }}
    {{- range .Labels.SortedPairs }}{{ printf " - %s = %s\n" .Name .Value }}{{ end }}
    {{- "Annotations:\n" }}
    {{- range .Annotations.SortedPairs }}{{ printf " - %s = %s\n" .Name .Value }}{{ end }}
    {{- "Source: " }}{{ .GeneratorURL }}{{ "\n" }}
  {{- end }}
{{- end }}

{{ define "__text_alert_list_markdown" -}}
  {{- range . -}}
    {{- "\nLabels:\n" }}
    {{- range .Labels.SortedPairs }}{{ printf "  - %s = %s\n" .Name .Value }}{{ end }}
    {{- "\nAnnotations:\n" }}
    {{- range .Annotations.SortedPairs }}{{ printf "  - %s = %s\n" .Name .Value }}{{ end }}
    {{- "\nSource: " }}{{ .GeneratorURL }}{{ "\n" }}
  {{- end }}
  {{- "\n" }}
{{- end }}

{{- /* What fires and what is over, each under its heading. */ -}}
{{ define "__tocsin_sections" -}}
  {{ with .Alerts.Firing }}{{ "\nAlerts Firing:\n" }}{{ template "__text_alert_list" . }}{{ "\n" }}{{ end }}
  {{- "\n" }}
  {{- with .Alerts.Resolved }}{{ "\nAlerts Resolved:\n" }}{{ template "__text_alert_list" . }}{{ "\n" }}{{ end }}
  {{- "\n" }}
{{- end }}
{{ define "__tocsin_annotated_sections" -}}
  {{ join " " .CommonAnnotations.Values }}{{ "\n" }}{{ template "__tocsin_sections" . }}
{{- end }}
{{ define "__tocsin_markdown_sections" -}}
  {{ "\n" }}
  {{- with .Alerts.Firing }}{{ "\n# Alerts Firing:\n" }}{{ template "__text_alert_list_markdown" . }}{{ "\n" }}{{ end }}
  {{- "\n" }}
  {{- with .Alerts.Resolved }}{{ "\n# Alerts Resolved:\n" }}{{ template "__text_alert_list_markdown" . }}{{ "\n" }}{{ end }}
  {{- "\n" }}
{{- end }}
{{- /* The same without blank lines. */ -}}
{{ define "__tocsin_dense_sections" -}}
  {{ join " " .CommonAnnotations.Values }}{{ "\n" }}
  {{- with .Alerts.Firing }}{{ "Alerts Firing:\n" }}{{ template "__text_alert_list" . }}{{ end }}
  {{- "\n" }}
  {{- with .Alerts.Resolved }}{{ "Alerts Resolved:\n" }}{{ template "__text_alert_list" . }}{{ end }}
{{- end }}

{{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "slack.default.fallback" -}}
  {{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}
{{- end }}
{{ define "slack.default.color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
{{ define "slack.default.callbackid" }}{{ end }}
{{ define "slack.default.pretext" }}{{ end }}
{{ define "slack.default.iconemoji" }}{{ end }}
{{ define "slack.default.iconurl" }}{{ end }}
{{ define "slack.default.text" }}{{ end }}
{{ define "slack.default.footer" }}{{ end }}

{{ define "discord.default.content" }}{{ end }}
{{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "discord.default.message" }}{{ "\n" }}{{ template "__tocsin_sections" . }}{{ end }}

{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}

{{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
{{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
{{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
{{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

{{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
{{ define "opsgenie.default.description" }}{{ template "__tocsin_dense_sections" . }}{{ end }}
{{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}

{{ define "victorops.default.state_message" }}{{ template "__tocsin_dense_sections" . }}{{ end }}
{{ define "victorops.default.entity_display_name" }}{{ template "__subject" . }}{{ end }}
{{ define "victorops.default.monitoring_tool" }}{{ template "__alertmanager" . }}{{ end }}

{{ define "wechat.default.message" -}}
  {{ template "__subject" . }}{{ "\n" }}{{ template "__tocsin_dense_sections" . }}
  {{- "\nAlertmanagerUrl:\n" }}{{ template "__alertmanagerURL" . }}
{{- end }}
{{ define "wechat.default.to_user" }}{{ end }}
{{ define "wechat.default.to_party" }}{{ end }}
{{ define "wechat.default.to_tag" }}{{ end }}
{{ define "wechat.default.agent_id" }}{{ end }}

{{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "pushover.default.message" }}{{ template "__tocsin_annotated_sections" . }}{{ end }}
{{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}

{{ define "sns.default.subject" }}{{ template "__subject" . }}{{ end }}
{{ define "sns.default.message" }}{{ template "__tocsin_annotated_sections" . }}{{ end }}

{{ define "telegram.default.message" }}{{ "\n" }}{{ template "__tocsin_sections" . }}{{ end }}
{{ define "webex.default.message" }}{{ template "__tocsin_annotated_sections" . }}{{ end }}

{{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteams.default.text" }}{{ template "__tocsin_markdown_sections" . }}{{ end }}
{{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "msteamsv2.default.text" }}{{ template "__tocsin_markdown_sections" . }}{{ end }}

{{ define "jira.default.summary" }}{{ template "__subject" . }}{{ end }}
{{ define "rocketchat.default.title" }}{{ template "__subject" . }}{{ end }}
{{ define "rocketchat.default.text" }}{{ end }}
)tmpl";

}  // namespace tocsin::notifiers
