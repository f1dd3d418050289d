// /silence: what the links in messages lead to. Reading the page changes nothing, as previewers of
// chats and scanners of mail follow every link; its form does.
#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/error.h"
#include "notifiers/silence_link.h"
#include "notifiers/summary.h"
#include "web/handlers.h"
#include "web/silence_page.h"

namespace tocsin::web {
namespace {

using notifiers::LinkFlaw;
using notifiers::SilenceOffer;

constexpr std::string_view kAuthor = "link";
constexpr std::string_view kComment = "silenced through the link of a message";

/// An offer that holds, or the page that says why there is none.
using Asked = std::variant<SilenceOffer, Response>;

Response refusal_of(LinkFlaw flaw) {
  if (flaw == LinkFlaw::Expired) {
    return show({"This link has expired",
                 "Nothing was changed. A newer message about the same alerts has a newer link."},
                403);
  }
  return show({"This link is not valid",
               "Nothing was changed. The link is not whole, was changed, or was signed with "
               "another secret."},
              403);
}

Asked asked(const engine::Engine& engine, const Request& request, Timestamp now) {
  const std::shared_ptr<const config::Config> config = engine.config();
  if (!config->silence_links) {
    return show({"There are no such links", "This Tocsin does not offer silences by links."}, 404);
  }
  try {
    auto checked = notifiers::check(config->silence_links->key(), request.query, now);
    if (const auto* flaw = std::get_if<LinkFlaw>(&checked)) return refusal_of(*flaw);
    return std::get<SilenceOffer>(std::move(checked));
  } catch (const Error& error) {  // says where the secret lies, which is nobody's business
    spdlog::error("a link that silences cannot be checked: {}", error.what());
    return show({"Links cannot be checked now", "Nothing was changed. The log says why."}, 503);
  }
}

Matchers matchers_of(const Labels& labels) {
  Matchers matchers;
  for (const LabelView& label : labels) {
    matchers.emplace_back(std::string(label.name), MatchOp::Equal, std::string(label.value));
  }
  return matchers;
}

/// When the silence ends that is in force for just that, whoever made it.
std::optional<Timestamp> silenced_until(const engine::Book::Snapshot& snapshot,
                                        const Matchers& matchers, Timestamp now) {
  std::optional<Timestamp> until;
  for (const auto& silence : snapshot.silences().all()) {
    if (route::state(*silence, now) != route::SilenceState::Active) continue;
    if (silence->matchers == matchers && silence->ends_at >= until) until = silence->ends_at;
  }
  return until;
}

Response already_silenced(const Labels& labels, Timestamp until) {
  return show(
      {"Already silenced",
       fmt::format("Alerts with these labels are silenced until {}.", notifiers::utc(until)),
       labels},
      200);
}

std::string alerts_text(const engine::Book::Snapshot& snapshot, const Matchers& matchers,
                        Timestamp now) {
  std::size_t count = 0;
  for (const auto& [fingerprint, alert] : snapshot.alerts()) {
    count += !alert->resolved(now) && all_match(matchers, alert->labels) ? 1 : 0;
  }
  return count == 1 ? "1 firing alert has" : fmt::format("{} firing alerts have", count);
}

Response get_page(const engine::Engine& engine, const Request& request, Timestamp now) {
  Asked what = asked(engine, request, now);
  if (auto* refusal = std::get_if<Response>(&what)) return std::move(*refusal);
  const auto& offer = std::get<SilenceOffer>(what);
  const Matchers matchers = matchers_of(offer.labels);
  const engine::Book::Snapshot snapshot(engine.book());
  if (const auto until = silenced_until(snapshot, matchers, now)) {
    return already_silenced(offer.labels, *until);
  }
  const std::string length = format_duration(offer.length);
  return show({fmt::format("Silence for {}?", length),
               fmt::format("For {} nobody would be told of alerts with all of these labels. {} "
                           "them now.",
                           length, alerts_text(snapshot, matchers, now)),
               offer.labels, fmt::format("Silence for {}", length)},
              200);
}

Response put_silence(engine::Engine& engine, const SilenceOffer& offer, const std::string& by,
                     Timestamp now) {
  const Matchers matchers = matchers_of(offer.labels);
  if (const auto until = silenced_until(engine::Book::Snapshot(engine.book()), matchers, now)) {
    return already_silenced(offer.labels, *until);
  }
  route::SilenceRequest wanted;
  wanted.matchers = matchers;
  wanted.ends_at = now + offer.length;
  wanted.created_by = kAuthor;
  wanted.comment = kComment;
  const auto answer = engine.put_silence(std::move(wanted), by);
  if (const auto* refusal = std::get_if<route::SilenceRefusal>(&answer)) {
    return show({"Not silenced", refusal->message, offer.labels}, 400);
  }
  const std::string& id = std::get<route::SilenceChange>(answer).id;
  return show(
      {"Silenced",
       fmt::format("Until {} nobody is told of alerts with these labels. The silence is {}.",
                   notifiers::utc(now + offer.length), id),
       offer.labels},
      200);
}

Response post_form(engine::Engine& engine, const Request& request, Timestamp now,
                   std::mutex& alone) {
  Asked what = asked(engine, request, now);
  if (auto* refusal = std::get_if<Response>(&what)) return std::move(*refusal);
  // One after the other, so that of two who press the button at once the second finds the silence,
  // which may have begun after his request came.
  const std::lock_guard lock(alone);
  now = std::max(now, engine.last_turn());
  try {
    return put_silence(engine, std::get<SilenceOffer>(what), request.caller(), now);
  } catch (const Error& error) {
    spdlog::error("a silence that a link asked for was not made: {}", error.what());
    return show({"Not silenced", "It could not be written. The log says why."}, 503);
  }
}

}  // namespace

void add_silence_links(Router& router, engine::Engine& engine) {
  const std::string path(notifiers::kSilencePath);
  router.add("GET", path, [&engine](const Request& request, Timestamp now) {
    return get_page(engine, request, now);
  });
  router.add(
      "POST", path,
      [&engine, alone = std::make_shared<std::mutex>()](const Request& request, Timestamp now) {
        return post_form(engine, request, now, *alone);
      });
}

}  // namespace tocsin::web
