// Prometheus' JSON answers, read in one pass without a tree: they may hold 100,000 series. Nothing
// counts before the whole document was seen to be complete.
#include "net/answer.h"

#include <optional>

#include <fmt/format.h>

#include "model/error.h"
#include "model/text.h"
#include "net/answer_data.h"
#include "net/remote_source.h"

namespace tocsin::net {
namespace {

/// Warnings and infos; what is not text is passed over.
std::vector<std::string> read_notes(ondemand::value notes) {
  std::vector<std::string> out;
  if (notes.type() != ondemand::json_type::array) return out;
  for (auto element : notes.get_array()) {
    ondemand::value note = element.value();
    if (note.type() == ondemand::json_type::string) {
      out.emplace_back(std::string_view(note.get_string()));
    }
  }
  return out;
}

struct Envelope {
  std::string status;
  std::string error_type;
  std::string error;
  bool has_data = false;
  AnswerData data;
  std::vector<std::string> warnings;
  std::vector<std::string> infos;

  void add(std::string_view name, ondemand::value value) {
    if (name == "status") {
      status = std::string_view(value.get_string());
    } else if (name == "errorType") {
      error_type = std::string_view(value.get_string());
    } else if (name == "error") {
      error = std::string_view(value.get_string());
    } else if (name == "warnings") {
      warnings = read_notes(value);
    } else if (name == "infos") {
      infos = read_notes(value);
    } else if (name == "data" && !value.is_null()) {
      if (has_data) refuse("it holds data twice");
      has_data = true;
      data.read(value.get_object());
    }
  }
};

void read_envelope(ondemand::document& document, Envelope& envelope) {
  for (auto field : document.get_object()) {
    const std::string_view name = field.unescaped_key();
    envelope.add(name, field.value());
  }
  // Beyond the closing brace there is no location any more.
  if (document.current_location().error() == simdjson::SUCCESS)
    refuse("something follows the JSON");
}

std::string_view meaning_of(int status) {
  if (status == 401 || status == 403) return " (are its credentials right?)";
  if (status == 404) return " (is its URL that of a Prometheus API?)";
  if (status / 100 == 3) return " (a redirect that was not followed)";
  if (status == 502 || status == 503 || status == 504) return " (it or what it needs is down)";
  return "";
}

/// Why a body that is not the API's JSON cannot be used.
std::string describe(std::string_view body, int status) {
  if (status / 100 != 2) return fmt::format("it answered HTTP {}{}", status, meaning_of(status));
  const std::size_t start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return "its answer is empty";
  if (body[start] == '<') {
    return "its answer is a web page (is its URL that of a Prometheus API?)";
  }
  if (body[start] != '{') return "its answer is not JSON";
  return is_utf8(body) ? "its answer is damaged or cut off JSON" : "its answer is not UTF-8";
}

/// The data, once nothing is wrong any more.
Envelope read(std::string& body, std::size_t size, int status, Wanted wanted) {
  ondemand::parser parser;
  ondemand::document document = parser.iterate(body.data(), size, body.size());
  Envelope envelope;
  envelope.data.wanted = wanted;
  read_envelope(document, envelope);
  if (envelope.status == "error") {
    throw Error(fmt::format("{}: {}", shorten(envelope.error_type), shorten(envelope.error)));
  }
  if (envelope.status != "success") refuse("its status is neither success nor error");
  if (status / 100 != 2) throw Error(describe({}, status));
  envelope.data.finish();
  return envelope;
}

/// What `use` makes of the answer, or why there is none.
template <class Use>
auto read_or_fail(std::string_view source, std::string body, int status, Wanted wanted, Use use)
    -> std::variant<std::invoke_result_t<Use, Envelope>, query::Failure> {
  const std::size_t size = body.size();
  body.append(simdjson::SIMDJSON_PADDING, '\0');
  std::string why;
  try {
    return use(read(body, size, status, wanted));
  } catch (const simdjson::simdjson_error&) {
    why = describe(std::string_view(body).substr(0, size), status);
  } catch (const Error& error) {
    why = error.what();
  }
  return query::Failure{fmt::format("source \"{}\": {}", source, why)};
}

}  // namespace

query::Answer parse_answer(std::string_view source, std::string body, int status) {
  return read_or_fail(source, std::move(body), status, Wanted::ForARule,
                      [](Envelope envelope) { return envelope.data.take_samples(); });
}

Reply parse_reply(std::string_view source, std::string body, int status) {
  return read_or_fail(source, std::move(body), status, Wanted::Anything, [](Envelope envelope) {
    return query::Evaluated{envelope.data.take_value(), std::move(envelope.warnings),
                            std::move(envelope.infos)};
  });
}

}  // namespace tocsin::net
