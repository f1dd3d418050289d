// Reading a test file, part by part; of concern to trial's own sources.
#pragma once

#include "config/yaml.h"
#include "trial/test_file.h"

namespace tocsin::trial {

/// What the parts of a file share.
struct Reading {
  const ReadOptions& options;
  TestFile& file;
  std::size_t values = 0;  ///< of the series so far
};

/// One element of `tests`.
Test read_test(const config::Node& node, config::File& file, Reading& reading);

std::vector<InputSeries> read_series(config::Map& test, Reading& reading);
std::vector<AlertCheck> read_alert_checks(config::Map& test);
std::vector<ExpressionCheck> read_expression_checks(config::Map& test, const Reading& reading);
/// `notifications` and `no_notifications`.
void read_message_checks(config::Map& map, const Reading& reading, Test& test);

}  // namespace tocsin::trial
