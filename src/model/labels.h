// Label sets: the identity of series and alerts.
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

struct Label {
  std::string name;
  std::string value;
  auto operator<=>(const Label&) const = default;
};

/// Identifies a label set; two sets with the same fingerprint are taken to be the same alert.
using Fingerprint = std::uint64_t;

/// A value type: pairs sorted by name, names unique. Used for labels (where an empty value means
/// the label is absent) and, with the same shape, for annotations.
class Labels {
 public:
  Labels() = default;
  Labels(std::initializer_list<Label> labels);
  /// Sorts; where a name occurs twice, the later one wins.
  explicit Labels(std::vector<Label> labels);

  /// The value, or "" when the label is absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name);
  /// Removes labels with an empty value (they are the same as absent ones).
  void drop_empty();

  bool empty() const { return labels_.empty(); }
  std::size_t size() const { return labels_.size(); }
  auto begin() const { return labels_.begin(); }
  auto end() const { return labels_.end(); }

  /// FNV-1a 64 over sorted labels, each `name 0xFF value 0xFF`; {alertname="foo", node="bar"} is
  /// 980a6a0e0facf311. Source: prometheus/common model.LabelSet.Fingerprint.
  Fingerprint fingerprint() const;

  /// {a="x", b="y"}: Go-quoted values, as Prometheus prints label sets.
  std::string to_string() const;

  auto operator<=>(const Labels&) const = default;

 private:
  std::vector<Label>::const_iterator find(std::string_view name) const;
  std::vector<Label> labels_;
};

using Annotations = Labels;

/// 16 lower-case hexadecimal digits.
std::string format_fingerprint(Fingerprint fingerprint);
/// Throws Error unless it is 16 hexadecimal digits.
Fingerprint parse_fingerprint(std::string_view text);

/// [a-zA-Z_][a-zA-Z0-9_]*: the names that everything before UTF-8 names understands.
bool is_legacy_label_name(std::string_view name);
/// [a-zA-Z_:][a-zA-Z0-9_:]*
bool is_legacy_metric_name(std::string_view name);

inline constexpr std::string_view kMetricName = "__name__";
inline constexpr std::string_view kAlertName = "alertname";

}  // namespace tocsin
