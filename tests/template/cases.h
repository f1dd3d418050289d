// Templates and what becomes of them. promtool is asked for its opinion on the same table.
#pragma once

#include <string_view>
#include <vector>

namespace tocsin::tmpl {

struct Case {
  std::string_view text;
  std::string_view expected;
};

/// What every promtool since 2.42 understands.
inline const std::vector<Case>& language_cases() {
  static const std::vector<Case> kCases = {
      // Text, comments, trimming
      {"", ""},
      {"plain {single} }} text", "plain {single} }} text"},
      {"a {{/* nobody sees this */}} b", "a  b"},
      {"a {{- /* trims */ -}} b", "ab"},
      {"a  {{- 1 -}}  b", "a1b"},
      {"a {{-1}} b", "a -1 b"},
      {"{{ \"a\\tb\" }}|{{ `raw \\t` }}|{{ 'x' }}", "a\tb|raw \\t|120"},
      // Constants
      {"{{ 1 }} {{ -7 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }}", "1 -7 31 5 15 1000"},
      {"{{ 1.5 }} {{ 1e3 }} {{ 1e21 }} {{ .5 }} {{ 1.0 }}", "1.5 1000 1e+21 0.5 1"},
      {"{{ true }} {{ false }}", "true false"},
      // Variables of rules, and the same in the dot
      {"{{ $labels.instance }}", "web-1.example.com:9090"},
      {"{{ .Labels.instance }}", "web-1.example.com:9090"},
      {"{{ $value }} {{ .Value }}", "123456.789 123456.789"},
      {"[{{ $labels.missing }}]", "[]"},
      {"{{ with $labels }}{{ .job }}{{ end }}", "Api <b>\"x\"&'y'"},
      {"{{ $labels.job | html }}", "Api &lt;b&gt;&#34;x&#34;&amp;&#39;y&#39;"},
      {"{{ $labels.job | js }}", R"(Api \u003Cb\u003E\"x\"\u0026\'y\')"},
      {"{{ $labels.path | urlquery }}", "%2Fa+b%2Fc%3Fd%3D%C3%A9"},
      {"{{ (index $labels \"job\") | len }}", "14"},
      {"{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"},
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"},
      {"{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"},
      {"{{ $y := $value | printf \"%.1f\" }}<{{ $y }}>", "<123456.8>"},
      // if, with
      {"{{ if $labels.job }}yes{{ else }}no{{ end }}", "yes"},
      {"{{ if $labels.nope }}yes{{ else }}no{{ end }}", "no"},
      {"{{ if false }}a{{ else if 0 }}b{{ else if 0.0 }}c{{ else if \"\" }}d{{ else }}e{{ end }}",
       "e"},
      {"{{ if gt $value 1e5 }}big{{ end }}", "big"},
      {"{{ if and (gt $value 1.0) (lt $value 2.0) }}a{{ else }}b{{ end }}", "b"},
      {"{{ with $labels.job }}<{{ len . }}>{{ end }}", "<14>"},
      {"{{ with \"\" }}a{{ else }}b{{ end }}", "b"},
      {"{{ with $x := 5 }}{{ $x }}{{ . }}{{ end }}", "55"},
      {"{{ if not $labels.nope }}none{{ end }}", "none"},
      {"{{ if $x := $labels.job }}{{ len $x }}{{ end }}", "14"},
      // range
      {"{{ range $name, $text := $labels }}{{ $name }}={{ len $text }};{{ end }}",
       "alertname=1;empty_here=1;instance=22;job=14;path=11;"},
      {"{{ range $labels }}[{{ len . }}]{{ end }}", "[1][1][22][14][11]"},
      {"{{ range $labels }}{{ if eq (len .) 22 }}{{ break }}{{ end }}.{{ end }}", ".."},
      {"{{ range $labels }}{{ if eq (len .) 1 }}{{ continue }}{{ end }}.{{ end }}", "..."},
      {"{{ range query \"none\" }}x{{ else }}nothing{{ end }}", "nothing"},
      {"{{ range $i, $s := query \"up\" }}{{ $i }}{{ end }}", "01"},
      {"{{ $n := 0 }}{{ range $labels }}{{ $n = len . }}{{ end }}{{ $n }}", "11"},
      // define, template, block
      {"{{ define \"x\" }}<{{ . }}>{{ end }}{{ template \"x\" 5 }}{{ template \"x\" $value }}",
       "<5><123456.789>"},
      {"{{ define \"x\" }}{{ with . }}{{ .job }}{{ end }}{{ end }}{{ template \"x\" $labels }}",
       "Api <b>\"x\"&'y'"},
      {"{{ block \"b\" 7 }}[{{ . }}]{{ end }}{{ template \"b\" 8 }}", "[7][8]"},
      {"{{ template \"later\" }}{{ define \"later\" }}ok{{ end }}", "ok"},
      {"{{ define \"x\" }}{{ $ }}{{ end }}{{ template \"x\" 3 }}", "3"},
      // Pipelines and parentheses
      {"{{ \"a\" | printf \"%s%s\" \"b\" }}", "ba"},
      {"{{ (printf \"%s\" \"a\" | len) }}", "1"},
      {"{{ len (printf \"%s-%s\" \"aa\" \"bb\") }}", "5"},
      {"{{ ($labels).job | len }}", "14"},
      {"{{ (args 1 2).arg1 }}", "2"},
      // Comparison and logic
      {"{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ ne \"a\" \"b\" }} {{ lt 1 2 }} {{ le 2 2 }}",
       "true true true true true"},
      {"{{ gt 1.5 1.0 }} {{ ge \"b\" \"a\" }} {{ eq true true }}", "true true true"},
      {"{{ and true \"last\" }} {{ or 0 \"x\" }} {{ not 0 }}", "last x true"},
      {"{{ or true (query \"bad\") }}", "true"},
      // Go's own functions
      {"{{ len \"é\" }} {{ len $labels }}", "2 5"},
      {"{{ index \"abc\" 1 }} {{ slice \"abcdef\" 1 3 }} {{ slice \"abc\" 1 }}", "98 bc bc"},
      {"{{ print 1 2 \"a\" \"b\" 3 4.5 }}|{{ println 1 \"a\" }}", "1 2ab3 4.5|1 a\n"},
      {"{{ print \"a\" \"b\" 1 2 true }}", "ab1 2 true"},
      {"{{ $labels }}",
       "map[alertname:A empty_here:x instance:web-1.example.com:9090 job:Api <b>\"x\"&'y' "
       "path:/a b/c?d=é]"},
      {"{{ args 1 \"b\" 2.5 }}", "map[arg0:1 arg1:b arg2:2.5]"},
      // printf
      {"{{ printf \"%d|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%b|%c|%q|%U\" 42 42 42 42 42 42 42 42 42 "
       "42 42 42 42 42 }}",
       "42|   42|42   |00042|+42| 42|2a|2A|0x2a|52|101010|*|'*'|U+002A"},
      {"{{ printf \"%f|%.2f|%8.2f|%-8.2f|%08.2f|%+.1f\" 3.14159 3.14159 3.14159 3.14159 -3.14159 "
       "3.14159 }}",
       "3.141590|3.14|    3.14|3.14    |-0003.14|+3.1"},
      {"{{ printf \"%e|%.1e|%g|%.3g|%G|%v\" 1234.5678 1234.5678 1234.5678 1234.5678 1e-10 1e-10 }}",
       "1.234568e+03|1.2e+03|1234.5678|1.23e+03|1E-10|1e-10"},
      {"{{ printf \"%s|%5s|%-5s|%.2s|%q|%x|%X|%v|%t\" \"añb\" \"añb\" \"añb\" \"añb\" \"a\\\"b\" "
       "\"ab\" \"ab\" \"ab\" true }}",
       "añb|  añb|añb  |añ|\"a\\\"b\"|6162|6162|ab|true"},
      {"{{ printf \"%T %T %T %T\" 1 1.5 \"a\" true }}", "int float64 string bool"},
      {"{{ printf \"%%|%d%%\" 5 }}", "%|5%"},
      {"{{ printf \"%*d|%-*d|%.*f\" 5 42 5 42 1 3.14159 }}", "   42|42   |3.1"},
      {"{{ printf \"%[2]d %[1]d\" 1 2 }}", "2 1"},
      {"{{ printf \"%d\" \"a\" }}|{{ printf \"%s\" 5 }}|{{ printf \"%d\" 1.5 }}",
       "%!d(string=a)|%!s(int=5)|%!d(float64=1.5)"},
      {"{{ printf \"%d %d\" 1 }}|{{ printf \"x\" 1 \"b\" }}|{{ printf \"%\" }}|{{ printf \"%z\" 1 "
       "}}",
       "1 %!d(MISSING)|x%!(EXTRA int=1, string=b)|%!(NOVERB)|%!z(int=1)"},
      {"{{ printf \"%v %s\" $labels.job $labels.path }}", "Api <b>\"x\"&'y' /a b/c?d=é"},
      {"{{ printf \"%s\" $labels }}",
       "map[alertname:A empty_here:x instance:web-1.example.com:9090 job:Api <b>\"x\"&'y' "
       "path:/a b/c?d=é]"},
      {"{{ $value | printf \"%.2f%%\" }}", "123456.79%"},
      {"{{ printf \"%6.2f|%6d|%6s|%6v\" 1.0 7 \"é\" true }}", "  1.00|     7|     é|  true"},
      {"{{ printf \"%.3d|%+.2e|%x\" 7 12345.678 -255 }}", "007|+1.23e+04|-ff"},
  };
  return kCases;
}

/// Prometheus' functions.
inline const std::vector<Case>& function_cases() {
  static const std::vector<Case> kCases = {
      {"{{ humanize 0.0 }} {{ humanize 1.0 }} {{ humanize 1234567.0 }} {{ humanize 0.00012 }}",
       "0 1 1.235M 120u"},
      {"{{ humanize -1234.5 }} {{ humanize 999.9 }} {{ humanize 1e30 }} {{ humanize 1e-30 }}",
       "-1.234k 999.9 1e+06Y 1e-06y"},
      {"{{ humanize \"1500\" }} {{ \"0x1p4\" | humanize }}", "1.5k 16"},
      {"{{ humanize \"+Inf\" }} {{ humanize \"NaN\" }} {{ humanize \"-inf\" }}", "+Inf NaN -Inf"},
      {"{{ humanize1024 0.0 }} {{ humanize1024 1536.0 }} {{ humanize1024 1048576.0 }}",
       "0 1.5ki 1Mi"},
      {"{{ humanize1024 1.0 }} {{ humanize1024 1e30 }} {{ humanize1024 -2048 }}",
       "1 8.272e+05Yi -2ki"},
      {"{{ humanizeDuration 0.0 }} {{ humanizeDuration 1.0 }} {{ humanizeDuration 59.5 }}",
       "0s 1s 59.5s"},
      {"{{ humanizeDuration 60 }} {{ humanizeDuration 3600 }} {{ humanizeDuration 90061 }}",
       "1m 0s 1h 0m 0s 1d 1h 1m 1s"},
      {"{{ humanizeDuration -90.0 }} {{ humanizeDuration 0.0125 }} {{ humanizeDuration 1e-10 }}",
       "-1m 30s 12.5ms 100ps"},
      {"{{ humanizeDuration \"899.99\" }} {{ humanizeDuration \"Inf\" }}", "14m 59s +Inf"},
      {"{{ humanizePercentage 0.1234567 }} {{ humanizePercentage 1 }} {{ humanizePercentage 0.0 }}",
       "12.35% 100% 0%"},
      {"{{ humanizeTimestamp 1435065584.128 }}", "2015-06-23 13:19:44.128 +0000 UTC"},
      {"{{ humanizeTimestamp 0 }}|{{ humanizeTimestamp -1.5 }}|{{ humanizeTimestamp \"NaN\" }}",
       "1970-01-01 00:00:00 +0000 UTC|1969-12-31 23:59:58.5 +0000 UTC|NaN"},
      {"{{ (1435065584.128 | toTime).Format \"2006-01-02T15:04:05.000Z07:00\" }}",
       "2015-06-23T13:19:44.128Z"},
      {"{{ (toTime 1435065584).Year }} {{ (toTime 1435065584).Unix }} {{ toTime 0 }}",
       "2015 1435065584 1970-01-01 00:00:00 +0000 UTC"},
      {"{{ (toTime 1435065584).Format \"Mon Jan _2 3:04PM 06\" }}", "Tue Jun 23 1:19PM 15"},
      {"{{ (toTime 1435065584).Weekday }} {{ (toTime 1435065584).Month }}", "Tuesday June"},
      {"{{ parseDuration \"1h30m\" }} {{ parseDuration \"15s\" }}", "5400 15"},
      {"{{ toUpper \"aBc é\" }} {{ toLower \"ABC É\" }} {{ title \"the quick o'brown fox_x\" }}",
       "ABC É abc é The Quick O'Brown Fox_x"},
      {"{{ match \"a.*c\" \"xabcx\" }} {{ match \"^b\" \"abc\" }} {{ match \"(?i)ABC\" \"abc\" }}",
       "true false true"},
      {"{{ reReplaceAll \"(.*)-([0-9]+).*\" \"$2/${1}x$$\" \"web-17.example.com\" }}", "17/webx$"},
      {"{{ reReplaceAll \"a\" \"\" \"banana\" }} {{ reReplaceAll \"x*\" \"-\" \"abc\" }}",
       "bnn -a-b-c-"},
      {"{{ reReplaceAll \"(?P<n>b)\" \"<$n>\" \"abc\" }} {{ reReplaceAll \"b\" \"$1x\" \"abc\" }}",
       "a<b>c ac"},
      {"{{ reReplaceAll \"x*\" \"-\" \"baxxc\" }} {{ reReplaceAll \"é\" \"e\" \"éa\" }}",
       "-b-a-c- ea"},
      {"{{ safeHtml \"<b>\" }}", "<b>"},
      {"{{ graphLink \"up == 0\" }} {{ tableLink \"a{b=\\\"c\\\"}\" }}",
       "/graph?g0.expr=up+%3D%3D+0&g0.tab=0 /graph?g0.expr=a%7Bb%3D%22c%22%7D&g0.tab=1"},
      {"{{ stripPort $labels.instance }} {{ stripPort \"[::1]:80\" }} {{ stripPort \"::1\" }}",
       "web-1.example.com ::1 ::1"},
      {"{{ stripPort \"host\" }} {{ stripPort \"a:b:c\" }}", "host a:b:c"},
      {"{{ stripDomain $labels.instance }} {{ stripDomain \"10.0.0.1:80\" }} {{ stripDomain "
       "\"a.b.c\" }}",
       "web-1:9090 10.0.0.1:80 a"},
      {"{{ stripDomain \"[::1]:80\" }} {{ stripDomain \"::1\" }}", "[::1]:80 ::1"},
      {"{{ externalURL }} {{ pathPrefix }}", "http://tocsin.example.com/base/path /base/path"},
      {"{{ query \"up\" | first | value }} {{ query \"up\" | first | label \"instance\" }}", "2 b"},
      {"{{ with query \"up\" }}{{ range sortByLabel \"instance\" . }}{{ .Labels.instance }}={{ "
       ".Value "
       "}};{{ end }}{{ end }}",
       "a=1;b=2;"},
      {"{{ query \"up\" | len }} {{ (index (query \"up\") 1).Labels.instance }}", "2 a"},
      {"{{ query \"up\" | first | strvalue }}|{{ with query \"none\" }}a{{ else }}b{{ end }}",
       "|b"},
      {"{{ range query \"up\" }}{{ . }}{{ end }}",
       "{map[__name__:up instance:b] 2}{map[__name__:up instance:a] 1}"},
  };
  return kCases;
}

}  // namespace tocsin::tmpl
