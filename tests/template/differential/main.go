// The counterpart of expand.cpp: the same questions answered by Go's own template packages, with
// functions and types of the names and behaviours that Alertmanager documents. Without title, which
// takes a package that is not Go's own.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"regexp"
	"sort"
	"strings"
	texttemplate "text/template"
	"time"
)

type KV map[string]string
type Pair struct{ Name, Value string }
type Pairs []Pair

func (kv KV) SortedPairs() Pairs {
	names := []string{}
	for name := range kv {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if (names[i] == "alertname") != (names[j] == "alertname") {
			return names[i] == "alertname"
		}
		return names[i] < names[j]
	})
	pairs := Pairs{}
	for _, name := range names {
		pairs = append(pairs, Pair{name, kv[name]})
	}
	return pairs
}

func (kv KV) Remove(names []string) KV {
	rest := KV{}
	for name, value := range kv {
		rest[name] = value
	}
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}
func (kv KV) Names() []string  { return kv.SortedPairs().Names() }
func (kv KV) Values() []string { return kv.SortedPairs().Values() }
func (kv KV) String() string   { return kv.SortedPairs().String() }

func (pairs Pairs) Names() []string {
	out := []string{}
	for _, pair := range pairs {
		out = append(out, pair.Name)
	}
	return out
}
func (pairs Pairs) Values() []string {
	out := []string{}
	for _, pair := range pairs {
		out = append(out, pair.Value)
	}
	return out
}
func (pairs Pairs) String() string {
	parts := []string{}
	for _, pair := range pairs {
		parts = append(parts, pair.Name+"="+pair.Value)
	}
	return strings.Join(parts, ", ")
}

type Alert struct {
	Status       string    `json:"status"`
	Labels       KV        `json:"labels"`
	Annotations  KV        `json:"annotations"`
	StartsAt     time.Time `json:"startsAt"`
	EndsAt       time.Time `json:"endsAt"`
	GeneratorURL string    `json:"generatorURL"`
	Fingerprint  string    `json:"fingerprint"`
}
type Alerts []Alert

func (alerts Alerts) with(status string) []Alert {
	out := []Alert{}
	for _, alert := range alerts {
		if alert.Status == status {
			out = append(out, alert)
		}
	}
	return out
}
func (alerts Alerts) Firing() []Alert   { return alerts.with("firing") }
func (alerts Alerts) Resolved() []Alert { return alerts.with("resolved") }

type Data struct {
	Receiver           string `json:"receiver"`
	Status             string `json:"status"`
	Alerts             Alerts `json:"alerts"`
	NotificationReason string `json:"notification_reason"`
	GroupLabels        KV     `json:"groupLabels"`
	CommonLabels       KV     `json:"commonLabels"`
	CommonAnnotations  KV     `json:"commonAnnotations"`
	RouteLabels        KV     `json:"routeLabels"`
	ExternalURL        string `json:"externalURL"`
}

func common(alerts Alerts, of func(Alert) KV) KV {
	out := KV{}
	for name, value := range of(alerts[0]) {
		shared := true
		for _, alert := range alerts {
			other, ok := of(alert)[name]
			shared = shared && ok && other == value
		}
		if shared {
			out[name] = value
		}
	}
	return out
}

var functions = map[string]interface{}{
	"toUpper":     strings.ToUpper,
	"toLower":     strings.ToLower,
	"trimSpace":   strings.TrimSpace,
	"join":        func(separator string, parts []string) string { return strings.Join(parts, separator) },
	"match":       regexp.MatchString,
	"safeHtml":    func(text string) template.HTML { return template.HTML(text) },
	"safeUrl":     func(text string) template.URL { return template.URL(text) },
	"urlUnescape": url.QueryUnescape,
	"reReplaceAll": func(pattern, replacement, text string) string {
		return regexp.MustCompile(pattern).ReplaceAllString(text, replacement)
	},
	"stringSlice": func(texts ...string) []string { return texts },
	"date":        func(layout string, at time.Time) string { return at.Format(layout) },
	"tz": func(name string, at time.Time) (time.Time, error) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return time.Time{}, err
		}
		return at.In(zone), nil
	},
	"toDate": func(layout, text string) time.Time {
		at, _ := time.ParseInLocation(layout, text, time.UTC)
		return at
	},
	"mustToDate": func(layout, text string) (time.Time, error) {
		return time.ParseInLocation(layout, text, time.UTC)
	},
	"toJson": func(value interface{}) (string, error) {
		out, err := json.Marshal(value)
		return string(out), err
	},
	"base64encode": func(text string) string { return base64.URLEncoding.EncodeToString([]byte(text)) },
	"base64decode": func(text string) (string, error) {
		out, err := base64.URLEncoding.DecodeString(text)
		return string(out), err
	},
	"list":   func(values ...interface{}) []interface{} { return append([]interface{}{}, values...) },
	"append": func(list []interface{}, values ...interface{}) []interface{} { return append(list, values...) },
	"dict": func(values ...interface{}) (map[string]interface{}, error) {
		out := map[string]interface{}{}
		if len(values)%2 != 0 {
			return nil, fmt.Errorf("dict requires an even number of arguments")
		}
		for i := 0; i < len(values); i += 2 {
			name, ok := values[i].(string)
			if !ok {
				return nil, fmt.Errorf("dict keys must be strings")
			}
			out[name] = values[i+1]
		}
		return out, nil
	},
}

// As text, as HTML, or as HTML of the labels that all alerts share.
func expand(mode, text string, data *Data) (string, error) {
	var dot interface{} = data
	if mode == "labels" {
		dot = data.CommonLabels
	}
	var buffer bytes.Buffer
	if mode == "text" {
		parsed, err := texttemplate.New("").Option("missingkey=zero").Funcs(functions).Parse(text)
		if err == nil {
			err = parsed.Execute(&buffer, dot)
		}
		return buffer.String(), err
	}
	parsed, err := template.New("").Option("missingkey=zero").Funcs(functions).Parse(text)
	if err == nil {
		err = parsed.Execute(&buffer, dot)
	}
	return buffer.String(), err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	lines.Scan()
	var data Data
	if err := json.Unmarshal(lines.Bytes(), &data); err != nil {
		panic(err)
	}
	data.Receiver = regexp.QuoteMeta(data.Receiver)
	data.NotificationReason = "first notification"
	data.CommonLabels = common(data.Alerts, func(alert Alert) KV { return alert.Labels })
	data.CommonAnnotations = common(data.Alerts, func(alert Alert) KV { return alert.Annotations })
	data.RouteLabels = KV{}
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var question struct{ Mode, Text string }
		if err := json.Unmarshal(lines.Bytes(), &question); err != nil {
			panic(err)
		}
		text, err := expand(question.Mode, question.Text, &data)
		if err != nil {
			answers.Encode(map[string]string{"error": err.Error()})
		} else {
			answers.Encode(map[string]string{"text": text})
		}
	}
}
