#include <array>

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/summary.h"

namespace tocsin::notifiers {
namespace {

/// How much is said about each alert: code points, and numbers of labels and links.
struct Detail {
  std::size_t title;
  std::size_t description;
  std::size_t labels;
  std::size_t name;
  std::size_t value;
  std::size_t links;
};

// One alert at the last step takes 560 code points before it is escaped; every channel has room for
// that, even where each of them is escaped.
constexpr std::array<Detail, 4> kDetails = {{
    {.title = 300, .description = 3000, .labels = 50, .name = 100, .value = 300, .links = 3},
    {.title = 200, .description = 800, .labels = 20, .name = 60, .value = 100, .links = 3},
    {.title = 150, .description = 200, .labels = 8, .name = 40, .value = 60, .links = 2},
    {.title = 100, .description = 0, .labels = 4, .name = 40, .value = 40, .links = 0},
}};

AlertSummary shortened(const AlertSummary& alert, const Detail& detail) {
  AlertSummary out = alert;
  out.title = truncate_runes(out.title, detail.title);
  out.description =
      detail.description == 0 ? "" : truncate_runes(out.description, detail.description);
  out.severity = truncate_runes(out.severity, detail.name);
  if (out.labels.size() > detail.labels) out.labels.resize(detail.labels);
  for (Label& label : out.labels) {
    label.name = truncate_runes(label.name, detail.name);
    label.value = truncate_runes(label.value, detail.value);
  }
  if (out.links.size() > detail.links) out.links.resize(detail.links);
  return out;
}

/// As many whole alerts as there is room for.
Fitted fit_with(const Section& section, const Room& room, const Detail& detail,
                const std::function<std::size_t(const AlertSummary&)>& size) {
  constexpr std::size_t kRoomForMore = 40;
  Fitted fitted;
  std::size_t used = 0;
  for (const AlertSummary& alert : section.alerts) {
    if (fitted.alerts.size() == room.alerts) break;
    AlertSummary shown = shortened(alert, detail);
    used += size(shown);
    const bool last = fitted.alerts.size() + 1 == section.total;
    if (used + (last ? 0 : kRoomForMore) > room.runes) break;
    fitted.alerts.push_back(std::move(shown));
  }
  fitted.left_out = section.total - fitted.alerts.size();
  return fitted;
}

}  // namespace

Fitted fit(const Section& section, const Room& room,
           const std::function<std::size_t(const AlertSummary&)>& size) {
  Fitted best;
  best.left_out = section.total;
  for (const Detail& detail : kDetails) {
    Fitted fitted = fit_with(section, room, detail, size);
    if (fitted.left_out < best.left_out) best = std::move(fitted);
    if (best.left_out == 0) break;
  }
  return best;
}

std::string more_text(std::size_t left_out) { return fmt::format("… and {} more", left_out); }

}  // namespace tocsin::notifiers
