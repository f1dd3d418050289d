// Whatever a source answers, it is a vector or a failure that names the source.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "model/text.h"
#include "net/remote_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string body(reinterpret_cast<const char*>(data), size);
  // Whatever is good for a rule is good for people.
  const net::Reply reply = net::parse_reply("fuzz", body, 200);
  const query::Answer answer = net::parse_answer("fuzz", body, 200);
  if (const auto* failure = std::get_if<query::Failure>(&answer)) {
    if (!failure->message.starts_with("source \"fuzz\": ")) std::abort();
    if (!is_utf8(failure->message)) std::abort();
    if (const auto* other = std::get_if<query::Failure>(&reply)) {
      if (!is_utf8(other->message)) std::abort();
    }
    return 0;
  }
  if (std::holds_alternative<query::Failure>(reply)) std::abort();
  for (const query::Sample& sample : std::get<query::Samples>(answer)) {
    for (const LabelView& label : sample.labels) {
      if (label.value.empty() || !is_utf8(label.name) || !is_utf8(label.value)) std::abort();
    }
  }
  return 0;
}
