#include "demo/inbox.h"

#include <gmock/gmock.h>

namespace tocsin::demo {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(ReadMail, UnfoldsTheSubjectAndUndoesTheQuotingOfItsText) {
  const Message message = read_mail(
      "To: a@b.example\r\nSubject: [FIRING:1] Slow\r\n (critical)\r\nX-Subject: no\r\n\r\n"
      "--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
      "caf=C3=A9 is=\r\n slow\r\nnow\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n");
  EXPECT_EQ(message.channel, "email");
  EXPECT_EQ(message.title, "[FIRING:1] Slow (critical)");
  EXPECT_EQ(message.text, "café is slow\nnow");
  EXPECT_TRUE(message.is_about("Slow"));
  EXPECT_FALSE(message.is_resolved());
}

TEST(ReadMail, SurvivesWhatIsNone) {
  EXPECT_EQ(read_mail("").title, "");
  EXPECT_EQ(read_mail("Content-Type: text/plain").text, "");
  EXPECT_EQ(read_mail("Content-Type: text/plain\r\n\r\nends =4").text, "ends =4");
}

TEST(ReadSlack, ShowsTitleAndFields) {
  const auto message = read_slack(R"({"attachments": [
    {"title": "[RESOLVED] A &lt;b&gt; &amp;amp;",
     "fields": [{"title": "one", "value": "two\nthree"}, 7]}, 7]})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->title, "[RESOLVED] A <b> &amp;");
  EXPECT_EQ(message->text, "one\ntwo\nthree");
  EXPECT_TRUE(message->is_resolved());
}

TEST(ReadDiscord, ShowsTitleAndDescriptionsWithoutMarkup) {
  const auto message = read_discord(
      R"({"embeds": [{"title": "\\[FIRING\\] x\\_y", "description": "**bold** and 2\\*3"}]})");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->title, "[FIRING] x_y");
  EXPECT_EQ(message->text, "bold and 2*3");
}

TEST(Read, WhatIsNoMessageIsNone) {
  for (const char* body :
       {"", "{", "[]", "7", "{}", R"({"embeds": []})", R"({"attachments": {}})"}) {
    EXPECT_FALSE(read_slack(body)) << body;
    EXPECT_FALSE(read_discord(body)) << body;
  }
}

TEST(Inbox, HandsOutWhatCameSince) {
  Inbox inbox;
  inbox.add({"email", "a", ""});
  inbox.add({"Slack", "b", ""});
  EXPECT_THAT(inbox.since(0), SizeIs(2));
  ASSERT_THAT(inbox.since(1), SizeIs(1));
  EXPECT_EQ(inbox.since(1)[0].title, "b");
  EXPECT_THAT(inbox.since(2), SizeIs(0));
  EXPECT_THAT(inbox.since(9), SizeIs(0));
}

}  // namespace
}  // namespace tocsin::demo
