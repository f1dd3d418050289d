// Writing Prometheus' text exposition format.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::web {

class Exposition {
 public:
  using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Starts a metric family; its samples follow. `type` is counter, gauge, summary or histogram.
  Exposition& family(std::string_view name, std::string_view type, std::string_view help);
  /// One sample of the family, or with a suffix ("_sum", "_bucket").
  Exposition& sample(double value, Pairs labels = {}, std::string_view suffix = {});
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string name_;
};

}  // namespace tocsin::web
