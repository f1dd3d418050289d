#include "notifiers/email_headers.h"

#include <gtest/gtest.h>

#include "mail_reader.h"
#include "model/error.h"
#include "model/text.h"
#include "notifiers/email.h"
#include "notifiers/email_addresses.h"

namespace tocsin::notifiers {
namespace {

using testing::lines_of;
using testing::quoted_printable_decoded;
using testing::words_decoded;

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string unfolded(const std::string& header) {
  std::string out;
  for (const std::string& line : lines_of(header)) out += line;
  return out;
}

TEST(MailHeader, PlainTextStaysAsItIs) {
  EXPECT_EQ(mail_header("Subject", "[FIRING:1] SlowApi"), "Subject: [FIRING:1] SlowApi\r\n");
  EXPECT_EQ(mail_header("Subject", ""), "Subject: \r\n");
}

TEST(MailHeader, LongTextIsFoldedAtBlanksAndReadsTheSame) {
  const std::string text = repeated("word and another one, ", 20) + "end";
  const std::string header = mail_header("Subject", text);
  for (const std::string& line : lines_of(header)) {
    EXPECT_LE(line.size(), 76U);
    EXPECT_NE(line.find_first_not_of(' '), std::string::npos);
  }
  EXPECT_EQ(unfolded(header), "Subject: " + text);
}

TEST(MailHeader, TextBeyondAsciiBecomesEncodedWords) {
  EXPECT_EQ(mail_header("Subject", "Größe"), "Subject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=\r\n");
  EXPECT_EQ(mail_header("Subject", "a é_"), "Subject: =?UTF-8?Q?a_=C3=A9=5F?=\r\n");
}

TEST(MailHeader, EncodedWordsAreShortAndTearNoCodePoint) {
  const std::string text = repeated("日本語のアラート🔥 ", 12) + "x";
  const std::string header = mail_header("Subject", text);
  const auto lines = lines_of(header);
  EXPECT_GT(lines.size(), 3U);
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), 76U);
    EXPECT_TRUE(is_utf8(words_decoded(line))) << line;
  }
  EXPECT_EQ(words_decoded(unfolded(header)), "Subject: " + text);
}

TEST(MailHeader, AWordThatFitsOnNoLineIsEncoded) {
  const std::string word(300, 'w');
  const std::string header = mail_header("Subject", word);
  for (const std::string& line : lines_of(header)) EXPECT_LE(line.size(), 76U);
  EXPECT_EQ(words_decoded(unfolded(header)), "Subject: " + word);
}

TEST(MailHeader, WhatLooksLikeAnEncodedWordIsEncoded) {
  const std::string text = "=?UTF-8?Q?=0D=0ABcc:_x?=";
  const std::string header = mail_header("Subject", text);
  EXPECT_EQ(header.find("=0D=0A"), std::string::npos);
  EXPECT_EQ(words_decoded(unfolded(header)), "Subject: " + text);
}

TEST(MailHeader, NothingEndsItEarly) {
  for (const char* text : {"a\r\nBcc: x", "a\nBcc: x", "a\rBcc: x", "a\r\n\r\nbody", "a\x0b\x0c"}) {
    const std::string header = mail_header("Subject", text);
    EXPECT_EQ(lines_of(header).size(), 1U) << header;
    EXPECT_EQ(header.find_first_of("\r\n"), header.size() - 2);
  }
}

TEST(IdentifierHeader, IsNeverEncodedAndRefusesWhatIsNoIdentifier) {
  EXPECT_EQ(identifier_header("References", "<a@b> <c@d>"), "References: <a@b> <c@d>\r\n");
  EXPECT_THROW(identifier_header("References", "<ä@b>"), Error);
  EXPECT_THROW(identifier_header("References", "<a@b>\r\nX: y"), Error);
}

TEST(QuotedPrintable, IsRfc2045) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain", "plain"},
      {"a=b", "a=3Db"},
      {"é", "=C3=A9"},
      {"one\ntwo", "one\r\ntwo"},
      {"blank \ntab\t", "blank=20\r\ntab=09"},
      {"in the middle", "in the middle"},
      {".\n..\na.b", "=2E\r\n=2E.\r\na.b"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(quoted_printable(text), expected);
}

TEST(QuotedPrintable, LongLinesAreBrokenSoftlyAndReadTheSame) {
  for (const std::size_t length : {74U, 75U, 76U, 77U, 150U, 151U, 1000U}) {
    for (const std::string& text : {std::string(length, 'x'), std::string(length, '='),
                                    repeated("日", static_cast<int>(length))}) {
      const auto lines = lines_of(quoted_printable(text) + "\r\n");
      for (const std::string& line : lines) EXPECT_LE(line.size(), 76U);
      EXPECT_EQ(quoted_printable_decoded(lines), text + "\n");
    }
  }
}

TEST(Addresses, AreReadAsPeopleWriteThem) {
  const std::vector<std::pair<std::string, std::vector<Mailbox>>> cases = {
      {"a@example.org", {{"", "a@example.org"}}},
      {" a@example.org ,b@example.org, ", {{"", "a@example.org"}, {"", "b@example.org"}}},
      {"Ops <ops@example.org>", {{"Ops", "ops@example.org"}}},
      {"<ops@example.org>", {{"", "ops@example.org"}}},
      {"\"Ops, \\\"A\\\" Team\" <ops@example.org>, b+c@example.org",
       {{"Ops, \"A\" Team", "ops@example.org"}, {"", "b+c@example.org"}}},
      {"Jörg <j@example.org>", {{"Jörg", "j@example.org"}}},
      {"a@example.org,\n b@localhost", {{"", "a@example.org"}, {"", "b@localhost"}}},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(parse_mailboxes(text), expected) << text;
    EXPECT_EQ(parse_addresses(text).size(), expected.size());
  }
}

TEST(Addresses, WhatIsNoneIsRefusedWithThePiece) {
  const std::vector<std::string> bad = {"",
                                        " ",
                                        ",",
                                        "nobody",
                                        "@example.org",
                                        "a@",
                                        "a@b@c",
                                        "a b@example.org",
                                        "Ops, Team <ops@example.org>",
                                        "Ops <ops@example.org",
                                        "\"Ops <ops@example.org>",
                                        "a@example.org> RCPT TO:<b@example.org",
                                        "a@example.org\r\nDATA",
                                        "a@exa\x01mple.org",
                                        "jörg@example.org",
                                        "a@exämple.org",
                                        "a@" + std::string(300, 'x')};
  for (const std::string& text : bad) EXPECT_THROW(parse_addresses(text), Error) << text;
  try {
    parse_addresses("fine@example.org, not fine");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("\"not fine\""), std::string::npos) << error.what();
  }
}

TEST(MailboxHeader, EncodesNamesAndNeverAddresses) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a@example.org", "To: a@example.org\r\n"},
      {"Ops Team <a@example.org>", "To: Ops Team <a@example.org>\r\n"},
      {"\"Ops, Team\" <a@example.org>", "To: \"Ops, Team\" <a@example.org>\r\n"},
      {"J. \\ D <a@example.org>", "To: \"J. \\\\ D\" <a@example.org>\r\n"},
      {"Jörg <j@example.org>, b@example.org",
       "To: =?UTF-8?Q?J=C3=B6rg?= <j@example.org>, b@example.org\r\n"},
      {"\"=?utf-8?q?x?=\" <a@example.org>",
       "To: =?UTF-8?Q?=3D=3Futf=2D8=3Fq=3Fx=3F=3D?= <a@example.org>\r\n"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(mailbox_header("To", parse_mailboxes(text)), expected);
  }
}

TEST(MailboxHeader, LongListsAreFoldedBetweenMailboxes) {
  std::string list = "first@example.org";
  for (int i = 0; i < 40; ++i)
    list += ", Person " + std::to_string(i) + " <p@example.org>, Jörg <j@example.org>";
  const std::string header = mailbox_header("To", parse_mailboxes(list));
  for (const std::string& line : lines_of(header)) EXPECT_LE(line.size(), 76U) << line;
  EXPECT_EQ(parse_mailboxes(words_decoded(unfolded(header)).substr(4)), parse_mailboxes(list));
}

}  // namespace
}  // namespace tocsin::notifiers
