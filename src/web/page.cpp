#include "web/page.h"

#include <memory>
#include <utility>

#include "template/library.h"

namespace tocsin::web {
namespace {

/// A page shows thousands of things, whose markup is several times as long as their text.
constexpr tmpl::Limits kLimits{.steps = 50'000'000, .output = kMostPage};

constexpr std::string_view kFrame = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{{ .Title }} - Tocsin</title>
<style>
:root { color-scheme: light dark; --back: #fff; --soft: #f4f5f7; --line: #d9dce1; --text: #1d2127; --faint: #5b636e;
  --link: #0b57c2; --good: #14733c; --good-back: #def3e5; --bad: #b3201d; --bad-back: #fce4e2; --odd: #7a5200; --odd-back: #fbeecb; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16191d; --soft: #1f2328; --line: #353b43; --text: #e4e7eb; --faint: #9aa4b0;
    --link: #7db2ff; --good: #7fdba0; --good-back: #173824; --bad: #ff9a93; --bad-back: #44201f; --odd: #f0c674; --odd-back: #3d3115; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
header { background: var(--soft); border-bottom: 1px solid var(--line); }
header nav, main { max-width: 76rem; margin: 0 auto; padding: .7rem 1rem; }
header nav { display: flex; gap: 1.2rem; align-items: baseline; }
header b { font-size: 1.1rem; }
a { color: var(--link); }
header a { text-decoration: none; }
h1 { font-size: 1.4rem; margin: .6rem 0; }
h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
code, .mono { unicode-bidi: isolate; font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .87em; }
.faint { color: var(--faint); }
.notice { background: var(--odd-back); color: var(--odd); border-radius: .3rem; padding: .5rem .8rem; overflow-wrap: anywhere; }
.error { background: var(--bad-back); color: var(--bad); border-radius: .3rem; padding: .35rem .6rem; margin-top: .35rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; }
select, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .3rem;
  padding: .25rem .6rem; max-width: 100%; }
button { background: var(--soft); cursor: pointer; }
</style>
{{ template "style" }}
</head>
<body>
<header><nav><a href="./"><b>Tocsin</b></a> <a href="targets">Targets</a></nav></header>
<main>
<h1>{{ .Title }}</h1>
{{ template "content" .Data }}
</main>
</body>
</html>
)html";

tmpl::HtmlTemplate framed(std::string_view content) {
  auto library = std::make_shared<tmpl::Library>(tmpl::builtins(), kLimits);
  library->add(R"({{ define "style" }}{{ end }})", "style");
  library->add(content, "page", "content");
  return tmpl::HtmlTemplate(tmpl::Template::parse(kFrame, "frame", std::move(library)));
}

}  // namespace

Page::Page(std::string_view content) : template_(framed(content)) {}

// With no-referrer browsers would send "Origin: null" with a form, which counts as foreign.
Response Page::render(const std::string& title, tmpl::Value data, int status) const {
  const tmpl::Object all{{{"Title", title}, {"Data", std::move(data)}}};
  return {status,
          "text/html; charset=utf-8",
          template_.execute(all),
          {{"Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"},
           {"Referrer-Policy", "same-origin"},
           {"X-Content-Type-Options", "nosniff"},
           {"Cache-Control", "no-store"}}};
}

}  // namespace tocsin::web
