#include "notifiers/console.h"

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/markup.h"
#include "notifiers/plain_layout.h"
#include "notifiers/plain_text.h"

namespace tocsin::notifiers {

std::string console_text(const notify::Notification& notification) {
  constexpr Room kRoom = {.runes = 100'000, .alerts = 200};
  const Summary summary = summarise(notification);
  const std::string head = fmt::format("{} -> receiver {}, {}\n", summary.title,
                                       one_line(notification.receiver, 200), summary.reason);
  return head + indented(plain_body(summary, kRoom));
}

}  // namespace tocsin::notifiers
