// Outcomes in one line of text, for tables of judgements.
#pragma once

#include <string>
#include <variant>

#include "model/overloaded.h"
#include "net/http.h"
#include "notify/notification.h"

namespace tocsin::notifiers::testing {

struct Judged {
  net::Result result;
  std::string expected;
};

inline std::string milliseconds(Duration duration) {
  return std::to_string(duration.count()) + " ms";
}

/// "sent: …", "retry: …", "retry all after 7000 ms: …", "refused: …"
inline std::string in_words(const notify::Outcome& outcome) {
  return std::visit(
      Overloaded{
          [](const notify::Sent& sent) {
            const bool hold = sent.hold_destination > Duration{0};
            return "sent" + (hold ? " hold " + milliseconds(sent.hold_destination) : "") + ": " +
                   sent.detail;
          },
          [](const notify::Retry& retry) {
            const bool wait = retry.whole_destination || retry.after > Duration{0};
            return std::string("retry") + (retry.whole_destination ? " all" : "") +
                   (wait ? " after " + milliseconds(retry.after) : "") + ": " + retry.why;
          },
          [](const notify::Refused& refused) { return "refused: " + refused.why; },
      },
      outcome);
}

}  // namespace tocsin::notifiers::testing
