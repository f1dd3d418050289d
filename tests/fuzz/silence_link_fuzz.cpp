// Whatever stands behind /silence? is no offer unless it was signed, and what was signed is read
// back as it was, or, with a byte changed, not at all.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "model/text.h"
#include "notifiers/silence_link.h"
#include "web/percent.h"

namespace {

using namespace tocsin;
using namespace tocsin::notifiers;

const std::string kKey = "a key that is known to nobody but this fuzz target";
constexpr Timestamp kNow{std::chrono::seconds{1'700'000'000}};

void require(bool holds) {
  if (!holds) std::abort();
}

/// What the server makes of the text behind the question mark; forged where it is no query.
std::variant<SilenceOffer, LinkFlaw> asked(std::string_view text) {
  const auto query = web::parse_form(text);
  if (!query) return LinkFlaw::Forged;
  return check(kKey, *query, kNow);
}

bool is_offer(const std::variant<SilenceOffer, LinkFlaw>& found, const SilenceOffer& offer) {
  const auto* made = std::get_if<SilenceOffer>(&found);
  return made != nullptr && *made == offer;
}

/// Labels from lines: every other one is a name, the one behind it its value.
Labels labels_of(std::string_view text) {
  Labels labels;
  while (!text.empty()) {
    std::string_view field[2];
    for (std::string_view& each : field) {
      each = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(each.size() + 1, text.size()));
    }
    if (!field[0].empty() && !field[1].empty()) labels.set(field[0], field[1]);
  }
  return labels;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kNumbers = 2;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  require(!std::holds_alternative<SilenceOffer>(asked(text)));
  if (size <= kNumbers || !is_utf8(text.substr(kNumbers))) return 0;

  const SilenceOffer offer{labels_of(text.substr(kNumbers)), kNow + std::chrono::hours{1 + data[0]},
                           std::chrono::minutes{1 + data[1]}};
  if (offer.labels.empty()) return 0;
  const std::string query = sign(kKey, offer);
  require(is_offer(asked(query), offer));
  const std::size_t place = (data[0] * 256U + data[1]) % query.size();
  for (const char other : {'0', 'A', '&', '=', '%', '+'}) {
    std::string changed = query;
    changed[place] = other;
    const auto found = asked(changed);
    // Some bytes can be written in two ways.
    require(!std::holds_alternative<SilenceOffer>(found) || is_offer(found, offer));
  }
  return 0;
}
