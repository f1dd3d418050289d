#include "notifiers/payload.h"

#include <map>

#include <nlohmann/json.hpp>

#include "notifiers/json_text.h"

namespace tocsin::notifiers {
namespace {

using Json = nlohmann::ordered_json;

Json expanded(const Payload& payload, Fields& fields) {
  switch (payload.kind) {
    case Payload::Kind::Text:
      return yaml_value(fields.text(payload.text));
    case Payload::Kind::List: {
      Json list = Json::array();
      for (const Payload& each : payload.items) list.push_back(expanded(each, fields));
      return list;
    }
    case Payload::Kind::Mapping: {
      std::map<std::string, Json> sorted;
      for (std::size_t i = 0; i < payload.items.size(); ++i) {
        sorted[fields.text(payload.keys[i])] = expanded(payload.items[i], fields);
      }
      Json object = Json::object();
      for (auto& [key, value] : sorted) object[key] = std::move(value);
      return object;
    }
    default:
      return nullptr;
  }
}

}  // namespace

bool Payload::operator==(const Payload& other) const {
  return kind == other.kind && text == other.text && keys == other.keys && items == other.items;
}

std::string payload_json(const Payload& payload, Fields& fields) {
  return go_json_of(expanded(payload, fields)) + "\n";
}

}  // namespace tocsin::notifiers
