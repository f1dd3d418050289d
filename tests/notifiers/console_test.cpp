#include "notifiers/console.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;

TEST(Console, SaysWhatIsWrongSinceWhenHowBadAndWhereToLook) {
  EXPECT_EQ(console_text(mixed()),
            "[FIRING:2] SlowApi (page) -> receiver ops.team, first notification\n"
            "  FIRING a is slow\n"
            "    Half of the requests take over 2s.\n"
            "    since 2026-01-02 15:04:05 UTC (12m), value 0.875, severity page\n"
            "    instance = a\n"
            "  FIRING b is slow\n"
            "    Half of the requests take over 2s.\n"
            "    since 2026-01-02 15:04:05 UTC (12m), value 0.875, severity page\n"
            "    instance = b\n"
            "  RESOLVED c is slow\n"
            "    Half of the requests take over 2s.\n"
            "    from 2026-01-02 15:04:05 UTC to 2026-01-02 15:09:05 UTC (5m), severity page\n"
            "    instance = c\n"
            "  Runbook: https://runbooks.example.org/slow#api · "
            "Source: https://tocsin.example.org/graph?g0.expr=up&g0.tab=1\n"
            "  alertname = SlowApi, severity = page\n");
}

TEST(Console, NoTextCanPassForAnotherAlertOrMoveTheCursor) {
  const Annotations annotations{{"summary", "x\n  FIRING y"},
                                {"description", "\x1b[1A\r\n  FIRING z\n\nend"}};
  const std::string text = console_text(notification({told(api("a"), annotations)}));
  EXPECT_NE(text.find("  FIRING x   FIRING y\n    \\x1b[1A\n      FIRING z\n\n    end\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Console, OfTooManyAlertsItSaysHowManyMoreThereAre) {
  const std::string text = console_text(many(4000));
  EXPECT_NE(text.find("\n  … and 3800 more firing\n"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::notifiers
