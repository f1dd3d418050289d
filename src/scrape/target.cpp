#include "scrape/target.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin::scrape {
namespace {

void set_if_absent(Labels& labels, std::string_view name, std::string_view value) {
  if (labels.get(name).empty() && !value.empty()) labels.set(name, value);
}

/// The labels that relabelling sees.
Labels discovered(const JobSettings& job, const Labels& own, const Labels& of_group) {
  Labels labels = own;
  for (const LabelView& label : of_group) {
    if (!own.has(label.name)) labels.set(label.name, label.value);
  }
  labels.drop_empty();
  set_if_absent(labels, kJob, job.name);
  set_if_absent(labels, kScrapeInterval, format_duration(job.interval));
  set_if_absent(labels, kScrapeTimeout, format_duration(job.timeout));
  set_if_absent(labels, kMetricsPath, job.metrics_path);
  set_if_absent(labels, kScheme, job.scheme);
  for (const auto& [name, values] : job.params) {
    if (!values.empty()) set_if_absent(labels, std::string(kParam) + name, values.front());
  }
  return labels;
}

/// A path as Go's net/url escapes it.
std::string escape_path(std::string_view path) {
  constexpr std::string_view kPlain = "$&+,/:;=@-_.~";
  std::string out;
  if (!path.empty() && path.front() != '/') out += '/';
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string query_of(const JobSettings& job, const Labels& labels) {
  std::map<std::string, std::vector<std::string>> params(job.params.begin(), job.params.end());
  for (const LabelView& label : labels) {
    if (!label.name.starts_with(kParam)) continue;
    std::vector<std::string>& values = params[std::string(label.name.substr(kParam.size()))];
    values.resize(std::max<std::size_t>(values.size(), 1));
    values.front() = label.value;
  }
  std::string query;
  for (const auto& [name, values] : params) {
    for (const std::string& value : values) {
      query += fmt::format("{}{}={}", query.empty() ? '?' : '&', escape_query(name),
                           escape_query(value));
    }
  }
  return query;
}

Duration duration_of(const Labels& labels, std::string_view name, std::string_view what) {
  const std::string text(labels.get(name));
  try {
    const Duration duration = parse_duration(text);
    if (duration > Duration{0}) return duration;
  } catch (const Error&) {
  }
  throw Error(
      fmt::format("its label {} must be a {} longer than 0, not {}", name, what, quote(text)));
}

void check(const Labels& labels, const std::string& address) {
  if (address.empty()) throw Error("it has no label __address__");
  if (address.find('/') != std::string::npos) {
    throw Error(
        fmt::format("its address {} has a \"/\" in it: it must be host:port", quote(address)));
  }
  const std::string_view scheme = labels.get(kScheme);
  if (scheme != "http" && scheme != "https") {
    throw Error(fmt::format("its label __scheme__ must be http or https, not {}",
                            quote(std::string(scheme))));
  }
  for (const LabelView& label : labels) {
    if (!is_utf8(label.value) || !is_utf8(label.name)) {
      throw Error(fmt::format("its label {} is not UTF-8", quote(label.name)));
    }
  }
}

/// Throws Error that says why it cannot be a target.
Target make_target(const JobSettings& job, Labels before, const Labels& labels) {
  Target target;
  const std::string address(labels.get(kAddress));
  check(labels, address);
  target.interval = duration_of(labels, kScrapeInterval, "scrape interval");
  target.timeout = duration_of(labels, kScrapeTimeout, "scrape timeout");
  if (target.timeout > target.interval) {
    throw Error(fmt::format("its scrape timeout {} is longer than its scrape interval {}",
                            format_duration(target.timeout), format_duration(target.interval)));
  }
  for (const LabelView& label : labels) {
    if (!label.name.starts_with(kMeta)) target.labels.set(label.name, label.value);
    if (!label.name.starts_with("__")) target.attached.set(label.name, label.value);
  }
  set_if_absent(target.labels, kInstance, address);
  set_if_absent(target.attached, kInstance, address);
  target.url = fmt::format("{}://{}{}{}", labels.get(kScheme), address,
                           escape_path(labels.get(kMetricsPath)), query_of(job, labels));
  target.discovered = std::move(before);
  return target;
}

}  // namespace

std::string Target::key() const { return url + '\n' + labels.to_string(); }

Targets make_targets(const JobSettings& job, std::span<const TargetGroup> groups) {
  Targets targets;
  std::set<std::string> known;
  for (const TargetGroup& group : groups) {
    for (const Labels& own : group.targets) {
      Labels before = discovered(job, own, group.labels);
      Labels after = before;
      try {
        if (!relabel(after, job.relabel)) {
          targets.dropped.push_back(std::move(before));
          continue;
        }
        Target target = make_target(job, std::move(before), after);
        if (known.insert(target.key()).second) targets.active.push_back(std::move(target));
      } catch (const Error& error) {
        targets.problems.push_back(fmt::format("target {} of group {}: {}", own.to_string(),
                                               quote(group.source), error.what()));
      }
    }
  }
  return targets;
}

Duration offset_of(const Target& target) {
  Labels all = target.labels;
  all.set("\xFFurl", target.url);
  std::uint64_t hash = all.fingerprint();
  hash ^= hash >> 32;  // its low bits alone know little of what came first
  return Duration{hash % static_cast<std::uint64_t>(target.interval.count())};
}

Timestamp next_scrape(Timestamp now, Duration interval, Duration offset) {
  const auto since = (now - offset).time_since_epoch();
  auto whole = since / interval;
  if (since.count() < 0 && since % interval != Duration{0}) --whole;
  return Timestamp{(whole + 1) * interval + offset};
}

}  // namespace tocsin::scrape
