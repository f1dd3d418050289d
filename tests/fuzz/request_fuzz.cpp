// Whatever bytes come, they are read the same however they are cut, and nothing that is taken
// passes a limit or holds what could be read in two ways.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "web/front/request.h"

namespace {

using namespace tocsin::web;

Limits small() {
  Limits limits;
  limits.target = 200;
  limits.head = 800;
  limits.headers = 12;
  limits.body = 500;
  return limits;
}

void check(const Head& head, const Limits& limits) {
  for (const auto& [name, value] : head.headers) {
    if (name.empty() || name.find_first_of(std::string("\r\n:\0 ", 5)) != name.npos) std::abort();
    if (value.find_first_of(std::string("\r\n\0", 3)) != value.npos) std::abort();
  }
  if (head.headers.size() > limits.headers + 1) std::abort();
  if (head.path.size() + head.query.size() > limits.target) std::abort();
  if (head.path != "*" && !head.path.starts_with('/')) std::abort();
  const bool has_length = head.headers.contains("content-length");
  if (has_length && head.headers.contains("transfer-encoding")) std::abort();
}

/// All that came out, as one text.
std::string read(const std::string& bytes, std::size_t at_once) {
  const Limits limits = small();
  RequestReader reader(limits);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += at_once) {
    reader.feed(std::string_view(bytes).substr(at, at_once));
    for (;;) {
      const RequestReader::Progress progress = reader.advance();
      if (progress == RequestReader::Progress::NeedsMore) break;
      if (progress == RequestReader::Progress::Refused) {
        return out + "refused " + std::to_string(reader.refusal().status);
      }
      if (progress == RequestReader::Progress::HeadDone) {
        check(reader.head(), limits);
        continue;
      }
      RawRequest raw = reader.take();
      if (raw.body.size() > limits.body) std::abort();
      out += raw.head.method + " " + raw.head.path + "?" + raw.head.query + " " + raw.body + "\n";
      const auto request = make_request(std::move(raw), "fuzz", limits);
      if (const auto* made = std::get_if<Request>(&request)) {
        if (made->body.size() > limits.body) std::abort();
      }
    }
  }
  return out + (reader.idle() ? "idle" : "waits");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty()) return 0;
  const std::string one_by_one = read(bytes, 1);
  for (const std::size_t at_once : {std::size_t{2}, std::size_t{17}, bytes.size()}) {
    const std::string other = read(bytes, at_once);
    if (other == one_by_one) continue;
    // Only which refusal comes first may depend on how much has come.
    const bool both_refuse =
        other.find("refused") != other.npos && one_by_one.find("refused") != one_by_one.npos;
    if (!both_refuse) std::abort();
    if (other.substr(0, other.find("refused")) !=
        one_by_one.substr(0, one_by_one.find("refused"))) {
      std::abort();
    }
  }
  return 0;
}
