#include "model/labels.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <new>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"

namespace tocsin {
namespace {

/// Sorts by name and keeps the last of each run of equal names.
void put_in_order(std::vector<LabelView>& labels) {
  const auto ascending = [](const LabelView& a, const LabelView& b) { return a.name < b.name; };
  const auto not_ascending = [](const LabelView& a, const LabelView& b) {
    return a.name >= b.name;
  };
  if (std::ranges::adjacent_find(labels, not_ascending) == labels.end()) return;
  std::ranges::stable_sort(labels, ascending);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i + 1 < labels.size() && labels[i].name == labels[i + 1].name) continue;
    labels[kept++] = labels[i];
  }
  labels.resize(kept);
}

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Labels::Labels(std::initializer_list<LabelView> labels)
    : Labels(of(std::vector<LabelView>(labels))) {}

Labels::Labels(const std::vector<Label>& labels)
    : Labels(of(std::vector<LabelView>(labels.begin(), labels.end()))) {}

Labels Labels::of(std::vector<LabelView> labels) {
  put_in_order(labels);
  Labels set;
  set.block_ = pack(labels);
  return set;
}

Labels::Block* Labels::pack(const std::vector<LabelView>& labels) {
  if (labels.empty()) return nullptr;
  std::size_t text_size = 0;
  for (const LabelView& label : labels) text_size += label.name.size() + label.value.size();
  const std::size_t offsets = 2 * labels.size() + 1;
  if (std::max(text_size, offsets) > std::numeric_limits<std::uint32_t>::max()) {
    throw Error("a label set takes more than 4 GiB");
  }
  void* memory = ::operator new(sizeof(Block) + offsets * sizeof(std::uint32_t) + text_size);
  auto* block = new (memory) Block{1, static_cast<std::uint32_t>(labels.size())};
  auto* offset = const_cast<std::uint32_t*>(block->offsets());
  char* const text = const_cast<char*>(block->text());
  std::uint32_t end = 0;
  *offset++ = 0;
  const auto add = [&](std::string_view part) {
    std::copy(part.begin(), part.end(), text + end);
    *offset++ = end += static_cast<std::uint32_t>(part.size());
  };
  for (const LabelView& label : labels) {
    add(label.name);
    add(label.value);
  }
  return block;
}

void Labels::destroy() noexcept {
  block_->~Block();
  ::operator delete(block_);
}

std::vector<LabelView> Labels::views() const { return {begin(), end()}; }

Labels::Iterator Labels::find(std::string_view name) const {
  return std::ranges::lower_bound(begin(), end(), name, {}, &LabelView::name);
}

std::optional<std::string_view> Labels::value(std::string_view name) const {
  const Iterator at = find(name);
  return at != end() && at->name == name ? std::optional(at->value) : std::nullopt;
}

std::string_view Labels::get(std::string_view name) const { return value(name).value_or(""); }

bool Labels::has(std::string_view name) const { return value(name).has_value(); }

void Labels::set(std::string_view name, std::string_view value) {
  const Iterator at = find(name);
  std::vector<LabelView> labels = views();
  const auto place = labels.begin() + (at - begin());
  if (at != end() && at->name == name) {
    place->value = value;
  } else {
    labels.insert(place, {name, value});
  }
  *this = of(std::move(labels));
}

void Labels::erase(std::string_view name) {
  const Iterator at = find(name);
  if (at == end() || at->name != name) return;
  std::vector<LabelView> labels = views();
  labels.erase(labels.begin() + (at - begin()));
  *this = of(std::move(labels));
}

void Labels::drop_empty() {
  std::vector<LabelView> labels = views();
  if (std::erase_if(labels, [](const LabelView& label) { return label.value.empty(); }) > 0) {
    *this = of(std::move(labels));
  }
}

bool Labels::operator==(const Labels& other) const {
  return block_ == other.block_ || (size() == other.size() && std::ranges::equal(*this, other));
}

std::strong_ordering Labels::operator<=>(const Labels& other) const {
  if (block_ == other.block_) return std::strong_ordering::equal;
  Iterator a = begin();
  Iterator b = other.begin();
  for (; a != end() && b != other.end(); ++a, ++b) {
    if (const std::strong_ordering order = *a <=> *b; order != 0) return order;
  }
  return size() <=> other.size();
}

Fingerprint Labels::fingerprint() const {
  constexpr std::uint64_t kOffset = 14695981039346656037ULL;
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  std::uint64_t hash = kOffset;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash = (hash ^ 0xFFU) * kPrime;
  };
  for (const LabelView& label : *this) {
    add(label.name);
    add(label.value);
  }
  return hash;
}

std::string Labels::to_string() const {
  std::string out = "{";
  for (const LabelView& label : *this) {
    if (out.size() > 1) out += ", ";
    out += is_legacy_label_name(label.name) ? std::string(label.name) : quote(label.name);
    out += '=';
    out += quote(label.value);
  }
  return out + '}';
}

std::string format_fingerprint(Fingerprint fingerprint) {
  return fmt::format("{:016x}", fingerprint);
}

Fingerprint parse_fingerprint(std::string_view text) {
  Fingerprint value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc() || end != text.data() + text.size()) {
    throw Error(
        fmt::format("\"{}\" is not a fingerprint: 16 hexadecimal digits are expected", text));
  }
  return value;
}

bool is_legacy_label_name(std::string_view name) {
  if (name.empty() || !is_alpha(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_alpha(c) || is_digit(c); });
}

bool is_legacy_metric_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alpha(c) || is_digit(c) || c == ':'; });
}

}  // namespace tocsin
