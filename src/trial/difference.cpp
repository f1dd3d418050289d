#include "trial/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "model/text.h"
#include "trial/aligned.h"

namespace tocsin::trial {
namespace {

constexpr std::size_t kMaxShown = 20;  // of each kind

using Lines = std::vector<std::string>;

bool same_number(double a, double b, bool fuzzy) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  return fuzzy && (std::nextafter(a, kInfinity) == b || std::nextafter(a, -kInfinity) == b);
}

/// In as many digits as tell it from every other number.
std::string text_of_value(const Item& item) {
  const std::optional<double>& value = item.value;
  if (!value) return item.histogram;
  if (std::isnan(*value)) return "NaN";
  if (std::isinf(*value)) return *value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", *value);
}

bool same_value(const Item& a, const Item& b, const DifferenceOptions& options) {
  if (a.histogram != b.histogram) return false;
  if (!a.value || !b.value) return a.value.has_value() == b.value.has_value();
  return same_number(*a.value, *b.value, options.fuzzy);
}

struct Pair {
  Item expected, got;
};
struct Sorted {
  std::vector<Pair> pairs;  // that differ
  std::vector<Item> missing, unexpected;
};

bool before(const Item& a, const Item& b) {
  return std::tie(a.labels, a.annotations) < std::tie(b.labels, b.annotations);
}

/// Walks both lists in the order of their labels.
Sorted sort_out(std::vector<Item> expected, std::vector<Item> got,
                const DifferenceOptions& options) {
  std::sort(expected.begin(), expected.end(), before);
  std::sort(got.begin(), got.end(), before);
  Sorted sorted;
  auto e = expected.begin();
  auto g = got.begin();
  while (e != expected.end() || g != got.end()) {
    const bool is_missing = g == got.end() || (e != expected.end() && e->labels < g->labels);
    if (is_missing) {
      sorted.missing.push_back(std::move(*e++));
    } else if (e == expected.end() || g->labels < e->labels) {
      sorted.unexpected.push_back(std::move(*g++));
    } else {
      if (e->annotations != g->annotations || !same_value(*e, *g, options)) {
        sorted.pairs.push_back({std::move(*e), std::move(*g)});
      }
      ++e, ++g;
    }
  }
  return sorted;
}

std::size_t shared_labels(const Labels& a, const Labels& b) {
  return static_cast<std::size_t>(std::count_if(a.begin(), a.end(), [&](const LabelView& label) {
    return b.get(label.name) == label.value;
  }));
}

/// What is missing was probably meant to be what is there and resembles it most.
void pair_similar(Sorted& sorted) {
  if (sorted.missing.size() > kMaxShown || sorted.unexpected.size() > kMaxShown) return;
  while (!sorted.missing.empty() && !sorted.unexpected.empty()) {
    std::size_t best = 0, best_missing = 0, best_unexpected = 0;
    for (std::size_t m = 0; m < sorted.missing.size(); ++m) {
      for (std::size_t u = 0; u < sorted.unexpected.size(); ++u) {
        const std::size_t shared =
            1 + shared_labels(sorted.missing[m].labels, sorted.unexpected[u].labels);
        if (shared > best) best = shared, best_missing = m, best_unexpected = u;
      }
    }
    const auto m = sorted.missing.begin() + static_cast<std::ptrdiff_t>(best_missing);
    const auto u = sorted.unexpected.begin() + static_cast<std::ptrdiff_t>(best_unexpected);
    sorted.pairs.push_back({std::move(*m), std::move(*u)});
    sorted.missing.erase(m);
    sorted.unexpected.erase(u);
  }
}

std::vector<std::string> names_of(const Labels& a, const Labels& b) {
  std::vector<std::string> names;
  for (const Labels* labels : {&a, &b}) {
    for (const LabelView& label : *labels) names.emplace_back(label.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// name="value" for each of the names, or nothing where the label is absent, with the commas
/// between.
Lines cells(const Labels& labels, const std::vector<std::string>& names) {
  Lines texts(names.size());
  bool is_last = true;
  for (std::size_t i = names.size(); i-- > 0;) {
    if (!labels.has(names[i])) continue;
    texts[i] = fmt::format("{}={}{}", names[i], quote(labels.get(names[i])), is_last ? "" : ", ");
    is_last = false;
  }
  return texts;
}

void align_labels(Aligned& both, const Pair& pair) {
  std::vector<std::string> names = names_of(pair.expected.labels, pair.got.labels);
  std::erase(names, kMetricName);
  if (names.empty()) {
    if (pair.expected.labels.empty() && pair.got.labels.empty()) both.add("{}");
    return;
  }
  const Lines expected = cells(pair.expected.labels, names);
  const Lines got = cells(pair.got.labels, names);
  both.add("{");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool same = pair.expected.labels.has(names[i]) == pair.got.labels.has(names[i]) &&
                      pair.expected.labels.get(names[i]) == pair.got.labels.get(names[i]);
    both.add(expected[i], got[i], same);
  }
  both.add("}");
}

/// Both sides in full, the labels that differ marked.
Lines aligned(const Pair& pair, bool same) {
  Aligned both;
  const std::string name(pair.expected.labels.get(kMetricName));
  const std::string got_name(pair.got.labels.get(kMetricName));
  both.add(name, got_name, name == got_name);
  align_labels(both, pair);
  if (!text_of_value(pair.expected).empty()) {
    both.add("  ");
    both.add(text_of_value(pair.expected), text_of_value(pair.got), same);
  }
  return both.lines();
}

void add_row(Lines& lines, const std::string& what, const std::string& expected,
             const std::string& got) {
  lines.push_back(what);
  lines.push_back("    expected  " + (expected.empty() ? "nothing" : expected));
  lines.push_back("    got       " + (got.empty() ? "nothing" : got));
}

/// A row for each label (annotation) that is not the same.
void add_rows(Lines& lines, std::string_view kind, const Labels& expected, const Labels& got) {
  const auto value = [](const Labels& labels, const std::string& name) {
    return labels.has(name) ? quote(labels.get(name)) : "";
  };
  for (const std::string& name : names_of(expected, got)) {
    const std::string e = value(expected, name);
    const std::string g = value(got, name);
    if (e != g) add_row(lines, fmt::format("{} {}", kind, name), e, g);
  }
}

Labels shared(const Labels& a, const Labels& b) {
  std::vector<LabelView> both;
  for (const LabelView& label : a) {
    if (b.has(label.name) && b.get(label.name) == label.value) both.push_back(label);
  }
  return Labels::of(std::move(both));
}

Lines only_rows(const Pair& pair, bool same) {
  Lines lines{series_text(shared(pair.expected.labels, pair.got.labels)) + " differs in"};
  Lines rows;
  add_rows(rows, "label", pair.expected.labels, pair.got.labels);
  if (!same) add_row(rows, "value", text_of_value(pair.expected), text_of_value(pair.got));
  add_rows(rows, "annotation", pair.expected.annotations, pair.got.annotations);
  for (const std::string& row : rows) lines.push_back("  " + row);
  return lines;
}

Lines describe_pair(const Pair& pair, const DifferenceOptions& options) {
  const bool same = same_value(pair.expected, pair.got, options);
  if (options.only_differences) return only_rows(pair, same);
  Lines lines = aligned(pair, same);
  if (pair.expected.labels == pair.got.labels && same) lines.pop_back();  // no marks
  add_rows(lines, "annotation", pair.expected.annotations, pair.got.annotations);
  return lines;
}

void add_alone(Lines& lines, std::string_view kind, const std::vector<Item>& items) {
  for (std::size_t i = 0; i < std::min(items.size(), kMaxShown); ++i) {
    const Item& item = items[i];
    lines.push_back(
        trim_right(fmt::format("{}{}  {}", kind, series_text(item.labels), text_of_value(item))));
    for (const LabelView& each : item.annotations) {
      lines.push_back(fmt::format("    annotation {}  {}", each.name, quote(each.value)));
    }
  }
  if (items.size() > kMaxShown) {
    lines.push_back(fmt::format("{}and {} more", kind, items.size() - kMaxShown));
  }
}

}  // namespace

std::string series_text(const Labels& labels) {
  std::string text(labels.get(kMetricName));
  Labels rest = labels;
  rest.erase(kMetricName);
  if (!rest.empty() || text.empty()) text += rest.to_string();
  return text;
}

std::vector<std::string> difference(std::vector<Item> expected, std::vector<Item> got,
                                    const DifferenceOptions& options) {
  Sorted sorted = sort_out(std::move(expected), std::move(got), options);
  pair_similar(sorted);
  Lines lines;
  for (std::size_t i = 0; i < std::min(sorted.pairs.size(), kMaxShown); ++i) {
    for (std::string& line : describe_pair(sorted.pairs[i], options)) {
      lines.push_back(std::move(line));
    }
  }
  if (sorted.pairs.size() > kMaxShown) {
    lines.push_back(fmt::format("and {} more that differ", sorted.pairs.size() - kMaxShown));
  }
  add_alone(lines, "missing     ", sorted.missing);
  add_alone(lines, "unexpected  ", sorted.unexpected);
  return lines;
}

}  // namespace tocsin::trial
