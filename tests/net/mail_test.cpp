// Mail against a server that says what the test wants.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/exchange.h"
#include "net/fake_server.h"

namespace tocsin::net {
namespace {

using Kind = Failure::Kind;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A mail server: replies by the beginning of the command, and notes what it was told.
struct Script {
  /// Longest beginning wins; "" is the greeting, "." the end of the message. No reply: hang up.
  std::map<std::string, std::string> replies = {
      {"", "220 fake ESMTP"},      {"EHLO", "250 fake"}, {"MAIL FROM:", "250 sender ok"},
      {"RCPT TO:", "250 rcpt ok"}, {"DATA", "354 go"},   {".", "250 2.0.0 queued as 42"},
      {"QUIT", "221 bye"}};
  std::string silent_at = "(nowhere)";  ///< waits there until the client has gone
  std::vector<std::string> commands;
  std::string message;
  std::atomic<int> message_complete = 0;

  const std::string* reply_to(const std::string& command) const {
    const std::string* best = nullptr;
    for (const auto& [beginning, reply] : replies) {  // sorted: longer ones come later
      if (!beginning.empty() && command.starts_with(beginning)) best = &reply;
    }
    return best;
  }

  std::string read_message(Connection& connection) {
    for (;;) {
      const std::string line = connection.read_line();
      if (line == ".") {
        ++message_complete;
        return ".";
      }
      message += line + "\n";
      if (message.size() > 100'000) return "";
    }
  }

  void operator()(Connection& connection) {
    if (silent_at.empty()) return connection.wait_until_closed();
    if (!connection.send(replies[""] + "\r\n")) return;
    bool in_data = false;
    for (;;) {
      const std::string command = in_data ? read_message(connection) : connection.read_line();
      if (command.empty()) return;
      if (!in_data) commands.push_back(command);
      if (command.starts_with(silent_at)) return connection.wait_until_closed();
      const std::string* reply = reply_to(command);
      if (reply == nullptr) return;
      in_data = command == "DATA" && reply->starts_with("354");
      if (!connection.send(*reply + "\r\n")) return;
    }
  }
};

Mail mail_for(const FakeServer& server) {
  Mail mail;
  mail.server.host = "127.0.0.1";
  mail.server.port = server.port();
  mail.server.hello = "tocsin.example.org";
  mail.server.tls = MailTls::None;
  mail.from = "tocsin@example.org";
  mail.recipients = {"ops@example.org"};
  mail.message = "Subject: test\r\n\r\nhello\r\n";
  mail.timeout = Duration{5000};
  return mail;
}

Mail with_login(Mail mail) {
  mail.server.username = "name";
  mail.server.password = {"pass", ""};
  return mail;
}

/// Sends to a server that follows the script, and waits until the server is done, too.
Result send(Script& script, const std::function<Mail(const FakeServer&)>& make = mail_for) {
  FakeServer server(std::ref(script));
  return exchange(make(server));
}

Failure failure_of(const Result& result) {
  if (const auto* response = std::get_if<Response>(&result)) {
    ADD_FAILURE() << "accepted with " << response->status << " " << response->body;
    return {};
  }
  return std::get<Failure>(result);
}

TEST(Mail, IsHandedOverCommandByCommand) {
  Script script;
  const Result result = send(script, [](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.recipients = {"a@example.org", "b+c@example.org"};
    return mail;
  });
  ASSERT_TRUE(std::holds_alternative<Response>(result)) << std::get<Failure>(result).message;
  EXPECT_EQ(std::get<Response>(result).status, 250);
  EXPECT_EQ(std::get<Response>(result).body, "2.0.0 queued as 42");
  ASSERT_GE(script.commands.size(), 5U);
  script.commands.resize(5);
  EXPECT_THAT(script.commands,
              ElementsAre("EHLO tocsin.example.org", StartsWith("MAIL FROM:<tocsin@example.org>"),
                          "RCPT TO:<a@example.org>", "RCPT TO:<b+c@example.org>", "DATA"));
  EXPECT_EQ(script.message, "Subject: test\n\nhello\n");
}

TEST(Mail, LinesThatBeginWithADotArriveWhole) {
  Script script;
  const Result result = send(script, [](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.message = "Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nend\r\n.\r\nQUIT\r\n";
    return mail;
  });
  EXPECT_TRUE(std::holds_alternative<Response>(result));
  // On the wire each such line has one dot more, which a server takes away again.
  EXPECT_EQ(script.message, "Subject: dots\n\n..\n...\n..hidden\nend\n..\nQUIT\n");
}

TEST(Mail, LongMessagesArriveWhole) {
  Script script;
  std::string text = "Subject: long\n\n";
  for (int i = 0; i < 1500; ++i)
    text += ".line number " + std::to_string(i) + " of many more lines\n";
  const Result result = send(script, [&](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.message.clear();
    for (const char c : text) mail.message += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return mail;
  });
  EXPECT_TRUE(std::holds_alternative<Response>(result));
  std::string stuffed = text;
  for (std::size_t at = 0; (at = stuffed.find("\n.", at)) != std::string::npos; at += 3) {
    stuffed.insert(at + 1, ".");
  }
  EXPECT_EQ(script.message, stuffed);
}

TEST(Mail, RepliesOfSeveralLinesAreJoined) {
  Script script;
  script.replies["."] = "250-2.0.0 queued\r\n250-as number\r\n250 42";
  const Result result = send(script);
  ASSERT_TRUE(std::holds_alternative<Response>(result));
  EXPECT_EQ(std::get<Response>(result).body, "2.0.0 queued as number 42");
}

TEST(Mail, RefusalsCarryCodeAndWordsOfTheServer) {
  const std::tuple<std::string, std::string, int> kCases[] = {
      {"", "554 no service for you", 554},
      {"", "421 too busy", 421},
      {"EHLO", "421 shutting down", 421},
      {"MAIL FROM:", "550 5.1.8 bad sender", 550},
      {"MAIL FROM:", "451 4.3.0 try again later", 451},
      {"RCPT TO:", "550 5.1.1 no such user", 550},
      {"RCPT TO:", "450 4.2.0 greylisted", 450},
      {"DATA", "554 5.5.1 no valid recipients", 554},
      {".", "554 5.7.1 looks like spam", 554},
      {".", "452 4.3.1 disk is full", 452},
      {".", "550-first line\r\n550 second line", 550}};
  for (const auto& [beginning, reply, code] : kCases) {
    Script script;
    script.replies[beginning] = reply;
    const Failure failure = failure_of(send(script));
    EXPECT_EQ(failure.kind, Kind::MailRefused) << reply;
    EXPECT_EQ(failure.code, code) << reply;
    EXPECT_THAT(failure.message, StartsWith("smtp://127.0.0.1:")) << reply;
    const std::string what = beginning == "RCPT TO:" ? "recipient <ops@example.org>" : "mail";
    EXPECT_THAT(failure.message, HasSubstr(" refused the " + what + ": " + reply.substr(0, 3) +
                                           " " + reply.substr(4, 4)))
        << reply;
  }
}

TEST(Mail, OneRefusedRecipientIsAFailureAndNothingIsSent) {
  Script script;
  script.replies["RCPT TO:<b@"] = "550 5.1.1 b is unknown";
  const Failure failure = failure_of(send(script, [](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.recipients = {"a@example.org", "b@example.org", "c@example.org"};
    return mail;
  }));
  EXPECT_EQ(failure.kind, Kind::MailRefused);
  EXPECT_THAT(failure.message,
              testing::EndsWith("refused the recipient <b@example.org>: 550 5.1.1 b is unknown"));
  EXPECT_EQ(script.message, "");
}

TEST(Mail, ServerThatHangsUpIsCutOff) {
  for (const std::string beginning : {"EHLO", "MAIL FROM:", "RCPT TO:", "DATA", "."}) {
    Script script;
    script.replies.erase(beginning);
    if (beginning == "EHLO") script.replies.erase("HELO");
    const Failure failure = failure_of(send(script));
    EXPECT_EQ(failure.kind, Kind::CutOff) << beginning;
  }
}

TEST(Mail, SilentServerIsATimeoutWhereverItFallsSilent) {
  for (const std::string silent : {"", "EHLO", "MAIL FROM:", "RCPT TO:", "DATA"}) {
    Script script;
    script.silent_at = silent;
    const Failure failure = failure_of(send(script, [](const FakeServer& server) {
      Mail mail = mail_for(server);
      mail.timeout = Duration{60};
      return mail;
    }));
    EXPECT_EQ(failure.kind, Kind::Timeout) << silent;
  }
}

TEST(Mail, ServerOfAnotherProtocolIsWaitedForInVain) {
  Script script;
  script.replies[""] = "HTTP/1.1 400 Bad Request";
  const Failure failure = failure_of(send(script, [](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.timeout = Duration{60};
    return mail;
  }));
  EXPECT_EQ(failure.kind, Kind::Timeout);
}

TEST(Mail, NobodyThereIsAConnectFailure) {
  Script script;
  const Failure failure = failure_of(send(script, [](const FakeServer& server) {
    Mail mail = mail_for(server);
    mail.server.port = closed_port();
    return mail;
  }));
  EXPECT_EQ(failure.kind, Kind::Connect);
}

TEST(Mail, GoodbyeIsNotWaitedForLong) {
  Script script;
  script.silent_at = "QUIT";
  const Result result = send(script);
  ASSERT_TRUE(std::holds_alternative<Response>(result)) << std::get<Failure>(result).message;
  EXPECT_EQ(std::get<Response>(result).body, "2.0.0 queued as 42");
}

TEST(Mail, ServerThatTakesItsTimeHoldsUpNoQuery) {
  FakeServer other(answering([](const std::string&) { return http_answer(200, "ok"); }));
  Client client;
  Script script;
  script.silent_at = ".";
  FakeServer server(std::ref(script));
  std::vector<std::string> ended;
  client.start(mail_for(server),
               [&](const Result& result) { ended.push_back(std::get<Failure>(result).message); });
  while (script.message_complete == 0) {
    EXPECT_TRUE(std::holds_alternative<Response>(exchange(client, get(other.url()))));
  }
  EXPECT_EQ(client.in_flight(), 1U);
  client.cancel_all();
  EXPECT_THAT(ended,
              ElementsAre("smtp://127.0.0.1:" + std::to_string(server.port()) + ": cancelled"));
}

TEST(Mail, ManyMailsToOneServerTakeFewConnectionsAtOnce) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  FakeServer server([&](Connection& connection) {
    most = std::max(most.load(), ++now);
    Script script;
    script(connection);
    --now;
  });
  Client client;
  int accepted = 0;
  for (int i = 0; i < 12; ++i) {
    client.start(mail_for(server), [&](const Result& result) {
      accepted += std::holds_alternative<Response>(result) ? 1 : 0;
    });
  }
  for (int rounds = 0; client.in_flight() > 0 && rounds < 1000; ++rounds)
    client.poll(Duration{1000});
  EXPECT_EQ(accepted, 12);
  EXPECT_EQ(server.connections(), 12);
  EXPECT_LE(most, 5);  // four, and one that is just saying goodbye
}

TEST(MailLogin, PlainAndLoginAreUsedAsOffered) {
  Script plain;
  plain.replies["EHLO"] = "250-fake\r\n250 AUTH CRAM-MD5 PLAIN";
  plain.replies["AUTH PLAIN"] = "334 ";
  plain.replies["AG5hbWUAcGFzcw=="] = "235 2.7.0 welcome";
  EXPECT_TRUE(std::holds_alternative<Response>(
      send(plain, [](const FakeServer& server) { return with_login(mail_for(server)); })));

  Script login;
  login.replies["EHLO"] = "250-fake\r\n250 AUTH LOGIN";
  login.replies["AUTH LOGIN"] = "334 VXNlcm5hbWU6";
  login.replies["bmFtZQ=="] = "334 UGFzc3dvcmQ6";
  login.replies["cGFzcw=="] = "235 2.7.0 welcome";
  EXPECT_TRUE(std::holds_alternative<Response>(
      send(login, [](const FakeServer& server) { return with_login(mail_for(server)); })));
}

TEST(MailLogin, IdentityGoesAlong) {
  Script script;
  script.replies["EHLO"] = "250-fake\r\n250 AUTH PLAIN";
  script.replies["AUTH PLAIN"] = "334 ";
  script.replies["Ym9zcwBuYW1lAHBhc3M="] = "235 2.7.0 welcome";
  const Result result = send(script, [](const FakeServer& server) {
    Mail mail = with_login(mail_for(server));
    mail.server.identity = "boss";
    return mail;
  });
  EXPECT_TRUE(std::holds_alternative<Response>(result));
}

TEST(MailLogin, RefusedPasswordIsAnAuthenticationFailure) {
  for (const std::string reply : {"535 5.7.8 wrong password", "454 4.7.0 try again later"}) {
    Script script;
    script.replies["EHLO"] = "250-fake\r\n250 AUTH PLAIN";
    script.replies["AUTH PLAIN"] = reply;
    const Failure failure = failure_of(
        send(script, [](const FakeServer& server) { return with_login(mail_for(server)); }));
    EXPECT_EQ(failure.kind, Kind::Authentication);
    EXPECT_EQ(failure.code, std::stoi(reply));
    EXPECT_THAT(failure.message, testing::EndsWith(" refused the login: " + reply));
  }
}

TEST(MailLogin, ServerWithoutAMechanismOfOurs) {
  Script script;
  script.replies["EHLO"] = "250-fake\r\n250 AUTH CRAM-MD5 NTLM GSSAPI";
  const Failure failure = failure_of(
      send(script, [](const FakeServer& server) { return with_login(mail_for(server)); }));
  EXPECT_EQ(failure.kind, Kind::Authentication);
  EXPECT_THAT(failure.message, HasSubstr("offers neither AUTH PLAIN nor AUTH LOGIN"));
}

TEST(MailTls, NothingIsSaidInTheClearWhereStartTlsIsRequired) {
  for (const std::string ehlo :
       {"250-fake\r\n250 AUTH PLAIN", "250-fake\r\n250-STARTTLS\r\n250 AUTH PLAIN"}) {
    Script script;
    script.replies["EHLO"] = ehlo;
    script.replies["STARTTLS"] = "454 TLS not available";
    script.replies["AUTH PLAIN"] = "235 welcome";
    const Failure failure = failure_of(send(script, [](const FakeServer& server) {
      Mail mail = with_login(mail_for(server));
      mail.server.tls = MailTls::StartTlsRequired;
      return mail;
    }));
    EXPECT_EQ(failure.kind, Kind::Tls) << ehlo;
    for (const std::string& command : script.commands) {
      EXPECT_THAT(command, AllOf(Not(StartsWith("AUTH")), Not(StartsWith("MAIL"))));
    }
  }
}

TEST(MailTls, PlainServerWhereTlsFromTheFirstByteIsExpected) {
  Script script;
  const Failure failure = failure_of(send(script, [](const FakeServer& server) {
    Mail mail = with_login(mail_for(server));
    mail.server.tls = MailTls::Implicit;
    return mail;
  }));
  EXPECT_EQ(failure.kind, Kind::Tls);
  EXPECT_THAT(failure.message, StartsWith("TLS with smtps://127.0.0.1:"));
}

TEST(MailAddresses, ThatCouldBecomeCommandsAreRefused) {
  Script script;
  FakeServer server(std::ref(script));
  for (const std::string address :
       {"", "a@b\r\nRCPT TO:<c@d>", "a@b\n", "a@b>", "<a@b", "a@b> SIZE=1", "a b@c", "a@b\t"}) {
    Mail from = mail_for(server);
    from.from = address;
    EXPECT_EQ(failure_of(exchange(from)).kind, Kind::BadRequest) << address;
    Mail to = mail_for(server);
    to.recipients = {"a@example.org", address};
    EXPECT_EQ(failure_of(exchange(to)).kind, Kind::BadRequest) << address;
    Mail hello = mail_for(server);
    hello.server.hello = address;
    EXPECT_EQ(failure_of(exchange(hello)).kind, Kind::BadRequest) << address;
  }
  Mail nobody = mail_for(server);
  nobody.recipients.clear();
  EXPECT_EQ(failure_of(exchange(nobody)).kind, Kind::BadRequest);
  EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace tocsin::net
