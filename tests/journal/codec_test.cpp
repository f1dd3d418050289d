// What is written into columns, exactly, and that nothing else is read back.
#include "journal/codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "journal/json_text.h"
#include "journal/notification_codec.h"
#include "journal/samples.h"
#include "model/error.h"
#include "model/text.h"

namespace tocsin::journal {
namespace {

TEST(JsonTextTest, KeepsUtf8AndGivesStrayBytesAStandIn) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {"h\xC3\xB6st \xF0\x9F\x94\xA5", "h\xC3\xB6st \xF0\x9F\x94\xA5"},
      {"cut \xC3", "cut \xEF\x9F\x83"},
      {"\x80", "\xEF\x9E\x80"},
      {"\xFF"
       "a",
       "\xEF\x9F\xBF"
       "a"},
      {"\xEF\x9E\x80", "\xEF\x9F\xAF\xEF\x9E\x9E\xEF\x9E\x80"},
      {"\xEF\x9C\x80", "\xEF\x9C\x80"},
  };
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_utf8(bytes), text);
    EXPECT_EQ(from_utf8(text), bytes);
  }
}

TEST(JsonTextTest, AnyTwoBytesBecomeUtf8AndComeBack) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second), '\xBF'};
      ASSERT_TRUE(is_utf8(to_utf8(bytes))) << first << " " << second;
      ASSERT_EQ(from_utf8(to_utf8(bytes)), bytes) << first << " " << second;
      std::string json;
      append_json_text(json, bytes);
      ASSERT_EQ(text_of(parse_json(json)), bytes) << json;
    }
  }
}

TEST(CodecTest, LabelsAreAJsonObject) {
  const std::vector<std::pair<Labels, std::string>> cases = {
      {{}, "{}"},
      {{{"b", "2"}, {"a", "1"}}, R"({"a":"1","b":"2"})"},
      {{{"a", "\"\\\n\x01\x7F"}}, "{\"a\":\"\\\"\\\\\\u000a\\u0001\x7F\"}"},
      {{{"n\xC3\xA4me", ""}}, "{\"n\xC3\xA4me\":\"\"}"},
  };
  for (const auto& [labels, json] : cases) {
    EXPECT_EQ(encode_labels(labels), json);
    EXPECT_EQ(decode_labels(json), labels);
  }
}

TEST(CodecTest, OtherThingsAreNoLabels) {
  for (const char* json : {"", "{", "[]", "null", "7", R"({"a":1})", R"({"a":{}})", R"({"a":"1"}x)",
                           "{\"a\":\"\xC3\"}"}) {
    EXPECT_THROW(decode_labels(json), Error) << json;
  }
}

TEST(CodecTest, LabelsThatAreWrittenOtherwiseAreReadAlike) {
  const Labels expected{{"a", "1"}, {"b", "2"}};
  for (const char* json :
       {R"({"a":"1","b":"2"})", R"({"b":"2","a":"1"})", R"({ "a": "1", "b": "2" })",
        R"({"a":"\u0031","b":"2"})", R"({"a":"0","a":"1","b":"2"})"}) {
    EXPECT_EQ(decode_labels(json), expected) << json;
  }
  for (const char* json : {R"({"a":"1",})", R"({"a":"1""b":"2"})", R"({"a""1"})", R"({"a":"1)",
                           R"({,"a":"1"})", R"({"a":})", R"({"a":"b":"c"})"}) {
    EXPECT_THROW(decode_labels(json), Error) << json;
  }
}

TEST(CodecTest, DeeplyNestedJsonIsRefusedNotFollowed) {
  EXPECT_THROW(decode_labels(std::string(100'000, '[')), Error);
  EXPECT_THROW(decode_labels(std::string(20'000, '[') + std::string(20'000, ']')), Error);
}

TEST(CodecTest, MatchersAreTriples) {
  const Matchers matchers = sample_silence(1).matchers;
  EXPECT_EQ(encode_matchers({Matcher("a", MatchOp::NotRegex, "x|\"y\"")}),
            R"([["a","!~","x|\"y\""]])");
  EXPECT_EQ(decode_matchers(encode_matchers(matchers)), matchers);
  EXPECT_EQ(encode_matchers({}), "[]");
  EXPECT_TRUE(decode_matchers("[]").empty());
}

TEST(CodecTest, OtherThingsAreNoMatchers) {
  for (const char* json : {"", "{}", "[1]", R"([["a","="]])", R"([["a","=","b","c"]])",
                           R"([["a","==","b"]])", R"([["a","=~","("]])", R"([["a",1,"b"]])"}) {
    EXPECT_THROW(decode_matchers(json), Error) << json;
  }
}

TEST(CodecTest, FingerprintsAreBigEndianAndAscending) {
  EXPECT_EQ(encode_fingerprints({}), "");
  EXPECT_EQ(encode_fingerprints({0x8000000000000001ULL, 0x1234}),
            std::string("\0\0\0\0\0\0\x12\x34\x80\0\0\0\0\0\0\x01", 16));
  const FingerprintSet many = {0, 1, ~0ULL, 0x980a6a0e0facf311ULL};
  EXPECT_EQ(decode_fingerprints(encode_fingerprints(many)), many);
  EXPECT_THROW(decode_fingerprints("1234567"), Error);
  EXPECT_THROW(decode_fingerprints("123456789"), Error);
}

TEST(CodecTest, NamesOfEnumerationsReadBack) {
  for (const Origin each : {Origin::Rule, Origin::Posted}) {
    EXPECT_EQ(parse_origin(to_text(each)), each);
  }
  for (const state::Phase each : {state::Phase::Pending, state::Phase::Firing}) {
    EXPECT_EQ(parse_phase(to_text(each)), each);
  }
  for (const notify::RowState each : {notify::RowState::Pending, notify::RowState::Dead}) {
    EXPECT_EQ(parse_row_state(to_text(each)), each);
  }
  EXPECT_THROW(parse_origin("Rule"), Error);
  EXPECT_THROW(parse_phase(""), Error);
  EXPECT_THROW(parse_row_state("sent"), Error);
}

TEST(NotificationCodecTest, ReadsBackExactly) {
  for (int i = 0; i < 12; ++i) {
    const notify::Notification notification = *sample_outbox_row(i).notification;
    EXPECT_EQ(text_of(decode_notification(encode_notification(notification))),
              text_of(notification));
  }
  const notify::Notification bare;
  EXPECT_EQ(text_of(decode_notification(encode_notification(bare))), text_of(bare));
}

TEST(NotificationCodecTest, TextOfAnyBytesReadsBack) {
  notify::Notification notification = *sample_outbox_row(1).notification;
  notification.receiver = "caf\xC3";
  notification.group_key = std::string("a\0\xFF\"", 4);
  notification.external_url = "\xEF\x9E\x80";
  EXPECT_EQ(text_of(decode_notification(encode_notification(notification))), text_of(notification));
}

TEST(NotificationCodecTest, VersionOneStaysReadable) {
  const notify::Notification notification = decode_notification(R"({
    "version": 1, "receiver": "ops", "channel": "slack/0", "group_id": "{}/0:{}",
    "group_key": "{}:{}", "group_labels": {"team": "a"}, "reason": "repeat interval elapsed",
    "decided_at": 1700000000123, "external_url": "http://tocsin", "alerts": [
      {"status": "resolved", "fingerprint": "ffffffffffffffff", "labels": {"alertname": "A"},
       "annotations": {}, "generator_url": "", "starts_at": -5, "ends_at": 7, "updated_at": 8,
       "origin": "posted", "ends_by_timeout": true, "value": "-Inf"}]})");
  EXPECT_EQ(notification.reason, notify::Reason::RepeatInterval);
  EXPECT_EQ(notification.decided_at, at(1700000000123));
  ASSERT_EQ(notification.alerts.size(), 1U);
  EXPECT_EQ(notification.alerts[0].status, notify::Status::Resolved);
  EXPECT_EQ(text_of(*notification.alerts[0].alert),
            "ffffffffffffffff {alertname=\"A\"} {}  -5 7 8 1 true fff0000000000000");
}

TEST(NotificationCodecTest, ReferencesOfVersionTwoStayReadable) {
  const AlertPtr known = sample_alert_ptr(1);
  const notify::Notification notification =
      decode_notification(fmt::format(R"({{
    "version": 2, "receiver": "ops", "channel": "slack/0", "group_id": "{{}}/0:{{}}",
    "group_key": "{{}}:{{}}", "group_labels": {{}}, "reason": "repeat interval elapsed",
    "decided_at": 1700000000123, "external_url": "http://tocsin", "alerts": [
      [{0}, "firing", -5, 8], [{0}, "resolved", -5, 8, 1700000000000]]}})",
                                      static_cast<std::int64_t>(known->fingerprint)),
                          [&](Fingerprint) { return known; });
  ASSERT_EQ(notification.alerts.size(), 2U);
  const notify::Told& first = notification.alerts[0];
  const notify::Told& second = notification.alerts[1];
  EXPECT_EQ(first.status, notify::Status::Firing);
  EXPECT_EQ(first.alert->starts_at, at(-5));
  EXPECT_EQ(first.alert->updated_at, at(8));
  EXPECT_EQ(first.alert->ends_at, std::nullopt);
  EXPECT_EQ(second.status, notify::Status::Resolved);
  EXPECT_EQ(second.alert->ends_at, at(1700000000000));
}

TEST(NotificationCodecTest, RowsFromBeforeRouteLabelsHaveNone) {
  notify::Notification notification = *sample_outbox_row(1).notification;
  notification.route_labels = {{"runbook", "x"}};
  std::string json = encode_notification(notification);
  EXPECT_EQ(decode_notification(json).route_labels, notification.route_labels);
  const std::string member = R"("route_labels":{"runbook":"x"},)";
  ASSERT_NE(json.find(member), std::string::npos);
  json.erase(json.find(member), member.size());
  EXPECT_TRUE(decode_notification(json).route_labels.empty());
}

TEST(NotificationCodecTest, ReferencesMeanWhatIsKnownNowWithTheTimesOfThen) {
  notify::Notification notification = *sample_outbox_row(1).notification;
  ASSERT_FALSE(notification.alerts.empty());
  const std::string json = encode_notification(notification, [](const Alert&) { return true; });
  EXPECT_EQ(json.find("annotations"), std::string::npos);
  EXPECT_EQ(json.find("firing"), std::string::npos);
  const auto as_then = [&](Fingerprint fingerprint) {
    for (const notify::Told& told : notification.alerts) {
      if (told.alert->fingerprint == fingerprint) return told.alert;
    }
    return AlertPtr();
  };
  EXPECT_EQ(text_of(decode_notification(json, as_then)), text_of(notification));

  const auto changed = [&](Fingerprint fingerprint) -> AlertPtr {
    auto alert = std::make_shared<Alert>(*as_then(fingerprint));
    alert->annotations = {{"summary", "newer"}};
    alert->starts_at += std::chrono::hours{1};
    alert->ends_at.reset();
    alert->updated_at += std::chrono::hours{1};
    return alert;
  };
  const notify::Notification later = decode_notification(json, changed);
  ASSERT_EQ(later.alerts.size(), notification.alerts.size());
  for (std::size_t i = 0; i < later.alerts.size(); ++i) {
    const Alert& now = *later.alerts[i].alert;
    const Alert& then = *notification.alerts[i].alert;
    EXPECT_EQ(now.annotations, Annotations({{"summary", "newer"}}));
    EXPECT_EQ(now.starts_at, then.starts_at);
    EXPECT_EQ(now.ends_at, then.ends_at);
    EXPECT_EQ(now.updated_at, then.updated_at);
    EXPECT_EQ(later.alerts[i].status, notification.alerts[i].status);
  }
  EXPECT_THROW(decode_notification(json, [](Fingerprint) { return AlertPtr(); }), Error);
  EXPECT_THROW(decode_notification(json), Error);
}

TEST(NotificationCodecTest, RefusesWhatItDoesNotKnow) {
  const std::string good = encode_notification(*sample_outbox_row(1).notification);
  const auto with = [&good](const std::string& from, const std::string& to) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    return changed;
  };
  const std::vector<std::string> bad = {"",
                                        "{}",
                                        "[]",
                                        "7",
                                        "garbage",
                                        good.substr(0, good.size() / 2),
                                        with("\"version\":3", "\"version\":4"),
                                        with("\"version\":3", "\"version\":\"3\""),
                                        with("\"receiver\":\"ops\"", "\"receiver\":7"),
                                        with("some alerts resolved", "no reason"),
                                        with("\"status\":\"resolved\"", "\"status\":\"?\""),
                                        with("\"decided_at\":", "\"decided\":"),
                                        with("\"fingerprint\":\"", "\"fingerprint\":\"x"),
                                        with("\"alerts\":[{", "\"alerts\":[7,{"),
                                        with("\"origin\":\"", "\"origin\":\"no ")};
  for (const std::string& json : bad) EXPECT_THROW(decode_notification(json), Error) << json;
}

TEST(NotificationCodecTest, SaysWhichVersionItCannotRead) {
  try {
    decode_notification(R"({"version": 4})");
    FAIL() << "should have thrown";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "its format has version 4, known are 1 to 3");
  }
}

}  // namespace
}  // namespace tocsin::journal
