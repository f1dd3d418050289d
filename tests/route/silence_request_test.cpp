// What a posted silence does to the stored ones.
#include <gmock/gmock.h>

#include "route/silence.h"

namespace tocsin::route {
namespace {

using namespace std::chrono_literals;
using Kind = SilenceRefusal::Kind;

const Timestamp kNow{1'767'323'045'500ms};
constexpr const char* kNew = "new-id";

SilenceRequest request(const std::string& matchers = "a=b") {
  return {"", parse_matchers(matchers).matchers, kNow, kNow + 1h, "me", "because", {}};
}

Silence stored(Timestamp from, Timestamp until) {
  return {"old-id", parse_matchers("a=b").matchers, from, until, from, "you", "before", {}};
}

/// A request to edit this silence that changes nothing yet.
SilenceRequest edit(const Silence& silence) {
  return {silence.id,         silence.matchers, silence.starts_at,  silence.ends_at,
          silence.created_by, silence.comment,  silence.annotations};
}

SilenceChange accepted(const SilenceRequest& wanted, const Silence* existing = nullptr) {
  const auto answer = apply_request(wanted, existing, kNew, kNow);
  if (const auto* refusal = std::get_if<SilenceRefusal>(&answer)) {
    ADD_FAILURE() << refusal->message;
    return {"", std::vector<Silence>(2), false};
  }
  return std::get<SilenceChange>(answer);
}

std::string refused(const SilenceRequest& wanted, Kind kind, const Silence* existing = nullptr) {
  const auto answer = apply_request(wanted, existing, kNew, kNow);
  const auto* refusal = std::get_if<SilenceRefusal>(&answer);
  if (refusal == nullptr) return "it was accepted";
  EXPECT_EQ(refusal->kind, kind);
  return refusal->message;
}

TEST(NewSilenceTest, GetsTheNewId) {
  SilenceRequest wanted = request();
  wanted.annotations = {{"ticket", "7"}};
  const SilenceChange change = accepted(wanted);
  EXPECT_EQ(change.id, kNew);
  EXPECT_TRUE(change.created);
  ASSERT_EQ(change.stored.size(), 1U);
  const Silence& silence = change.stored[0];
  EXPECT_EQ(silence.id, kNew);
  EXPECT_EQ(silence.matchers, wanted.matchers);
  EXPECT_EQ(silence.starts_at, kNow);
  EXPECT_EQ(silence.ends_at, kNow + 1h);
  EXPECT_EQ(silence.updated_at, kNow);
  EXPECT_EQ(silence.created_by, "me");
  EXPECT_EQ(silence.comment, "because");
  EXPECT_EQ(silence.annotations.get("ticket"), "7");
}

TEST(NewSilenceTest, StartsNowAtTheEarliest) {
  struct Case {
    std::optional<Timestamp> from;
    Timestamp expected;
  };
  const Case cases[] = {
      {std::nullopt, kNow}, {kNow - 1h, kNow}, {kNow, kNow}, {kNow + 1min, kNow + 1min}};
  for (const Case& each : cases) {
    SilenceRequest wanted = request();
    wanted.starts_at = each.from;
    EXPECT_EQ(accepted(wanted).stored[0].starts_at, each.expected);
  }
}

TEST(NewSilenceTest, ImpossibleTimesAreRefused) {
  struct Case {
    Timestamp from, until;
    std::string_view expected;
  };
  constexpr std::string_view kOrder =
      "Failed to create silence: start time must be before end time";
  constexpr std::string_view kPast = "Failed to create silence: end time can't be in the past";
  const Case cases[] = {
      {kNow + 2h, kNow + 1h, kOrder},       {kNow + 1h, kNow + 1h, kOrder},
      {kNow - 1h, kNow - 2h, kOrder},       {kNow - 2h, kNow - 1ms, kPast},
      {kNow - 2h, kNow, "it was accepted"},
  };
  for (const Case& each : cases) {
    SilenceRequest wanted = request();
    wanted.starts_at = each.from;
    wanted.ends_at = each.until;
    EXPECT_EQ(refused(wanted, Kind::BadRequest), each.expected);
  }
}

TEST(NewSilenceTest, ASilenceForEverythingIsRefused) {
  constexpr std::string_view kEmpty =
      "invalid silence: matcher set 0: at least one matcher must not match the empty string";
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "invalid silence: at least one matcher required"},
      {"a=\"\"", kEmpty},
      {"a=~\".*\"", kEmpty},
      {"a=~\"x|\"", kEmpty},
      {"a=\"\",b=~\".*\"", kEmpty},
      {"a=\"\",b=c", "it was accepted"},
      {"a=~\".+\"", "it was accepted"},
      {"a!=\"\"", "it was accepted"},
      {"a!=x", "it was accepted"},  // upstream lets every negative matcher pass
      {"a!~\"x\"", "it was accepted"},
  };
  for (const auto& [matchers, expected] : cases) {
    EXPECT_EQ(refused(request(std::string(matchers)), Kind::BadRequest), expected) << matchers;
  }
}

TEST(NewSilenceTest, MatchersThatCanBeNoLabelsAreRefused) {
  SilenceRequest wanted = request();
  wanted.matchers.emplace_back("", MatchOp::Equal, "x");
  EXPECT_EQ(refused(wanted, Kind::BadRequest),
            R"(invalid silence: invalid label matcher 1 in set 0: invalid label name "")");
  wanted.matchers = {{"a\xFF", MatchOp::Equal, "x"}};
  EXPECT_EQ(refused(wanted, Kind::BadRequest),
            R"(invalid silence: invalid label matcher 0 in set 0: invalid label name "a\xff")");
  wanted.matchers = {{"a", MatchOp::Equal, "\xFF"}};
  EXPECT_EQ(refused(wanted, Kind::BadRequest),
            R"(invalid silence: invalid label matcher 0 in set 0: invalid label value "\xff")");
  wanted.matchers = {{"host name", MatchOp::Equal, "x"}};
  EXPECT_EQ(refused(wanted, Kind::BadRequest), "it was accepted");
}

TEST(EditSilenceTest, AnUnknownIdIsNotFoundUnlessTheRequestIsBadAnyway) {
  SilenceRequest wanted = request();
  wanted.id = "unknown";
  EXPECT_EQ(refused(wanted, Kind::NotFound), "silence not found");
  wanted.matchers.clear();
  EXPECT_EQ(refused(wanted, Kind::BadRequest), "invalid silence: at least one matcher required");
}

TEST(EditSilenceTest, AnActiveOneIsUpdatedInPlace) {
  const Silence old = stored(kNow - 1h, kNow + 1h);
  SilenceRequest wanted = edit(old);
  wanted.ends_at = kNow + 5h;
  wanted.comment = "takes longer";
  wanted.created_by = "me";
  wanted.annotations = {{"ticket", "7"}};
  const SilenceChange change = accepted(wanted, &old);
  EXPECT_EQ(change.id, "old-id");
  EXPECT_FALSE(change.created);
  ASSERT_EQ(change.stored.size(), 1U);
  EXPECT_EQ(change.stored[0].id, "old-id");
  EXPECT_EQ(change.stored[0].ends_at, kNow + 5h);
  EXPECT_EQ(change.stored[0].comment, "takes longer");
  EXPECT_EQ(change.stored[0].created_by, "me");
  EXPECT_EQ(change.stored[0].updated_at, kNow);
  EXPECT_EQ(change.stored[0].annotations.get("ticket"), "7");
}

TEST(EditSilenceTest, WhetherItIsInPlaceDependsOnWhatChangesAndWhen) {
  struct Case {
    std::string_view story;
    Timestamp from, until;                // of the stored silence
    Timestamp wanted_from, wanted_until;  // of the request
    std::string matchers;
    bool in_place;
  };
  const Timestamp second = std::chrono::floor<std::chrono::seconds>(kNow - 1h);
  const Case cases[] = {
      {"active, nothing changes", kNow - 1h, kNow + 1h, kNow - 1h, kNow + 1h, "a=b", true},
      {"active, ends now", kNow - 1h, kNow + 1h, kNow - 1h, kNow, "a=b", true},
      {"active, start within its second", kNow - 1h, kNow + 1h, second, kNow + 1h, "a=b", true},
      {"active, start moves", kNow - 1h, kNow + 1h, kNow - 2h, kNow + 1h, "a=b", false},
      {"active, start moves to now", kNow - 1h, kNow + 1h, kNow, kNow + 1h, "a=b", false},
      {"active, other matchers", kNow - 1h, kNow + 1h, kNow - 1h, kNow + 1h, "a=c", false},
      {"active, one matcher more", kNow - 1h, kNow + 1h, kNow - 1h, kNow + 1h, "a=b,c=d", false},
      {"pending, other times", kNow + 1h, kNow + 2h, kNow + 3h, kNow + 4h, "a=b", true},
      {"pending, starts now", kNow + 1h, kNow + 2h, kNow, kNow + 2h, "a=b", true},
      {"pending, start in the past", kNow + 1h, kNow + 2h, kNow - 1ms, kNow + 2h, "a=b", false},
      {"pending, other matchers", kNow + 1h, kNow + 2h, kNow + 1h, kNow + 2h, "a!=b", false},
      {"expired", kNow - 2h, kNow - 1h, kNow - 2h, kNow + 1h, "a=b", false},
  };
  for (const Case& each : cases) {
    const Silence old = stored(each.from, each.until);
    SilenceRequest wanted = edit(old);
    wanted.starts_at = each.wanted_from;
    wanted.ends_at = each.wanted_until;
    wanted.matchers = parse_matchers(each.matchers).matchers;
    const SilenceChange change = accepted(wanted, &old);
    EXPECT_EQ(change.id, each.in_place ? "old-id" : kNew) << each.story;
    EXPECT_EQ(change.created, !each.in_place) << each.story;
    EXPECT_EQ(change.stored.back().id, change.id) << each.story;
  }
}

TEST(EditSilenceTest, AnActiveOneKeepsItsExactStart) {
  const Silence old = stored(kNow - 1h, kNow + 1h);
  SilenceRequest wanted = edit(old);
  wanted.starts_at = std::chrono::floor<std::chrono::seconds>(old.starts_at);
  EXPECT_EQ(accepted(wanted, &old).stored[0].starts_at, old.starts_at);
}

TEST(EditSilenceTest, AReplacedOneEndsAsItsSuccessorBegins) {
  const Silence old = stored(kNow - 1h, kNow + 1h);
  SilenceRequest wanted = edit(old);
  wanted.matchers = parse_matchers("a=c").matchers;
  const SilenceChange change = accepted(wanted, &old);
  ASSERT_EQ(change.stored.size(), 2U);
  EXPECT_EQ(change.stored[0].id, "old-id");
  EXPECT_EQ(change.stored[0].matchers, old.matchers);
  EXPECT_EQ(change.stored[0].comment, "before");
  EXPECT_EQ(state(change.stored[0], kNow), SilenceState::Expired);
  EXPECT_EQ(change.stored[1].id, kNew);
  EXPECT_EQ(change.stored[1].starts_at, kNow);
  EXPECT_EQ(state(change.stored[1], kNow), SilenceState::Active);
}

TEST(EditSilenceTest, AReplacedPendingOneNeverMutesAnything) {
  const Silence old = stored(kNow + 1h, kNow + 2h);
  SilenceRequest wanted = edit(old);
  wanted.matchers = parse_matchers("a=c").matchers;
  const SilenceChange change = accepted(wanted, &old);
  ASSERT_EQ(change.stored.size(), 2U);
  EXPECT_EQ(state(change.stored[0], kNow), SilenceState::Expired);
  EXPECT_EQ(change.stored[1].starts_at, kNow + 1h);
}

TEST(EditSilenceTest, AnExpiredOneStaysInHistoryUntouched) {
  const Silence old = stored(kNow - 2h, kNow - 1h);
  SilenceRequest wanted = edit(old);
  wanted.ends_at = kNow + 1h;
  const SilenceChange change = accepted(wanted, &old);
  ASSERT_EQ(change.stored.size(), 1U);
  EXPECT_EQ(change.stored[0].id, kNew);
  EXPECT_EQ(change.stored[0].starts_at, kNow);
}

}  // namespace
}  // namespace tocsin::route
