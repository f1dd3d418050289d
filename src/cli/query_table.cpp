#include <algorithm>

#include <fmt/format.h>

#include "cli/query_format.h"
#include "cli/query_rows.h"
#include "cli/query_text.h"
#include "model/overloaded.h"

namespace tocsin::cli {
namespace {

using Row = std::vector<std::string>;

/// Columns are as wide as their widest cell; the last one stands on the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) out += left_aligned(row[i], widths[i]) + "  ";
    out += right_aligned(row.back(), widths.back()) + "\n";
  }
  return out;
}

Row header(const LabelColumns& columns) {
  Row row;
  for (const std::string& name : columns.names) row.push_back(for_terminal(name));
  return row;
}

Row label_cells(const LabelColumns& columns, const Labels& labels) {
  Row row;
  for (const std::string& name : columns.names) row.push_back(for_terminal(labels.get(name)));
  return row;
}

std::string common_line(const LabelColumns& columns) {
  return columns.common.empty() ? "" : series_text(columns.common) + "\n\n";
}

std::string table(const query::Samples& samples) {
  if (samples.empty()) return "no series\n";
  const LabelColumns columns = label_columns(samples);
  std::vector<Row> rows = {header(columns)};
  rows.back().push_back("VALUE");
  for (const query::Sample& sample : samples) {
    rows.push_back(label_cells(columns, sample.labels));
    rows.back().push_back(value_text(sample.value));
  }
  return common_line(columns) + aligned(rows);
}

std::string table(const query::Matrix& matrix) {
  if (matrix.empty()) return "no series\n";
  const LabelColumns columns = label_columns(matrix);
  std::vector<Row> rows = {header(columns)};
  rows.back().insert(rows.back().end(), {"TIME", "VALUE"});
  for (const query::Series& series : matrix) {
    const Row labels = label_cells(columns, series.labels);
    for (const query::Point& point : series.points) {
      rows.push_back(labels);
      rows.back().insert(rows.back().end(), {format_rfc3339(point.at), value_text(point.value)});
    }
  }
  return common_line(columns) + aligned(rows);
}

}  // namespace

std::string table_text(const query::Evaluated& result) {
  return std::visit(
      Overloaded{[](const query::Number& number) { return value_text(number.value) + "\n"; },
                 [](const query::Text& text) { return for_terminal(text.value) + "\n"; },
                 [](const auto& series) { return table(series); }},
      result.value);
}

}  // namespace tocsin::cli
