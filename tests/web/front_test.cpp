// The front end on a real port: order, limits, deadlines, and clients who mean no good.
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "model/error.h"
#include "web/front/gzip.h"
#include "web/server.h"
#include "wire.h"

namespace tocsin::web {
namespace {

using std::chrono::milliseconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A gate that a handler stands at until the test opens it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for(int waiting) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= waiting; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

constexpr std::size_t kLarge = std::size_t{32} << 20;

class FrontTest : public ::testing::Test {
 protected:
  ~FrontTest() override { gate.open(); }

  void start(ServerSettings settings = {}) {
    server = std::make_unique<Server>(std::move(settings));
    port = server->bind({"127.0.0.1", 0});
    server->serve(router());
  }
  Router router() {
    Router made;
    metrics = made.metrics();
    const Handler echo = [](const Request& request, Timestamp) {
      return text(request.method + " " + request.path + " " + request.body + ".");
    };
    made.add("GET", "/echo/{}", echo);
    made.add("POST", "/echo/{}", echo);
    made.add("GET", "/-/healthy", echo);
    made.add("GET", "/gate", [this](const Request&, Timestamp) {
      gate.pass();
      return text("through\n");
    });
    made.add("GET", "/large",
             [](const Request&, Timestamp) { return text(std::string(kLarge, 'a')); });
    made.add("GET", "/split", [](const Request&, Timestamp) {
      Response response = text("x");
      response.headers.emplace_back("X-Name", "a\r\nSet-Cookie: b");
      return response;
    });
    return made;
  }
  Wire connect(const char* from = "127.0.0.1") const { return Wire(port, from); }
  std::string ask(const std::string& bytes) const {
    Wire wire = connect();
    wire.send(bytes);
    return wire.rest();
  }
  static std::string get(const std::string& path, const std::string& headers = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
  }

  Gate gate;
  std::shared_ptr<HttpMetrics> metrics;
  std::unique_ptr<Server> server;
  int port = 0;
};

const std::string kClose = "Connection: close\r\n";

TEST_F(FrontTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  std::string asked;
  for (int i = 0; i < 200; ++i) asked += get("/echo/" + std::to_string(i));
  asked += get("/echo/last", kClose);
  const std::string answers = ask(asked);
  std::size_t at = 0;
  for (int i = 0; i < 200; ++i) {
    const std::size_t next = answers.find("GET /echo/" + std::to_string(i) + " .", at);
    ASSERT_NE(next, std::string::npos) << i;
    at = next;
  }
  EXPECT_THAT(answers, EndsWith("GET /echo/last ."));
}

TEST_F(FrontTest, SpeaksHttp10AndHead) {
  start();
  EXPECT_THAT(ask("GET /echo/a HTTP/1.0\r\n\r\n"), HasSubstr("\r\nConnection: close\r\n"));
  Wire kept = connect();
  kept.send("GET /echo/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.until("."), HasSubstr("\r\nConnection: keep-alive\r\n"));
  const std::string head = ask("HEAD /echo/a HTTP/1.1\r\nHost: x\r\n" + kClose + "\r\n");
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 14\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST_F(FrontTest, SaysThatABodyMayCome) {
  start();
  Wire wire = connect();
  wire.send("POST /echo/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" +
            kClose + "\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("abc");
  EXPECT_THAT(wire.rest(), EndsWith("POST /echo/a abc."));
  EXPECT_THAT(ask("POST /echo/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                  "Content-Length: 99999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(FrontTest, PacksAnswersForThoseWhoAsk) {
  start();
  for (const char* wish : {"gzip", "deflate, gzip;q=0.5", "br,gzip"}) {
    const std::string answer = ask(get("/large", kClose + "Accept-Encoding: " + wish + "\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Encoding: gzip\r\n")) << wish;
    const auto body = gunzip(answer.substr(answer.find("\r\n\r\n") + 4), kLarge);
    ASSERT_TRUE(std::holds_alternative<std::string>(body));
    EXPECT_EQ(std::get<std::string>(body).size(), kLarge);
  }
  for (const char* wish : {"", "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n"}) {
    EXPECT_GT(ask(get("/large", kClose + wish)).size(), kLarge) << wish;
  }
  EXPECT_THAT(ask(get("/echo/short", kClose + "Accept-Encoding: gzip\r\n")),
              ::testing::Not(HasSubstr("Content-Encoding")));
}

TEST_F(FrontTest, ABombIsRefused) {
  ServerSettings settings;
  settings.limits.body = 100'000;
  start(settings);
  const std::string bomb = gzip(std::string(10'000'000, 'a'));
  EXPECT_THAT(ask("POST /echo/a HTTP/1.1\r\nHost: x\r\n" + kClose +
                  "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(bomb.size()) +
                  "\r\n\r\n" + bomb),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("POST /echo/a HTTP/1.1\r\nHost: x\r\n" + kClose +
                  "Content-Encoding: br\r\nContent-Length: 1\r\n\r\na"),
              StartsWith("HTTP/1.1 415 "));
}

TEST_F(FrontTest, SmugglersAreRefusedAndTheirConnectionIsClosed) {
  start();
  const std::string hidden = get("/echo/hidden");
  for (const std::string& bytes : std::vector<std::string>{
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
           "\r\n0\r\n\r\n" +
               hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" +
               hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" +
               hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n" +
               hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nX: a\r\n Content-Length: 5\r\n\r\n" + hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\n" + hidden,
           std::string("POST /echo/a HTTP/1.1\r\nHost: x\0\r\n\r\n", 35) + hidden,
           "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n" + hidden,
       }) {
    const std::string answer = ask(bytes);  // returns: the connection was closed
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << bytes;
    EXPECT_THAT(answer, ::testing::Not(HasSubstr("hidden"))) << bytes;
  }
}

TEST_F(FrontTest, NoHandlerCanSplitAnAnswer) {
  start();
  EXPECT_THAT(ask(get("/split", kClose)), HasSubstr("\r\nX-Name: a  Set-Cookie: b\r\n"));
}

TEST_F(FrontTest, WhoDripsIsToldSoAndHarmsNobody) {
  ServerSettings settings;
  settings.limits.head_time = milliseconds{100};
  settings.limits.body_time = milliseconds{100};
  start(settings);
  std::vector<Wire> drips;
  for (int i = 0; i < 64; ++i) {
    drips.push_back(connect());
    drips.back().send(i % 2 == 0
                          ? "GET /echo/a HT"
                          : "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
  }
  EXPECT_THAT(ask(get("/echo/b", kClose)), EndsWith("GET /echo/b ."));
  for (Wire& each : drips) EXPECT_THAT(each.rest(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(FrontTest, WhoIsIdleIsLetGo) {
  ServerSettings settings;
  settings.limits.idle_time = milliseconds{50};
  start(settings);
  Wire silent = connect();
  Wire once = connect();
  once.send(get("/echo/a"));
  EXPECT_THAT(once.rest(), EndsWith("GET /echo/a ."));
  EXPECT_EQ(silent.rest(), "");
}

TEST_F(FrontTest, TheLongestIdleMakesRoom) {
  ServerSettings settings;
  settings.limits.connections = 3;
  start(settings);
  Wire first = connect();
  first.send(get("/echo/1"));
  first.until(".");
  std::vector<Wire> busy;
  for (int i = 0; i < 2; ++i) {
    busy.push_back(connect());
    busy.back().send(get("/gate"));
  }
  gate.wait_for(2);
  Wire fourth = connect();
  fourth.send(get("/gate"));
  gate.wait_for(3);
  EXPECT_EQ(first.rest(), "");                                 // it was closed
  EXPECT_THAT(connect().rest(), StartsWith("HTTP/1.1 503 "));  // nobody is idle
  gate.open();
  EXPECT_THAT(busy.front().until("through"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(FrontTest, AClientHasItsShareOfConnections) {
  ServerSettings settings;
  settings.limits.connections_per_client = 2;
  start(settings);
  std::vector<Wire> mine;
  for (int i = 0; i < 2; ++i) {
    mine.push_back(connect());
    mine.back().send(get("/echo/a"));
    mine.back().until(".");
  }
  EXPECT_THAT(connect().rest(), StartsWith("HTTP/1.1 503 "));
  Wire other = connect("127.0.0.2");
  other.send(get("/echo/b"));
  EXPECT_THAT(other.until("."), StartsWith("HTTP/1.1 200 "));
}

TEST_F(FrontTest, UnfinishedRequestsShareABudget) {
  ServerSettings settings;
  settings.limits.request_memory = 1'000'000;
  start(settings);
  std::vector<Wire> large;
  int refused = 0;
  for (int i = 0; i < 8; ++i) {
    large.push_back(connect());
    large.back().send("POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" +
                      std::string(400'000, 'a'));
  }
  large.back().end();
  for (std::size_t i = 2; i < large.size(); ++i) {
    large[i].end();
    if (large[i].rest().starts_with("HTTP/1.1 503 ")) ++refused;
  }
  EXPECT_GE(refused, 4);
  EXPECT_THAT(ask(get("/echo/b", kClose)), EndsWith("GET /echo/b ."));
}

TEST_F(FrontTest, ASlowReaderHoldsNobodyUp) {
  ServerSettings settings;
  settings.limits.get_concurrency = 1;
  settings.limits.answer_memory = 2 * kLarge;
  settings.limits.stall_time = milliseconds{20'000};
  start(settings);
  std::vector<Wire> slow;
  for (int i = 0; i < 3; ++i) {
    slow.emplace_back(port, "127.0.0.1", 4'096);
    slow.back().send(get("/large"));
    slow.back().until("\r\n\r\n");
  }
  // Three large answers are more than may wait; nothing more is made until one is fetched.
  EXPECT_THAT(ask(get("/echo/b", kClose)), StartsWith("HTTP/1.1 503 "));
  slow.pop_back();
  slow.pop_back();
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 200 ")) answer = ask(get("/echo/b", kClose));
  std::size_t size = 0;
  while (size < kLarge - 100'000) size += slow.front().until("a").size();
}

TEST_F(FrontTest, WhoTakesNothingIsLetGo) {
  ServerSettings settings;
  settings.limits.stall_time = milliseconds{50};
  settings.limits.answer_memory = kLarge / 2;
  start(settings);
  Wire slow(port, "127.0.0.1", 4'096);
  slow.send(get("/large"));
  slow.until("\r\n\r\n");
  // While its answer waits no other one is made: it is gone when there is one.
  while (!ask(get("/echo/b", kClose)).starts_with("HTTP/1.1 200 ")) {
  }
  EXPECT_LT(slow.rest().size(), kLarge / 2);
}

TEST_F(FrontTest, WhoTakesForeverIsLetGo) {
  ServerSettings settings;
  settings.limits.answer_time = milliseconds{20};
  settings.limits.answer_memory = kLarge / 2;
  start(settings);
  Wire slow(port, "127.0.0.1", 4'096);
  slow.send(get("/large"));
  std::size_t taken = 0;
  // It never stalls: a little is taken between any two looks.
  do {
    taken += slow.until("a").size();
  } while (!ask(get("/echo/b", kClose)).starts_with("HTTP/1.1 200 "));
  EXPECT_LT(taken + slow.rest().size(), kLarge);
}

TEST_F(FrontTest, AnswersComeWithinTheTimeout) {
  ServerSettings settings;
  settings.limits.timeout = milliseconds{50};
  start(settings);
  EXPECT_THAT(ask(get("/gate")), HasSubstr("Exceeded configured timeout of 50ms."));
}

TEST_F(FrontTest, TooManyRequestsAreToldToComeAgain) {
  ServerSettings settings;
  settings.limits.get_concurrency = 1;
  settings.limits.waiting = 1;
  start(settings);
  std::vector<Wire> waiting;
  waiting.push_back(connect());
  waiting.back().send(get("/gate"));
  gate.wait_for(1);
  Wire second = connect();
  second.send(get("/gate"));
  std::string answer;
  // The second one waits in the queue; one more finds no place in it.
  while (!answer.starts_with("HTTP/1.1 503 ")) {
    Wire third = connect();
    third.send(get("/gate", kClose));
    third.end();
    answer = third.until("later.\n");
  }
  EXPECT_THAT(answer, HasSubstr("Limit of concurrent GET requests reached (1), try again later."));
  Exposition shown;
  metrics->write(shown);
  EXPECT_THAT(shown.take(),
              HasSubstr("alertmanager_http_concurrency_limit_exceeded_total{method=\"get\"} 1\n"));
  EXPECT_THAT(ask(get("/-/healthy", kClose)), StartsWith("HTTP/1.1 200 "));
  gate.open();
  EXPECT_THAT(second.until("through"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(FrontTest, WhoIsGoneBeforeTheAnswerHarmsNobody) {
  start();
  for (int i = 0; i < 50; ++i) {
    Wire gone = connect();
    gone.send(get("/gate") + get("/echo/a"));
  }
  gate.wait_for(1);
  gate.open();
  EXPECT_THAT(ask(get("/echo/b", kClose)), EndsWith("GET /echo/b ."));
  Wire half = connect();  // has said all it has to say, and still wants to hear
  half.send(get("/echo/c") + get("/echo/d"));
  half.end();
  EXPECT_THAT(half.rest(), EndsWith("GET /echo/d ."));
}

TEST_F(FrontTest, StoppingFinishesWhatIsUnderWay) {
  start();
  Wire busy = connect();
  busy.send(get("/gate"));
  Wire idle = connect();
  idle.send(get("/echo/a"));
  idle.until(".");
  gate.wait_for(1);
  std::thread stopper([&] { server->stop(); });
  EXPECT_EQ(idle.rest(), "");
  gate.open();
  EXPECT_THAT(busy.rest(), EndsWith("through\n"));
  stopper.join();
  EXPECT_FALSE(connect().connected());
}

TEST_F(FrontTest, FiveThousandIdleConnectionsAreCheap) {
  start();
  const auto resident = [] {
    std::ifstream statm("/proc/self/statm");
    double total = 0;
    double pages = 0;
    statm >> total >> pages;
    return pages * 4'096;
  };
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < 12'000) GTEST_SKIP() << "this system allows too few open files";
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  start();  // takes the new limit
  const double before = resident();
  std::vector<Wire> idle;
  for (int i = 0; i < 5'000; ++i) {
    idle.push_back(connect());
    if (i % 2 == 0) continue;
    idle.back().send(get("/echo/a"));
    idle.back().until(".");
  }
  EXPECT_THAT(ask(get("/echo/b", kClose)), EndsWith("GET /echo/b ."));
  // A sanitizer keeps what was freed, so that nothing can be said of the memory.
  if (kSanitized) GTEST_SKIP() << "what the connections cost";
  EXPECT_LT(resident() - before, 60e6);
}

TEST_F(FrontTest, SeveralAddressesAndIPv6) {
  ServerSettings settings;
  settings.allow_unprotected = true;
  Server both(settings);
  const int first = both.bind({"127.0.0.1", 0});
  const int second = both.bind({"::", 0});
  both.serve(router());
  for (const int each : {first, second}) {
    Wire wire(each);
    wire.send(get("/echo/a", kClose));
    EXPECT_THAT(wire.rest(), EndsWith("GET /echo/a ."));
  }
}

TEST_F(FrontTest, ARoutePrefixMovesEverything) {
  ServerSettings settings;
  settings.route_prefix = parse_route_prefix("am/x/");
  start(settings);
  EXPECT_THAT(ask(get("/am/x/echo/a", kClose)), EndsWith("GET /echo/a ."));
  EXPECT_THAT(ask(get("/am/x/-/healthy", kClose)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(get("/-/healthy", kClose)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/am/xy/echo/a", kClose)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(get("/", kClose)), HasSubstr("\r\nLocation: /am/x\r\n"));
}

}  // namespace
}  // namespace tocsin::web
