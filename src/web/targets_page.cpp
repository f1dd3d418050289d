#include "web/targets_page.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "model/text.h"
#include "web/page.h"
#include "web/scrape_jobs.h"

namespace tocsin::web {
namespace {

using scrape::Health;
using scrape::JobView;
using scrape::TargetView;

/// In the order in which they are shown.
constexpr std::array kHealths = {Health::Down, Health::Unknown, Health::Up};

// What bounds the page: code points of one text, and bytes of all rows before they are escaped.
constexpr std::size_t kLongestLabel = 1'000;
constexpr std::size_t kLongestUrl = 2'000;
constexpr std::size_t kLongestError = 10'000;
constexpr std::size_t kMostText = std::size_t{4} << 20;
constexpr std::size_t kMarkupOfLabel = 64;
constexpr std::size_t kMostProblems = 10;

constexpr std::string_view kContent = R"html(
{{- define "style" }}<style>
section { margin: 1.6rem 0; }
section > p { margin: .2rem 0 .5rem; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--faint); font-size: .85em; }
th, td { padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child { min-width: 5.6rem; }
td.target { width: 100%; overflow-wrap: anywhere; }
td.time, th.time { white-space: nowrap; }
.labels { display: flex; flex-wrap: wrap; gap: .25rem .35rem; margin-top: .3rem; }
.labels code { background: var(--soft); border: 1px solid var(--line); border-radius: .25rem; padding: 0 .35rem;
  overflow-wrap: anywhere; white-space: pre-wrap; }
.health { display: inline-block; border-radius: .25rem; padding: 0 .5rem; font-weight: 600; font-size: .87em;
  background: var(--soft); color: var(--faint); }
.health.up { background: var(--good-back); color: var(--good); }
.health.down { background: var(--bad-back); color: var(--bad); }
.health.unknown { background: var(--odd-back); color: var(--odd); }
@media (max-width: 45rem) {
  thead { display: none; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td { display: inline-block; border: 0; padding: 0 .6rem 0 0; }
  td.target { display: block; padding: .2rem 0 0; }
  tbody tr { display: flex; flex-wrap: wrap; align-items: baseline; }
  td.target { order: 1; }
}
</style>{{ end -}}
<p>{{ range .Healths }}<a href="targets?health={{ .Name }}{{ with $.Job }}&amp;job={{ . }}{{ end }}"><span class="health{{ if .Count }} {{ .Name }}{{ end }}">{{ .Count }} {{ .Name }}</span></a>
{{ end }}<span class="faint">in {{ .JobCount }} {{ if eq .JobCount 1 }}job{{ else }}jobs{{ end }}</span></p>
<form method="get" action="targets">
<label>Health <select name="health">
<option value="">any</option>
{{- range .Healths }}
<option{{ if .Selected }} selected{{ end }}>{{ .Name }}</option>
{{- end }}
</select></label>
<label>Job <select name="job">
<option value="">any</option>
{{- range .JobNames }}
<option value="{{ .Name }}"{{ if .Selected }} selected{{ end }}>{{ .Name }}</option>
{{- end }}
</select></label>
<button>Show</button>
{{ if .Filtered }}<a href="targets">all</a>{{ end }}
</form>
{{- range .Notices }}
<p class="notice">{{ . }}</p>
{{- end }}
{{- range .Jobs }}
<section>
<h2>{{ .Name }}</h2>
<p class="faint">{{ .Counts }}
{{- if .Dropped }}, <a href="api/v1/targets?state=dropped&amp;scrapePool={{ .Name }}">{{ .Dropped }} dropped</a> by relabelling{{ end }}</p>
{{- range .Problems }}
<p class="notice">{{ . }}</p>
{{- end }}
{{- if .Targets }}
<table>
<thead><tr><th>Health</th><th>Target</th><th class="time">Last scrape</th><th class="time">It took</th></tr></thead>
<tbody>
{{- range .Targets }}
<tr>
<td><span class="health {{ .Health }}">{{ .Health }}</span></td>
<td class="target"><a class="mono" rel="noreferrer noopener" href="{{ .Link }}">{{ .Url }}</a>
<div class="labels">{{ range .Labels }}<code>{{ .Name }}="{{ .Value }}"</code>{{ end }}</div>
{{- if .Error }}<div class="error">{{ .Error }}</div>{{ end }}</td>
<td class="time" title="{{ .At }}">{{ .Ago }}</td>
<td class="time">{{ .Took }}</td>
</tr>
{{- end }}
</tbody>
</table>
{{- end }}
</section>
{{- end }}
)html";

struct Filter {
  std::string_view health;  ///< empty: any
  std::string_view job;     ///< empty: any

  bool takes(const JobView& each) const { return job.empty() || each.name == job; }
  bool takes(const TargetView& target) const {
    return health.empty() || to_string(target.health) == health;
  }
};

struct Row {
  std::size_t job;
  const TargetView* target;
};

std::size_t rank(Health health) {
  return static_cast<std::size_t>(std::find(kHealths.begin(), kHealths.end(), health) -
                                  kHealths.begin());
}

/// About what a row costs.
std::size_t size_of(const TargetView& target) {
  std::size_t size = std::min(target.last_error.size(), 4 * kLongestError) +
                     2 * std::min(target.url.size(), 4 * kLongestUrl);
  for (const LabelView& label : target.labels) {
    size += std::min(label.name.size(), 4 * kLongestLabel) +
            std::min(label.value.size(), 4 * kLongestLabel) + kMarkupOfLabel;
  }
  return size;
}

/// What of them is shown, by job: of all jobs, those that are down come in first.
std::vector<Row> shown_of(std::vector<Row> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return rank(a.target->health) < rank(b.target->health);
  });
  std::size_t count = 0;
  for (std::size_t text = 0; count < std::min(rows.size(), kMostShownTargets); ++count) {
    text += size_of(*rows[count].target);
    if (text > kMostText) break;
  }
  rows.resize(count);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.job < b.job; });
  return rows;
}

/// How many of them have which health, in the order of kHealths.
using Counts = std::array<std::int64_t, kHealths.size()>;

Counts counts_of(const JobView& job) {
  Counts counts{};
  for (const TargetView& target : job.active) ++counts.at(rank(target.health));
  return counts;
}

std::string sentence(const Counts& counts) {
  std::string out;
  for (std::size_t i = kHealths.size(); i-- > 0;) {
    if (counts.at(i) == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", counts.at(i), to_string(kHealths.at(i)));
  }
  return out.empty() ? "no targets" : out;
}

std::string ago(Timestamp at, Timestamp now) {
  if (at == Timestamp{}) return "not yet";
  const auto passed = std::chrono::floor<std::chrono::seconds>(now - at);
  return passed.count() < 1 ? "just now" : format_duration(passed) + " ago";
}

std::string took(const TargetView& target) {
  const std::int64_t milliseconds = target.last_duration.count();
  if (target.last_scrape == Timestamp{}) return "";
  if (milliseconds < 1'000) return fmt::format("{} ms", milliseconds);
  return fmt::format("{:.2f} s", static_cast<double>(milliseconds) / 1'000);
}

tmpl::Value row_of(const TargetView& target, const std::string& external_url, Timestamp now) {
  tmpl::List labels;
  for (const LabelView& label : target.labels) {
    labels.items.emplace_back(
        tmpl::Object{{{"Name", truncate_runes(label.name, kLongestLabel)},
                      {"Value", truncate_runes(label.value, kLongestLabel)}}});
  }
  const bool is_scraped = target.last_scrape != Timestamp{};
  return tmpl::Object{{{"Health", to_string(target.health)},
                       {"Url", truncate_runes(target.url, kLongestUrl)},
                       {"Link", truncate_runes(global_url(target.url, external_url), kLongestUrl)},
                       {"Labels", std::move(labels)},
                       {"Error", truncate_runes(target.last_error, kLongestError)},
                       {"At", is_scraped ? format_rfc3339(target.last_scrape) : ""},
                       {"Ago", ago(target.last_scrape, now)},
                       {"Took", took(target)}}};
}

tmpl::List problems_of(const JobView& job) {
  tmpl::List problems;
  for (const std::string& problem : job.problems) {
    if (problems.items.size() == kMostProblems) {
      problems.items.emplace_back(
          fmt::format("and {} more problems", job.problems.size() - kMostProblems));
      break;
    }
    problems.items.emplace_back(truncate_runes(problem, kLongestLabel));
  }
  return problems;
}

/// The entries of the list of jobs; the one that is asked for is among them.
tmpl::List names_of(const std::vector<JobView>& jobs, const Filter& filter) {
  tmpl::List names;
  for (const JobView& job : jobs) {
    const bool is_wanted = !filter.job.empty() && filter.takes(job);
    if (!is_wanted && names.items.size() >= kMostShownTargets) continue;
    names.items.emplace_back(
        tmpl::Object{{{"Name", truncate_runes(job.name, kLongestLabel)}, {"Selected", is_wanted}}});
  }
  return names;
}

/// What a page is made of.
class Overview {
 public:
  Overview(const std::vector<JobView>& jobs, Filter filter) : jobs_(jobs), filter_(filter) {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!filter.takes(jobs[i])) continue;
      ++job_count_;
      const Counts counts = counts_of(jobs[i]);
      for (std::size_t each = 0; each < counts.size(); ++each) all_.at(each) += counts.at(each);
      for (const TargetView& target : jobs[i].active) {
        if (filter.takes(target)) rows.push_back({i, &target});
      }
    }
    matching_ = rows.size();
    rows_ = shown_of(std::move(rows));
  }

  /// Of jobs that the filter takes.
  std::int64_t job_count() const { return job_count_; }

  tmpl::List healths() const {
    tmpl::List list;
    for (std::size_t i = kHealths.size(); i-- > 0;) {
      const std::string_view name = to_string(kHealths.at(i));
      list.items.emplace_back(tmpl::Object{
          {{"Name", name}, {"Count", all_.at(i)}, {"Selected", filter_.health == name}}});
    }
    return list;
  }

  tmpl::List sections(const std::string& external_url, Timestamp now) {
    tmpl::List list;
    auto row = rows_.begin();
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      tmpl::List targets;
      for (; row != rows_.end() && row->job == i; ++row) {
        targets.items.push_back(row_of(*row->target, external_url, now));
      }
      if (!filter_.takes(jobs_[i])) continue;
      if (targets.items.empty() && !filter_.health.empty()) continue;
      if (targets.items.empty() && list.items.size() >= kMostShownTargets) {
        ++left_out_;
        continue;
      }
      list.items.push_back(section_of(jobs_[i], std::move(targets)));
    }
    return list;
  }

  /// What has to be said before the jobs. REQUIRES: after sections().
  tmpl::List notices() const {
    tmpl::List list;
    if (jobs_.empty()) {
      list.items.emplace_back(
          "Nothing is scraped: the configuration has no scrape_configs. A source is asked "
          "instead.");
    } else if (matching_ == 0) {
      list.items.emplace_back("There are no such targets.");
    }
    if (matching_ > rows_.size()) {
      list.items.emplace_back(
          fmt::format("{} of {} targets are shown, those that are down first; "
                      "{} more are not. Choose a job or a health.",
                      rows_.size(), matching_, matching_ - rows_.size()));
    }
    if (left_out_ > 0)
      list.items.emplace_back(fmt::format("{} more jobs are not shown", left_out_));
    return list;
  }

 private:
  static tmpl::Value section_of(const JobView& job, tmpl::List targets) {
    return tmpl::Object{{{"Name", truncate_runes(job.name, kLongestLabel)},
                         {"Counts", sentence(counts_of(job))},
                         {"Dropped", static_cast<std::int64_t>(job.dropped.size())},
                         {"Problems", problems_of(job)},
                         {"Targets", std::move(targets)}}};
  }

  const std::vector<JobView>& jobs_;
  Filter filter_;
  Counts all_{};
  std::int64_t job_count_ = 0;
  std::vector<Row> rows_;
  std::size_t matching_ = 0;
  std::size_t left_out_ = 0;
};

const Page& page() {
  static const Page kPage(kContent);
  return kPage;
}

bool is_health(std::string_view text) {
  return text.empty() || std::any_of(kHealths.begin(), kHealths.end(),
                                     [text](Health each) { return to_string(each) == text; });
}

}  // namespace

Response targets_page(const std::vector<JobView>& jobs, const Request& request,
                      const std::string& external_url, Timestamp now) {
  const Filter filter{request.parameter("health"), request.parameter("job")};
  const bool is_good = is_health(filter.health);
  Overview overview(jobs, filter);
  tmpl::List sections = overview.sections(external_url, now);
  tmpl::List notices = overview.notices();
  if (!is_good) notices.items = {"health is one of up, down and unknown"};
  return page().render("Targets",
                       tmpl::Object{{{"Healths", overview.healths()},
                                     {"JobCount", overview.job_count()},
                                     {"Job", filter.job},
                                     {"JobNames", names_of(jobs, filter)},
                                     {"Filtered", !filter.health.empty() || !filter.job.empty()},
                                     {"Notices", std::move(notices)},
                                     {"Jobs", std::move(sections)}}},
                       is_good ? 200 : 400);
}

}  // namespace tocsin::web
