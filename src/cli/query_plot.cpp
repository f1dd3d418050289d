#include "cli/query_plot.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "cli/query_plot_axis.h"
#include "cli/query_plot_canvas.h"
#include "cli/query_rows.h"
#include "cli/query_text.h"

namespace tocsin::cli {
namespace {

constexpr int kLeastColumns = 10;
constexpr int kLeastRows = 2;
constexpr int kTimeLabel = 10;  // the longest

/// The least and the greatest finite value, of those series that are plotted.
std::optional<std::pair<double, double>> extremes(const query::Matrix& matrix, std::size_t count) {
  std::optional<std::pair<double, double>> found;
  for (std::size_t i = 0; i < count; ++i) {
    for (const query::Point& point : matrix[i].points) {
      if (!std::isfinite(point.value)) continue;
      if (!found) found.emplace(point.value, point.value);
      found->first = std::min(found->first, point.value);
      found->second = std::max(found->second, point.value);
    }
  }
  return found;
}

/// Milliseconds. Times of other servers may be farther apart than 64 bits hold.
double distance(Timestamp from, Timestamp to) {
  return static_cast<double>(to.time_since_epoch().count()) -
         static_cast<double>(from.time_since_epoch().count());
}

/// Series and times to dots.
class Plotter {
 public:
  Plotter(Canvas& canvas, const net::QueryRange& range, const ValueAxis& axis)
      : canvas_(canvas), range_(range), axis_(axis) {}

  int x_of(Timestamp at) const {
    const double length = distance(range_.from, range_.to);
    const double share = length > 0 ? std::clamp(distance(range_.from, at) / length, 0.0, 1.0) : 0;
    return static_cast<int>(std::lround(share * (canvas_.dots_across() - 1)));
  }
  int y_of(long double value) const {
    const long double share =
        std::clamp((axis_.high - value) / (axis_.high - axis_.low), 0.0L, 1.0L);
    return static_cast<int>(std::lround(share * (canvas_.dots_down() - 1)));
  }

  void draw(const query::Series& series, std::size_t number) {
    // A step and a half: times of other servers may be rounded.
    const double longest = 1.5 * static_cast<double>(range_.step.count());
    const query::Point* before = nullptr;  // what a line may come from
    for (const query::Point& point : series.points) {
      const int x = x_of(point.at);
      if (!std::isfinite(point.value)) {
        before = nullptr;
        if (std::isinf(point.value)) canvas_.arrow(x, point.value > 0, number);
        continue;
      }
      if (before != nullptr && distance(before->at, point.at) > longest) before = nullptr;
      const query::Point& from = before == nullptr ? point : *before;
      canvas_.line(x_of(from.at), y_of(from.value), x, y_of(point.value), number);
      before = &point;
    }
  }

 private:
  Canvas& canvas_;
  const net::QueryRange& range_;
  const ValueAxis& axis_;
};

/// The labels of the values, each beside its row.
std::vector<std::string> row_labels(const ValueAxis& axis, const Plotter& plotter, int rows) {
  std::vector<std::string> labels(static_cast<std::size_t>(rows));
  for (const ValueAxis::Mark& mark : axis.marks) {
    labels[static_cast<std::size_t>(plotter.y_of(mark.value) / 4)] = mark.label;
  }
  return labels;
}

/// The axis of time and, below it, its labels; `indent` is where it begins.
std::string time_axis(const net::QueryRange& range, const Plotter& plotter, int columns,
                      std::size_t indent) {
  std::vector<std::string> line(static_cast<std::size_t>(columns), "─");
  std::string labels;
  for (const TimeMark& mark : time_marks(range.from, range.to, columns / (kTimeLabel + 2))) {
    const auto column = static_cast<std::size_t>(plotter.x_of(mark.at) / 2);
    line[column] = "┬";
    const std::size_t half = mark.label.size() / 2;
    const std::size_t begin = column - std::min(column, half);
    if (begin < labels.size() + (labels.empty() ? 0 : 1)) continue;
    if (begin + mark.label.size() > static_cast<std::size_t>(columns) + half) continue;
    labels += std::string(begin - labels.size(), ' ') + mark.label;
  }
  return fmt::format("{}└{}\n{} {}\n", std::string(indent, ' '), fmt::join(line, ""),
                     std::string(indent, ' '), labels);
}

/// Without milliseconds where there are none.
std::string short_time(Timestamp at) {
  std::string text = format_rfc3339(at);
  constexpr std::string_view kNone = ".000Z";
  if (text.ends_with(kNone)) text.replace(text.size() - kNone.size(), kNone.size(), "Z");
  return text;
}

std::string title(const LabelColumns& columns, const net::QueryRange& range,
                  const PlotStyle& style) {
  const std::string times = fmt::format("{} to {}, every {}", short_time(range.from),
                                        short_time(range.to), format_duration(range.step));
  const auto width = static_cast<std::size_t>(style.width);
  std::string out;
  if (!columns.common.empty()) out = cut_to(series_text(columns.common), width) + "\n";
  return out + cut_to(times, width) + "\n\n";
}

/// Values as a legend shows them: no more digits than anybody reads.
std::string legend_value(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : value_text(value);
}

std::string summary(const std::vector<query::Point>& points) {
  if (points.empty()) return "";
  double least = points.back().value;
  double most = least;
  for (const query::Point& point : points) {
    least = std::fmin(least, point.value);  // passes over NaN
    most = std::fmax(most, point.value);
  }
  return fmt::format("  min {}, max {}, last {}", legend_value(least), legend_value(most),
                     legend_value(points.back().value));
}

std::string legend_line(const query::Series& series, const Labels& common, std::size_t number,
                        bool letters, const PlotStyle& style) {
  constexpr std::size_t kLeastName = 20;
  Labels differing = series.labels;
  for (const LabelView& label : common) differing.erase(label.name);
  const std::string values = summary(series.points);
  const std::size_t used = 2 + values.size();
  const auto width = static_cast<std::size_t>(style.width);
  const std::string name =
      cut_to(series_text(differing), std::max(width - std::min(width, used), kLeastName));
  const std::string mark = letters ? std::string(1, letter_of(number)) : "■";
  const std::string shown = style.colours ? colour_of(number) + mark + kNoColour : mark;
  return fmt::format("{} {}{}\n", shown, name, values);
}

}  // namespace

std::string plot_text(const query::Matrix& matrix, const net::QueryRange& range,
                      const PlotStyle& style) {
  if (matrix.empty()) return "no series\n";
  const std::size_t count = std::min(matrix.size(), kMaxPlotted);
  const auto [least, most] = extremes(matrix, count).value_or(std::pair(0.0, 0.0));
  const int rows = std::max(style.height - 2, kLeastRows);
  const ValueAxis axis = value_axis(least, most, rows / 4);
  std::size_t indent = 0;
  for (const ValueAxis::Mark& mark : axis.marks) indent = std::max(indent, mark.label.size());
  const int columns = std::max(style.width - static_cast<int>(indent) - 2, kLeastColumns);

  Canvas canvas(columns, rows);
  Plotter plotter(canvas, range, axis);
  for (std::size_t i = 0; i < count; ++i) plotter.draw(matrix[i], i);

  const LabelColumns labels = label_columns(matrix);
  const bool letters = count > 1 && !style.colours;
  std::string out = title(labels, range, style);
  const std::vector<std::string> beside = row_labels(axis, plotter, rows);
  for (int row = 0; row < rows; ++row) {
    const std::string& label = beside[static_cast<std::size_t>(row)];
    out += fmt::format("{} {}{}\n", right_aligned(label, indent), label.empty() ? "│" : "┤",
                       canvas.row(row, !letters, style.colours));
  }
  out += time_axis(range, plotter, columns, indent + 1) + "\n";
  for (std::size_t i = 0; i < count; ++i) {
    out += legend_line(matrix[i], labels.common, i, letters, style);
  }
  if (matrix.size() > count) {
    out += fmt::format("and {} more series; choose some, for instance with topk({}, …)\n",
                       matrix.size() - count, kMaxPlotted);
  }
  return out;
}

}  // namespace tocsin::cli
