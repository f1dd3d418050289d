#include "scrape/discovery.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "model/text.h"

namespace tocsin::scrape {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& where, std::string_view what) {
  throw Error(fmt::format("{}: {}", where, what));
}

Labels labels_of(const Json& json, const std::string& where) {
  if (!json.is_object()) refuse(where, "\"labels\" must be an object of texts");
  std::vector<Label> labels;
  for (const auto& [name, value] : json.items()) {
    if (name.empty()) refuse(where, "a label needs a name");
    if (!value.is_string()) refuse(where, fmt::format("label {} must be a text", quote(name)));
    labels.push_back({name, value.get<std::string>()});
  }
  return Labels(labels);
}

TargetGroup group_of(const Json& json, const std::string& where) {
  TargetGroup group;
  if (!json.is_object()) refuse(where, "it must be an object with \"targets\" and \"labels\"");
  for (const auto& [key, value] : json.items()) {
    if (key == "labels") {
      if (!value.is_null()) group.labels = labels_of(value, where);
    } else if (key != "targets") {
      refuse(where, fmt::format("unknown key {}", quote(key)));
    } else if (!value.is_array()) {
      refuse(where, "\"targets\" must be a list of host:port");
    } else {
      for (const Json& each : value) {
        if (!each.is_string()) refuse(where, "\"targets\" must be a list of host:port");
        group.targets.push_back(Labels{{std::string(kAddress), each.get<std::string>()}});
      }
    }
  }
  return group;
}

}  // namespace

void Discovery::set_groups(std::vector<TargetGroup> groups) {
  if (groups == groups_ && version_ > 0) return;
  groups_ = std::move(groups);
  ++version_;
}

void Discovery::fail(std::string problem) {
  ++failures_;
  if (problem == problem_) return;
  problem_ = std::move(problem);
  spdlog::warn("discovery ({}): {}; the targets found before stay", kind(), problem_);
}

std::vector<TargetGroup> parse_target_groups(std::string_view json, std::string_view source) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) throw Error("it is no JSON");
  if (!document.is_array()) throw Error("it must be a list of target groups");
  std::vector<TargetGroup> groups;
  for (std::size_t i = 0; i < document.size(); ++i) {
    groups.push_back(group_of(document[i], fmt::format("target group {}", i + 1)));
    groups.back().source = fmt::format("{}:{}", source, i);
  }
  return groups;
}

}  // namespace tocsin::scrape
