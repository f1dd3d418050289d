#include "series/sample_file.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "series/exposition.h"
#include "series/sample_file_reader.h"

namespace tocsin::series {
namespace {

/// Ascending times, each once; the later one of two in the file stays.
void put_in_order(FileSeries& series) {
  const auto& times = series.times;
  if (std::is_sorted(times.begin(), times.end(), std::less_equal<>())) return;
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return times[a] < times[b]; });
  FileSeries sorted;
  for (const std::uint32_t index : order) {
    if (!sorted.times.empty() && sorted.times.back() == times[index]) {
      sorted.values.back() = series.values[index];
      continue;
    }
    sorted.times.push_back(times[index]);
    sorted.values.push_back(series.values[index]);
  }
  series.times.swap(sorted.times);
  series.values.swap(sorted.values);
}

Labels labels_of(const SampleLine& line) {
  std::vector<LabelView> labels;
  labels.reserve(line.labels.size());
  for (const LabelView& each : line.labels) {
    if (!each.value.empty()) labels.push_back(each);
  }
  return Labels::of(std::move(labels));
}

}  // namespace

FileSeries& SampleCollector::series_of(const Labels& labels) {
  const auto [entry, is_new] = by_labels_.try_emplace(labels, nullptr);
  if (is_new) {
    entry->second = &series_.emplace_back();
    entry->second->labels = labels;
  }
  return *entry->second;
}

void SampleCollector::add(FileSeries& series, Timestamp at, double value) {
  if (++samples_ > max_samples_) {
    throw Error(
        fmt::format("these are more than {} samples; use a Prometheus for so many", max_samples_));
  }
  series.times.push_back(at.time_since_epoch().count());
  series.values.push_back(value);
}

std::vector<FileSeries> SampleCollector::take() {
  std::vector<FileSeries> out;
  out.reserve(series_.size());
  for (const auto& [labels, series] : by_labels_) {
    put_in_order(*series);
    out.push_back(std::move(*series));
  }
  return out;
}

void read_exposition(std::string_view text, SampleCollector& collector) {
  ExpositionReader reader(text, detect_format(text));
  std::unordered_map<std::string_view, FileSeries*> by_text;
  for (;;) {
    const ExpositionLine line = reader.next();
    if (std::holds_alternative<EndOfExposition>(line)) return;
    const auto* sample = std::get_if<SampleLine>(&line);
    if (sample == nullptr) continue;
    FileSeries*& series = by_text[sample->series];
    if (series == nullptr) series = &collector.series_of(labels_of(*sample));
    if (sample->at) {
      collector.add(*series, *sample->at, sample->value);
    } else {
      series->untimed = sample->value;
    }
  }
}

SampleFile SampleFile::read(std::string_view text, std::size_t max_samples) {
  SampleCollector collector(max_samples);
  if (is_script(text)) {
    read_script(text, collector);
  } else {
    read_exposition(text, collector);
  }
  return SampleFile(collector.take());
}

std::optional<Timestamp> SampleFile::newest() const {
  std::optional<Timestamp> newest;
  for (const FileSeries& series : series_) {
    if (series.times.empty()) continue;
    const Timestamp last{Duration(series.times.back())};
    newest = newest ? std::max(*newest, last) : last;
  }
  return newest;
}

bool SampleFile::has_untimed() const {
  return std::any_of(series_.begin(), series_.end(),
                     [](const FileSeries& series) { return series.untimed.has_value(); });
}

void SampleFile::stamp(Timestamp at) {
  for (FileSeries& series : series_) {
    if (!series.untimed) continue;
    series.times.push_back(at.time_since_epoch().count());
    series.values.push_back(*series.untimed);
    series.untimed.reset();
    put_in_order(series);
  }
}

query::Selection SampleFile::select(const Matchers& matchers, Timestamp from, Timestamp to) const {
  query::Selection selection;
  for (const FileSeries& series : series_) {
    const auto first =
        std::lower_bound(series.times.begin(), series.times.end(), from.time_since_epoch().count());
    const bool overlaps = first != series.times.end() && *first <= to.time_since_epoch().count();
    if (!overlaps || !all_match(matchers, series.labels)) continue;
    selection.series.push_back(
        {&series.labels, series.times, series.values, series.has_histograms});
  }
  return selection;
}

}  // namespace tocsin::series
