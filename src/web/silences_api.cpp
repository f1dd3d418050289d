// /api/v2/silences and /api/v2/silence/{id}, as Alertmanager answers them.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

using Json = nlohmann::json;
using route::Silence;
using route::SilenceState;

/// A silence is written by hand or by a small tool; the parser needs many times this in memory.
constexpr std::size_t kMaxSilenceBytes = std::size_t{256} << 10;

void write_silence(JsonWriter& out, const Silence& silence, Timestamp now) {
  out.begin_object().field("id", silence.id);
  out.key("status")
      .begin_object()
      .field("state", to_string(route::state(silence, now)))
      .end_object();
  out.field("updatedAt", format_rfc3339(silence.updated_at));
  out.field("annotations", silence.annotations).field("comment", silence.comment);
  out.field("createdBy", silence.created_by).field("endsAt", format_rfc3339(silence.ends_at));
  out.key("matchers").begin_array();
  for (const Matcher& matcher : silence.matchers) {
    out.begin_object().field("isEqual", matcher.is_equal()).field("isRegex", matcher.is_regex());
    out.field("name", matcher.name()).field("value", matcher.value()).end_object();
  }
  out.end_array().field("startsAt", format_rfc3339(silence.starts_at)).end_object();
}

/// Reads one member of a posted object, or says what the schema wants.
const Json& member(const Json& object, const char* name, Json::value_t type, std::string path) {
  const auto at = object.find(name);
  path += name;
  if (at == object.end() || at->is_null()) {
    throw SchemaError{422, 602, fmt::format("{} in body is required", path)};
  }
  if (at->type() != type) {
    throw SchemaError{
        400, 400,
        fmt::format("parsing body failed: {} must be a {}", path, Json(type).type_name())};
  }
  return *at;
}

/// The same for a member that may be left out: null then.
const Json* optional_member(const Json& object, const char* name, Json::value_t type,
                            const std::string& path = {}) {
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return nullptr;
  return &member(object, name, type, path);
}

std::string text_member(const Json& object, const char* name, std::string path = {}) {
  return member(object, name, Json::value_t::string, std::move(path)).get<std::string>();
}

Matcher read_matcher(const Json& object, std::size_t index) {
  const std::string path = fmt::format("matchers.{}.", index);
  if (!object.is_object()) {
    throw SchemaError{400, 400,
                      fmt::format("parsing body failed: matchers.{} must be an object", index)};
  }
  const std::string name = text_member(object, "name", path);
  const std::string value = text_member(object, "value", path);
  const bool is_regex = member(object, "isRegex", Json::value_t::boolean, path).get<bool>();
  const Json* equal = optional_member(object, "isEqual", Json::value_t::boolean, path);
  const bool is_equal = equal == nullptr || equal->get<bool>();
  const MatchOp op = is_regex ? (is_equal ? MatchOp::Regex : MatchOp::NotRegex)
                              : (is_equal ? MatchOp::Equal : MatchOp::NotEqual);
  return {name, op, value};
}

Timestamp read_time(const Json& object, const char* name) {
  const std::string text = text_member(object, name);
  try {
    return parse_rfc3339(text);
  } catch (const Error& error) {
    throw SchemaError{400, 400, fmt::format("parsing body failed: {}: {}", name, error.what())};
  }
}

route::SilenceRequest read_request(const Json& body) {
  if (!body.is_object()) throw SchemaError{400, 400, "parsing body failed: an object is expected"};
  route::SilenceRequest request;
  const Json& matchers = member(body, "matchers", Json::value_t::array, "");
  if (matchers.empty()) {
    throw SchemaError{422, 612, "matchers in body should have at least 1 items"};
  }
  for (std::size_t i = 0; i < matchers.size(); ++i) {
    request.matchers.push_back(read_matcher(matchers[i], i));
  }
  request.starts_at = read_time(body, "startsAt");
  request.ends_at = read_time(body, "endsAt");
  request.created_by = text_member(body, "createdBy");
  request.comment = text_member(body, "comment");
  if (const Json* id = optional_member(body, "id", Json::value_t::string)) request.id = *id;
  if (const Json* notes = optional_member(body, "annotations", Json::value_t::object)) {
    for (const auto& [name, value] : notes->items()) {
      request.annotations.set(name, text_member(*notes, name.c_str(), "annotations."));
    }
  }
  return request;
}

Response post_silence(engine::Engine& engine, const Request& request) {
  if (const auto wrong = wrong_media_type(request)) return refuse(*wrong);
  if (request.body.size() > kMaxSilenceBytes) {
    return refuse({413, 413, fmt::format("a silence has at most {} bytes", kMaxSilenceBytes)});
  }
  const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (body.is_discarded()) return refuse({400, 400, "parsing body failed: it is not valid JSON"});
  route::SilenceRequest wanted;
  try {
    wanted = read_request(body);
  } catch (const SchemaError& error) {
    return refuse(error);
  } catch (const Error& error) {  // a regular expression that does not compile
    return json(json_string(fmt::format("failed to convert API silence to internal silence: {}",
                                        error.what())),
                400);
  }
  const auto answer = engine.put_silence(std::move(wanted), request.caller());
  if (const auto* refusal = std::get_if<route::SilenceRefusal>(&answer)) {
    const bool unknown = refusal->kind == route::SilenceRefusal::Kind::NotFound;
    return json(json_string(refusal->message), unknown ? 404 : 400);
  }
  const std::string& id = std::get<route::SilenceChange>(answer).id;
  return json(fmt::format("{{\"silenceID\":{}}}\n", json_string(id)));
}

/// A silence has exactly the matcher asked for (it is not evaluated against anything).
bool has_matcher(const Silence& silence, const Matcher& wanted) {
  return std::find(silence.matchers.begin(), silence.matchers.end(), wanted) !=
         silence.matchers.end();
}

/// Active ones first, those that end soonest at the top; then pending ones by start; then expired
/// ones, the latest first.
std::tuple<int, Duration> shown_order(const Silence& silence, Timestamp now) {
  switch (route::state(silence, now)) {
    case SilenceState::Active:
      return {0, silence.ends_at.time_since_epoch()};
    case SilenceState::Pending:
      return {1, silence.starts_at.time_since_epoch()};
    case SilenceState::Expired:
      return {2, -silence.ends_at.time_since_epoch()};
  }
  return {3, Duration{0}};
}

Response get_silences(engine::Engine& engine, const Request& request, MatcherSyntax syntax,
                      Timestamp now) {
  Matchers wanted;
  try {
    for (const std::string& each : request.parameters("filter")) {
      wanted.push_back(parse_matcher(each, syntax));
    }
  } catch (const Error& error) {
    return json(json_string(error.what()), 400);
  }
  const engine::Book::Snapshot snapshot(engine.book());
  std::vector<std::shared_ptr<const Silence>> found;
  for (auto& silence : snapshot.silences().all()) {
    const SilenceState state = route::state(*silence, now);
    if (!request.flag(to_string(state), true)) continue;
    if (std::all_of(wanted.begin(), wanted.end(),
                    [&](const Matcher& each) { return has_matcher(*silence, each); })) {
      found.push_back(silence);
    }
  }
  std::sort(found.begin(), found.end(), [now](const auto& a, const auto& b) {
    return std::tuple(shown_order(*a, now), a->id) < std::tuple(shown_order(*b, now), b->id);
  });
  JsonWriter out;
  out.begin_array();
  for (const auto& silence : found) write_silence(out, *silence, now);
  return json(out.end_array().take() + "\n");
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = text.substr(i, 1).find_first_of("0123456789abcdefABCDEF") == 0;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

SchemaError not_a_uuid(const std::string& id) {
  return {422, 601, fmt::format("silenceID in path must be of type uuid: {}", json_string(id))};
}

Response get_silence(engine::Engine& engine, const Request& request, Timestamp now) {
  const std::string& id = request.arguments.at(0);
  if (!is_uuid(id)) return refuse(not_a_uuid(id));
  const engine::Book::Snapshot snapshot(engine.book());
  const Silence* silence = snapshot.silences().find(id);
  if (silence == nullptr) return json("", 404);
  JsonWriter out;
  write_silence(out, *silence, now);
  return json(out.take() + "\n");
}

Response delete_silence(engine::Engine& engine, const Request& request) {
  const std::string& id = request.arguments.at(0);
  if (!is_uuid(id)) return refuse(not_a_uuid(id));
  const engine::Expired outcome = engine.expire_silence(id, request.caller());
  return json("", outcome == engine::Expired::Done ? 200 : 404);
}

}  // namespace

void add_silences_api(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/api/v2/silences",
             gives_json([&engine, syntax = about.matchers](const Request& request, Timestamp now) {
               return get_silences(engine, request, syntax, now);
             }));
  router.add("POST", "/api/v2/silences", gives_json([&engine](const Request& request, Timestamp) {
               return post_silence(engine, request);
             }));
  router.add("GET", "/api/v2/silence/{silenceID}",
             gives_json([&engine](const Request& request, Timestamp now) {
               return get_silence(engine, request, now);
             }));
  router.add("DELETE", "/api/v2/silence/{silenceID}",
             gives_json([&engine](const Request& request, Timestamp) {
               return delete_silence(engine, request);
             }));
}

}  // namespace tocsin::web
