// Collects the series of a sample file. Within series only.
#pragma once

#include <deque>
#include <map>
#include <string_view>
#include <vector>

#include "series/sample_file.h"

namespace tocsin::series {

class SampleCollector {
 public:
  explicit SampleCollector(std::size_t max_samples) : max_samples_(max_samples) {}

  FileSeries& series_of(const Labels& labels);
  /// Throws Error when there are too many.
  void add(FileSeries& series, Timestamp at, double value);
  /// Sorts, and keeps the last of what is at the same time.
  std::vector<FileSeries> take();

 private:
  std::map<Labels, FileSeries*> by_labels_;
  std::deque<FileSeries> series_;
  std::size_t samples_ = 0;
  std::size_t max_samples_;
};

/// Whether the text begins, comments aside, with a line such as "load 1m".
bool is_script(std::string_view text);
void read_script(std::string_view text, SampleCollector& collector);
void read_exposition(std::string_view text, SampleCollector& collector);

}  // namespace tocsin::series
