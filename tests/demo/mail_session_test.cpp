#include "demo/mail_session.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace tocsin::demo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class MailSessionTest : public ::testing::Test {
 protected:
  std::vector<std::string> mails_;
  MailSession session_{[this](std::string mail) { mails_.push_back(std::move(mail)); }};
};

TEST_F(MailSessionTest, TakesAMailWithItsDots) {
  EXPECT_THAT(session_.take("EHLO me\r\n"), StartsWith("250 "));
  EXPECT_THAT(session_.take("mail FROM:<a@b.example>\r\n"), StartsWith("250 "));
  EXPECT_THAT(session_.take("RCPT TO:<c@d.example>\r\n"), StartsWith("250 "));
  EXPECT_THAT(session_.take("DATA\r\n"), StartsWith("354 "));
  EXPECT_THAT(session_.take("Subject: x\r\n\r\n..dot\r\nend"), IsEmpty());
  EXPECT_THAT(session_.take("ing\r\n.\r\n"), StartsWith("250 "));
  EXPECT_THAT(mails_, ElementsAre("Subject: x\r\n\r\n.dot\r\nending\r\n"));
  EXPECT_FALSE(session_.ended());
  EXPECT_THAT(session_.take("QUIT\r\n"), StartsWith("221 "));
  EXPECT_TRUE(session_.ended());
}

TEST_F(MailSessionTest, WantsARecipientForEachMail) {
  EXPECT_THAT(session_.take("DATA\r\n"), StartsWith("503 "));
  session_.take("MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nx\r\n.\r\n");
  EXPECT_THAT(session_.take("DATA\r\n"), StartsWith("503 "));
  EXPECT_EQ(mails_.size(), 1u);
}

TEST_F(MailSessionTest, RefusesWhatItDoesNotKnowAndGoesOn) {
  EXPECT_THAT(session_.take("STARTTLS\r\n"), StartsWith("502 "));
  EXPECT_THAT(session_.take("NOOP\r\n"), StartsWith("250 "));
}

TEST_F(MailSessionTest, ALineWithoutEndIsTheEnd) {
  EXPECT_THAT(session_.take(std::string(100'000, 'x')), StartsWith("552 "));
  EXPECT_TRUE(session_.ended());
}

}  // namespace
}  // namespace tocsin::demo
