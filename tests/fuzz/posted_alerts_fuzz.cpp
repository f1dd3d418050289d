// Whatever is posted, it is alerts or a complaint in JSON that holds nothing but text; and what
// another reader takes for plain alerts is taken, with the same labels.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "model/text.h"
#include "web/posted_alerts.h"

namespace {

using namespace tocsin;
using nlohmann::json;

/// An array of objects with nothing but labels that are texts.
bool is_plain(const json& body) {
  if (!body.is_array() || body.size() > web::kMostPostedAlerts) return false;
  for (const json& alert : body) {
    if (!alert.is_object() || alert.size() != 1 || !alert.contains("labels")) return false;
    if (!alert["labels"].is_object()) return false;
    for (const json& value : alert["labels"]) {
      if (!value.is_string()) return false;
    }
  }
  return true;
}

void check(const std::vector<state::Posted>& alerts) {
  if (alerts.size() > web::kMostPostedAlerts) std::abort();
  for (const state::Posted& alert : alerts) {
    for (const Labels* each : {&alert.labels, &alert.annotations}) {
      std::string_view before;
      bool first = true;
      for (const LabelView& label : *each) {
        if (!first && label.name <= before) std::abort();
        if (!is_utf8(label.name) || !is_utf8(label.value)) std::abort();
        before = label.name;
        first = false;
      }
    }
    if (!is_utf8(alert.generator_url)) std::abort();
  }
}

void check(const web::SchemaError& error) {
  if (error.status != 400 && error.status != 413 && error.status != 422) std::abort();
  if (!is_utf8(error.message)) std::abort();
  const json shown = json::parse(web::refuse(error).body, nullptr, false);
  if (shown.is_discarded() || shown.at("message") != error.message) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto parsed = web::parse_posted_alerts(body);
  const auto* alerts = std::get_if<std::vector<state::Posted>>(&parsed);
  if (alerts == nullptr) {
    check(std::get<web::SchemaError>(parsed));
  } else {
    check(*alerts);
  }
  if (body.find('\0') != body.npos) return 0;  // where the other reader stops
  const json other = json::parse(body, nullptr, false);
  if (other.is_discarded() || !is_plain(other)) return 0;
  if (alerts == nullptr || alerts->size() != other.size()) std::abort();
  for (std::size_t i = 0; i < other.size(); ++i) {
    const json& labels = other[i]["labels"];
    if (labels.size() != (*alerts)[i].labels.size()) std::abort();
    for (const auto& [name, value] : labels.items()) {
      if ((*alerts)[i].labels.get(name) != value.get<std::string>()) std::abort();
    }
  }
  return 0;
}
