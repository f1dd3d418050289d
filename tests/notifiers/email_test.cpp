#include "notifiers/email.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mail_reader.h"
#include "model/error.h"
#include "model/text.h"
#include "outcomes.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Timestamp kNow = kStart + std::chrono::minutes{13};

EmailSettings settings() {
  EmailSettings out;
  out.to = "Ops <ops@example.org>, night@example.org";
  out.from = "tocsin@example.org";
  out.server.host = "mail.example.org";
  return out;
}

Mail read(const notify::Notification& notification, const EmailSettings& with = settings()) {
  return read_mail(email(with, notification, kNow).message);
}

TEST(Email, GoesFromOneToAll) {
  const net::Mail mail = email(settings(), mixed(), kNow);
  EXPECT_EQ(mail.from, "tocsin@example.org");
  EXPECT_THAT(mail.recipients, ElementsAre("ops@example.org", "night@example.org"));
  EXPECT_EQ(mail.server.host, "mail.example.org");
}

TEST(Email, HasTheHeadersThatMailNeeds) {
  const Mail mail = read(mixed());
  EXPECT_EQ(mail.header("Subject"), "[FIRING:2] SlowApi (page)");
  EXPECT_EQ(mail.header("From"), "tocsin@example.org");
  EXPECT_EQ(mail.header("To"), "Ops <ops@example.org>, night@example.org");
  EXPECT_EQ(mail.header("Date"), "Fri, 02 Jan 2026 15:17:05 +0000");
  EXPECT_EQ(mail.header("Auto-Submitted"), "auto-generated");
  EXPECT_EQ(mail.header("MIME-Version"), "1.0");
  EXPECT_THAT(mail.header("Content-Type"), HasSubstr("multipart/alternative"));
}

TEST(Email, SaysItAsTextAndAsHtml) {
  const Mail mail = read(mixed());
  ASSERT_EQ(mail.parts.size(), 2U);
  EXPECT_EQ(mail.parts[0].type, "text/plain; charset=utf-8");
  EXPECT_EQ(mail.parts[1].type, "text/html; charset=utf-8");
  EXPECT_THAT(mail.parts[0].text,
              HasSubstr("[FIRING:2] SlowApi (page)\n\nFIRING a is slow\n"
                        "  Half of the requests take over 2s.\n"
                        "  since 2026-01-02 15:04:05 UTC (12m), value 0.875, severity page\n"
                        "  instance = a\nFIRING b is slow\n"));
  EXPECT_THAT(mail.parts[0].text,
              HasSubstr("RESOLVED c is slow\n  Half of the requests take over 2s.\n"
                        "  from 2026-01-02 15:04:05 UTC to 2026-01-02 15:09:05 UTC (5m)"));
  EXPECT_THAT(mail.parts[0].text, HasSubstr("\nRunbook: https://runbooks.example.org/slow#api"));
  EXPECT_THAT(mail.parts[0].text,
              HasSubstr("\n-- \nTocsin, https://tocsin.example.org: first notification\n"));
  EXPECT_THAT(mail.parts[1].text, HasSubstr("<b>FIRING a is slow</b><br>\n"
                                            "Half of the requests take over 2s.<br>\n"));
  EXPECT_THAT(mail.parts[1].text,
              HasSubstr("<a href=\"https://tocsin.example.org/graph?g0.expr=up&amp;g0.tab=1\">"
                        "Source</a>"));
}

TEST(Email, MailsOfAGroupShareAThreadAndEachHasItsOwnId) {
  notify::Notification later = mixed();
  later.decided_at += std::chrono::milliseconds{1};
  notify::Notification elsewhere = mixed();
  elsewhere.channel = "email/1";
  notify::Notification other = mixed();
  other.group_id += "x";
  const Mail first = read(mixed());
  EXPECT_EQ(first.header("In-Reply-To"), first.header("References"));
  EXPECT_EQ(read(later).header("References"), first.header("References"));
  EXPECT_EQ(read(elsewhere).header("References"), first.header("References"));
  EXPECT_NE(read(other).header("References"), first.header("References"));
  const std::string id = first.header("Message-ID");
  EXPECT_EQ(read(mixed()).header("Message-ID"), id) << "a second attempt is the same mail";
  for (const auto& each : {later, elsewhere, other}) {
    EXPECT_NE(read(each).header("Message-ID"), id);
  }
  EXPECT_THAT(id, ::testing::MatchesRegex("<[0-9a-f]{24}\\.tocsin@example\\.org>"));
}

TEST(Email, ConfiguredHeadersAreAddedOrReplace) {
  EmailSettings with = settings();
  with.headers = {{"subject", "Überfällig"},
                  {"Reply-To", "Jörg <joerg@example.org>"},
                  {"X-Priority", "1"},
                  {"to", "undisclosed@example.org"}};
  const net::Mail mail = email(with, mixed(), kNow);
  const Mail read_back = read_mail(mail.message);
  EXPECT_EQ(read_back.header("Subject"), "Überfällig");
  EXPECT_EQ(read_back.count("subject"), 1);
  EXPECT_EQ(read_back.header("To"), "undisclosed@example.org");
  EXPECT_EQ(read_back.header("Reply-To"), "Jörg <joerg@example.org>");
  EXPECT_EQ(read_back.header("X-Priority"), "1");
  EXPECT_THAT(mail.recipients, ElementsAre("ops@example.org", "night@example.org"));
}

TEST(Email, HeadersThatCannotBeAreRefused) {
  for (const char* name : {"", "a b", "a:b", "a\r\nb", "Content-Type", "mime-version", "bcc"}) {
    EmailSettings with = settings();
    with.headers = {{name, "x"}};
    EXPECT_THROW(email(with, mixed(), kNow), Error) << name;
  }
  EmailSettings with = settings();
  with.headers = {{"References", "<a@b>\r\nBcc: x"}};
  EXPECT_THROW(email(with, mixed(), kNow), Error);
}

TEST(Email, AddressesThatCannotBeAreRefused) {
  for (const char* from : {"", "nobody", "a@example.org, b@example.org", "a@example.org\r\nX: y"}) {
    EmailSettings with = settings();
    with.from = from;
    EXPECT_THROW(email(with, mixed(), kNow), Error) << from;
  }
}

TEST(Email, EveryLineIsShortEnoughWhateverTheAlertsSay) {
  std::vector<notify::Notification> all = {mixed(), many(4000)};
  for (const std::string& text : hostile_texts()) all.push_back(hostile(text));
  const std::string huge(1 << 20, '=');
  all.push_back(notification({told(api("a"), {{"summary", huge}, {"description", huge}})},
                             {{"alertname", huge}}));
  for (const notify::Notification& each : all) {
    const std::string message = email(settings(), each, kNow).message;
    for (const std::string& line : lines_of(message)) {
      EXPECT_LE(line.size(), 76U) << line;
      EXPECT_EQ(line.find_first_of(std::string("\r\n\0", 3)), std::string::npos);
      EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
        return (c >= 0x20 && c < 0x7F) || c == '\t';
      })) << quote(line);
      EXPECT_FALSE(line.starts_with('.')) << line;
    }
  }
}

TEST(Email, NoTextOfAnAlertBecomesAHeader) {
  for (const std::string& text : hostile_texts()) {
    const Mail mail = read(hostile(text));
    EXPECT_THAT(mail.names(),
                ElementsAre("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To",
                            "References", "Auto-Submitted", "MIME-Version", "Content-Type"))
        << quote(text);
    EXPECT_EQ(mail.parts.size(), 2U) << quote(text);
  }
}

TEST(Email, ItsHtmlHoldsNoMarkupOfAlerts) {
  const std::string html = read(hostile(hostile_texts()[8])).parts[1].text;
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(read(hostile("javascript:alert(1)")).parts[1].text.find("href"), std::string::npos);
}

TEST(Email, OfManyAlertsItShowsTwoHundredAndSaysHowManyMore) {
  const Mail mail = read(many(4000));
  for (const Part& part : mail.parts) EXPECT_THAT(part.text, HasSubstr("… and 3800 more firing"));
  EXPECT_THAT(mail.header("Subject"), HasSubstr("[FIRING:4000]"));
}

TEST(Email, AnswersOfMailServersAreJudgedByTheirCodes) {
  using net::Failure;
  using net::Response;
  using Kind = net::Failure::Kind;
  const std::vector<Judged> cases = {
      {Response{250, {}, "2.0.0 Ok: queued as 12345"}, "sent: 250 2.0.0 Ok: queued as 12345"},
      {Failure{Kind::MailRefused, "550 no such user", 550}, "refused: 550 no such user"},
      {Failure{Kind::MailRefused, "552 too large", 552}, "refused: 552 too large"},
      {Failure{Kind::MailRefused, "421 busy", 421}, "retry: 421 busy"},
      {Failure{Kind::MailRefused, "451 greylisted", 451}, "retry: 451 greylisted"},
      {Failure{Kind::Authentication, "535 wrong password", 535}, "refused: 535 wrong password"},
      {Failure{Kind::Authentication, "454 try later", 454}, "retry: 454 try later"},
      {Failure{Kind::Authentication, "no mechanism in common"}, "refused: no mechanism in common"},
      {Failure{Kind::Tls, "certificate has expired", 220}, "retry: certificate has expired"},
      {Failure{Kind::Connect, "refused"}, "retry: refused"},
      {Failure{Kind::Resolve, "no such host"}, "retry: no such host"},
      {Failure{Kind::Timeout, "timed out"}, "retry: timed out"},
      {Failure{Kind::CutOff, "cut off"}, "retry: cut off"},
      {Failure{Kind::BadRequest, "no recipient"}, "refused: no recipient"},
  };
  for (const Judged& each : cases) EXPECT_EQ(in_words(judge_email(each.result)), each.expected);
}

}  // namespace
}  // namespace tocsin::notifiers
