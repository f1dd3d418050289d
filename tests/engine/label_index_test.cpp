// Alerts are found by one of their labels; see also the book's tests of what readers see.
#include "engine/label_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "engine/book.h"
#include "journal/memory_journal.h"

namespace tocsin::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(LabelIndex, FindsAlertsByALabel) {
  LabelIndex index;
  EXPECT_THAT(index.find("a", "b"), IsEmpty());
  index.add(7, {{"a", "b"}, {"c", "d"}});
  index.add(3, {{"a", "b"}});
  index.add(5, {{"a", "d"}, {"b", "a"}});
  index.add(9, {});
  index.add(4, {{"c", "d"}});
  EXPECT_THAT(index.find("a", "b"), ElementsAre(3U, 7U));
  EXPECT_THAT(index.find("c", "d"), ElementsAre(4U, 7U));
  EXPECT_THAT(index.find("b", "a"), ElementsAre(5U));
  EXPECT_THAT(index.find("c", "b"), IsEmpty());
}

TEST(LabelIndex, IsStaleWhenMostOfItIsAboutAlertsThatAreGone) {
  LabelIndex index;
  const Labels labels{{"a", "b"}, {"c", "d"}};
  for (Fingerprint i = 0; i < 12'000; ++i) index.add(i, labels);
  for (int i = 0; i < 6'000; ++i) index.forget(labels);
  EXPECT_FALSE(index.is_stale());
  for (int i = 0; i < 6'000; ++i) index.forget(labels);
  EXPECT_TRUE(index.is_stale());
}

AlertPtr alert(int number) {
  Alert alert;
  alert.labels = {{"host", fmt::format("h{}", number)}, {"job", "x"}};
  alert.fingerprint = alert.labels.fingerprint();
  return std::make_shared<const Alert>(std::move(alert));
}

/// How many of the alerts with this job a reader finds.
std::size_t found(const Book& book) {
  const Book::Snapshot snapshot(book);
  std::size_t count = 0;
  for (const Fingerprint each : snapshot.labels().find("job", "x")) {
    count += snapshot.alerts().count(each);
  }
  return count;
}

TEST(LabelIndex, OfTheBookFollowsItsAlerts) {
  journal::MemoryJournal journal;
  Book book(journal);
  for (int i = 0; i < 20'000; ++i) book.apply(journal::PutAlert{alert(i)});
  book.apply(journal::PutAlert{alert(1)});  // again
  book.commit();
  EXPECT_EQ(found(book), 20'000U);
  {
    const Book::Snapshot before(book);
    for (int i = 0; i < 19'000; ++i) book.apply(journal::DropAlert{alert(i)->fingerprint});
    book.apply(journal::PutAlert{alert(3)});
    book.commit();
    EXPECT_THAT(before.labels().find("job", "x"), SizeIs(20'000));
  }
  EXPECT_EQ(found(book), 1'001U);
  EXPECT_THAT(Book::Snapshot(book).labels().find("host", "h3"), Contains(alert(3)->fingerprint));
  Book again(journal);  // after a restart
  EXPECT_EQ(found(again), 1'001U);
}

}  // namespace
}  // namespace tocsin::engine
