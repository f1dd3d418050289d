// `tocsin run` from its first line to its last.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "program.h"
#include "support/certificates.h"

namespace tocsin::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kConfig = R"(
sources: [{name: nowhere, url: "http://127.0.0.1:1"}]
route: {receiver: console}
receivers: [{name: console, console_configs: [{}]}]
)";

std::vector<std::string> arguments(const TemporaryFolder& folder,
                                   std::vector<std::string> more = {}) {
  std::vector<std::string> all = {"run",
                                  "--config.file",
                                  folder.file("tocsin.yaml"),
                                  "--storage.path",
                                  folder.file("data"),
                                  "--web.listen-address",
                                  "127.0.0.1:0"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(Service, StartsSaysWhereAndEndsOnEitherSignalWithSuccess) {
  const TemporaryFolder folder;
  folder.write("tocsin.yaml", kConfig);
  for (const int number : {SIGTERM, SIGINT}) {
    Program tocsin(arguments(folder));
    ASSERT_TRUE(tocsin.says("amtool --alertmanager.url=")) << tocsin.said;
    int port = 0;
    ASSERT_TRUE(RE2::PartialMatch(tocsin.said,
                                  R"lit(msg="Listening on" address=127\.0\.0\.1:(\d+) )lit", &port))
        << tocsin.said;
    const std::string url = "http://127.0.0.1:" + std::to_string(port);
    EXPECT_THAT(tocsin.said, HasSubstr(url + "/api/v1/rules")) << "the port that was found";
    EXPECT_EQ(Program({"health", "--url", url}).end(), 0);
    EXPECT_EQ(Program({"health", "--live", "--url", url}).end(), 0);
    tocsin.signal(number);
    EXPECT_EQ(tocsin.end(), 0) << tocsin.said;
  }
}

TEST(Service, ItsClientsComeWithTlsAndAPassword) {
  const TemporaryFolder folder;
  const Certificates certificates;
  folder.write("tocsin.yaml", kConfig);
  folder.write("web.yml",
               "tls_server_config: {cert_file: " + certificates.file("server.crt") +
                   ", key_file: " + certificates.file("server.key") +
                   "}\nbasic_auth_users:\n"  // "secret", at the lowest cost
                   "  anna: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n");
  folder.write("client.yml",
               "basic_auth: {username: anna, password: secret}\ntls_config: {ca_file: " +
                   certificates.file("ca.crt") + "}\n");
  folder.write("nobody.yml", "tls_config: {ca_file: " + certificates.file("ca.crt") + "}\n");
  Program tocsin(arguments(folder, {"--web.config.file", folder.file("web.yml")}));
  ASSERT_TRUE(tocsin.says("amtool ")) << tocsin.said;
  int port = 0;
  ASSERT_TRUE(RE2::PartialMatch(tocsin.said, R"(address=127\.0\.0\.1:(\d+) )", &port));
  const std::string url = "https://127.0.0.1:" + std::to_string(port);
  const auto ask = [&](std::vector<std::string> command, const std::string& file) {
    command.insert(command.end(), {"--url", url});
    if (!file.empty()) command.insert(command.end(), {"--http.config.file", folder.file(file)});
    Program program(command);
    const int code = program.end();
    return std::pair(code, program.said);
  };
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"health"},
                                             {"health", "--live"},
                                             {"silence", "query"},
                                             {"alerts", "query"},
                                             {"routes", "show"}}) {
    const auto [code, said] = ask(command, "client.yml");
    EXPECT_EQ(code, 0) << command.front() << ": " << said;
    const auto [without, complaint] = ask(command, "nobody.yml");
    EXPECT_EQ(without, 1) << command.front();
    EXPECT_THAT(complaint, HasSubstr("--http.config.file")) << command.front();
    const auto [untrusted, why] = ask(command, "");
    EXPECT_EQ(untrusted, 1) << command.front();
    EXPECT_THAT(why, HasSubstr("TLS with https://127.0.0.1")) << command.front();
  }
}

TEST(Service, ASecondOneOnTheSameFolderOrPortIsRefused) {
  const TemporaryFolder folder;
  folder.write("tocsin.yaml", kConfig);
  Program first(arguments(folder));
  ASSERT_TRUE(first.says("amtool ")) << first.said;
  Program same_folder(arguments(folder));
  EXPECT_EQ(same_folder.end(), 1);
  EXPECT_THAT(same_folder.said, HasSubstr(folder.file("data")));

  std::string address;
  ASSERT_TRUE(RE2::PartialMatch(first.said, R"(address=(\S+) )", &address));
  Program same_port({"run", "--config.file", folder.file("tocsin.yaml"), "--storage.path",
                     folder.file("other"), "--web.listen-address", address});
  EXPECT_EQ(same_port.end(), 1);
  EXPECT_THAT(same_port.said, HasSubstr("cannot listen on " + address));
}

TEST(Service, AHangUpReloadsAndABadFileIsExplainedOnOneLine) {
  const TemporaryFolder folder;
  folder.write("tocsin.yaml", kConfig);
  Program tocsin(arguments(folder));
  ASSERT_TRUE(tocsin.says("amtool ")) << tocsin.said;
  tocsin.signal(SIGHUP);
  ASSERT_TRUE(tocsin.says("configuration reloaded from")) << tocsin.said;
  folder.write("tocsin.yaml", "rout: {}\nreceivers: 7\n");
  tocsin.signal(SIGHUP);
  ASSERT_TRUE(tocsin.says("was not reloaded")) << tocsin.said;
  ASSERT_TRUE(tocsin.says("tocsin.yaml:2:")) << tocsin.said;
  EXPECT_TRUE(
      RE2::PartialMatch(tocsin.said, R"(was not reloaded.*tocsin\.yaml:1:1.*tocsin\.yaml:2:)"))
      << tocsin.said;
  tocsin.signal(SIGTERM);
  EXPECT_EQ(tocsin.end(), 0);
}

TEST(Service, TheLogIsJsonWhereItIsAskedTo) {
  const TemporaryFolder folder;
  folder.write("tocsin.yaml", kConfig);
  Program tocsin(arguments(folder, {"--log.format", "json", "--log.level", "debug"}));
  ASSERT_TRUE(tocsin.says("amtool ")) << tocsin.said;
  folder.write("tocsin.yaml", "\"quoted\\n\": {}\n");
  tocsin.signal(SIGHUP);
  ASSERT_TRUE(tocsin.says("was not reloaded")) << tocsin.said;
  tocsin.signal(SIGTERM);
  tocsin.end();
  int records = 0;
  for (std::size_t from = 0; from < tocsin.said.size();) {
    const std::size_t end = tocsin.said.find('\n', from);
    const std::string line = tocsin.said.substr(from, end - from);
    from = end + 1;
    if (!line.starts_with("{")) continue;  // the greeting
    const auto record = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(record.is_discarded()) << line;
    EXPECT_TRUE(record.contains("ts") && record.contains("level") && record.contains("msg"));
    ++records;
  }
  EXPECT_GE(records, 3);
}

TEST(Service, AnErrorLevelLogLeavesOutWhatIsNotOne) {
  const TemporaryFolder folder;
  folder.write("tocsin.yaml", kConfig);
  Program tocsin(arguments(folder, {"--log.level", "error"}));
  ASSERT_TRUE(tocsin.says("amtool ")) << tocsin.said;
  tocsin.signal(SIGTERM);
  EXPECT_EQ(tocsin.end(), 0);
  EXPECT_THAT(tocsin.said, Not(HasSubstr("level=info")));
}

}  // namespace
}  // namespace tocsin::testing
