// Label sets: the identity of series and alerts.
#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin {

struct LabelView;

/// A label by itself, to make sets of.
struct Label {
  std::string name;
  std::string value;
  operator LabelView() const;
  auto operator<=>(const Label&) const = default;
};

/// A label of a set, valid as long as the set (or a copy of it) lives.
struct LabelView {
  std::string_view name;
  std::string_view value;
  explicit operator Label() const { return {std::string(name), std::string(value)}; }
  auto operator<=>(const LabelView&) const = default;
};

inline Label::operator LabelView() const { return {name, value}; }

/// Identifies a label set; two sets with the same fingerprint are taken to be the same alert.
using Fingerprint = std::uint64_t;

/// A value type: pairs sorted by name, names unique. Used for labels (where an empty value means
/// the label is absent) and, with the same shape, for annotations.
///
/// All of a set lies in one block of memory, which copies share until one of them is changed: sets
/// are made once and copied often, and there are hundreds of thousands of them.
class Labels {
 public:
  class Iterator;

  Labels() = default;
  Labels(std::initializer_list<LabelView> labels);
  /// Sorts; where a name occurs twice, the later one wins. Throws Error beyond 4 GiB.
  explicit Labels(const std::vector<Label>& labels);
  /// The same of labels that are somebody else's.
  static Labels of(std::vector<LabelView> labels);

  Labels(const Labels& other) noexcept : block_(other.block_) { share(); }
  Labels(Labels&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Labels& operator=(Labels other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Labels() { release(); }

  /// The value, or nothing when the label is absent.
  std::optional<std::string_view> value(std::string_view name) const;
  /// The value, or "" when the label is absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  void set(std::string_view name, std::string_view value);
  void erase(std::string_view name);
  /// Removes labels with an empty value (they are the same as absent ones).
  void drop_empty();

  bool empty() const { return block_ == nullptr; }
  std::size_t size() const { return block_ == nullptr ? 0 : block_->count; }
  Iterator begin() const;
  Iterator end() const;

  /// FNV-1a 64 over sorted labels, each `name 0xFF value 0xFF`; {alertname="foo", node="bar"} is
  /// 980a6a0e0facf311. Source: prometheus/common model.LabelSet.Fingerprint.
  Fingerprint fingerprint() const;

  /// {a="x", b="y"}: Go-quoted values, as Prometheus prints label sets.
  std::string to_string() const;

  bool operator==(const Labels& other) const;
  std::strong_ordering operator<=>(const Labels& other) const;

 private:
  /// What is behind it in memory: 2 * count + 1 offsets, between which names and values alternate,
  /// and the text they are in.
  struct Block {
    std::atomic<std::uint32_t> owners;
    std::uint32_t count;
    const std::uint32_t* offsets() const {
      return reinterpret_cast<const std::uint32_t*>(this + 1);
    }
    const char* text() const {
      return reinterpret_cast<const char*>(offsets() + 2 * std::size_t{count} + 1);
    }
  };

  /// REQUIRES: sorted, no name twice.
  static Block* pack(const std::vector<LabelView>& labels);
  std::vector<LabelView> views() const;
  Iterator find(std::string_view name) const;
  void share() const noexcept {
    if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (block_ != nullptr && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }
  void destroy() noexcept;

  Block* block_ = nullptr;  // null: empty
};

/// Gives labels by value: they are put together when they are looked at.
class Labels::Iterator {
 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = LabelView;
  using reference = LabelView;
  struct pointer {
    LabelView label;
    const LabelView* operator->() const { return &label; }
  };

  Iterator() = default;
  Iterator(const std::uint32_t* at, const char* text) : at_(at), text_(text) {}

  LabelView operator*() const {
    return {{text_ + at_[0], at_[1] - at_[0]}, {text_ + at_[1], at_[2] - at_[1]}};
  }
  pointer operator->() const { return {**this}; }
  LabelView operator[](difference_type n) const { return *(*this + n); }
  Iterator& operator+=(difference_type n) {
    at_ += 2 * n;
    return *this;
  }
  Iterator& operator-=(difference_type n) { return *this += -n; }
  Iterator& operator++() { return *this += 1; }
  Iterator& operator--() { return *this -= 1; }
  Iterator operator++(int) { return std::exchange(*this, *this + 1); }
  Iterator operator--(int) { return std::exchange(*this, *this - 1); }
  friend Iterator operator+(Iterator i, difference_type n) { return i += n; }
  friend Iterator operator+(difference_type n, Iterator i) { return i += n; }
  friend Iterator operator-(Iterator i, difference_type n) { return i -= n; }
  friend difference_type operator-(const Iterator& a, const Iterator& b) {
    return (a.at_ - b.at_) / 2;
  }
  bool operator==(const Iterator& other) const { return at_ == other.at_; }
  auto operator<=>(const Iterator& other) const { return at_ <=> other.at_; }

 private:
  const std::uint32_t* at_ = nullptr;
  const char* text_ = nullptr;
};

inline Labels::Iterator Labels::begin() const {
  return block_ == nullptr ? Iterator() : Iterator(block_->offsets(), block_->text());
}
inline Labels::Iterator Labels::end() const {
  return begin() + static_cast<std::ptrdiff_t>(size());
}

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
