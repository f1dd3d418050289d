// How a file comes from one version of the schema to the next.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>

#include "journal/schema.h"
#include "journal/sqlite_journal.h"

namespace tocsin::journal {
namespace {

constexpr const char* kFirst = "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)";
constexpr const char* kSecond = "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'from ' || x";
constexpr const char* kThird = "CREATE TABLE b (x INTEGER); INSERT INTO b SELECT x + 1 FROM a";
constexpr const char* kBroken = "CREATE TABLE c (x INTEGER); INSERT INTO nowhere VALUES (1)";

class MigrationTest : public testing::Test {
 protected:
  void migrate_by(std::initializer_list<const char*> steps) {
    migrate(database_, {steps.begin(), steps.size()});
  }
  std::string answer(const char* sql) { return database_.execAndGet(sql).getString(); }

  SQLite::Database database_{":memory:", SQLite::OPEN_READWRITE};
};

TEST_F(MigrationTest, NewFileGoesThroughAllSteps) {
  migrate_by({kFirst, kSecond, kThird});
  EXPECT_EQ(schema_version(database_), 3);
  EXPECT_EQ(answer("PRAGMA application_id"), std::to_string(kApplicationId));
  EXPECT_EQ(answer("SELECT y FROM a"), "from 1");
  EXPECT_EQ(answer("SELECT x FROM b"), "2");
}

TEST_F(MigrationTest, OlderFileGoesThroughTheNewStepsOnly) {
  migrate_by({kFirst});
  database_.exec("UPDATE a SET x = 7");
  migrate_by({kFirst, kSecond, kThird});
  EXPECT_EQ(schema_version(database_), 3);
  EXPECT_EQ(answer("SELECT y FROM a"), "from 7");
  EXPECT_EQ(answer("SELECT x FROM b"), "8");
}

TEST_F(MigrationTest, CurrentFileIsNotTouched) {
  migrate_by({kFirst});
  const std::string before = answer("PRAGMA data_version");
  const int changes = database_.getTotalChanges();
  migrate_by({kFirst});
  EXPECT_EQ(answer("PRAGMA data_version"), before);
  EXPECT_EQ(database_.getTotalChanges(), changes);
}

TEST_F(MigrationTest, FailingStepTakesAllOthersBack) {
  migrate_by({kFirst});
  EXPECT_THROW(migrate_by({kFirst, kSecond, kBroken}), SQLite::Exception);
  EXPECT_EQ(schema_version(database_), 1);
  EXPECT_FALSE(database_.tableExists("c"));
  EXPECT_THROW(answer("SELECT y FROM a"), SQLite::Exception);
  migrate_by({kFirst, kSecond, kThird});
  EXPECT_EQ(schema_version(database_), 3);
}

TEST_F(MigrationTest, OurStepsEndAtOurVersion) {
  migrate(database_, migrations());
  EXPECT_EQ(schema_version(database_), kSchemaVersion);
  EXPECT_EQ(answer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                   "'sqlite%' AND sql NOT LIKE '%STRICT%'"),
            "0");
}

TEST_F(MigrationTest, TimelineQueriesFindTheirIndex) {
  migrate(database_, migrations());
  const std::string order = " ORDER BY at DESC, id DESC LIMIT 10";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"at >= 1 AND at <= 2", "events_by_time"},
      {"at >= 1 AND at <= 2 AND fingerprint = 3", "events_by_alert"},
      {"at >= 1 AND at <= 2 AND subject = 'x'", "events_by_subject"},
  };
  for (const auto& [condition, index] : cases) {
    SQLite::Statement plan(
        database_, "EXPLAIN QUERY PLAN SELECT detail FROM events WHERE " + condition + order);
    ASSERT_TRUE(plan.executeStep());
    EXPECT_NE(plan.getColumn(3).getString().find(index), std::string::npos)
        << plan.getColumn(3).getString();
    EXPECT_FALSE(plan.executeStep()) << "the index should give the order, too";
  }
}

}  // namespace
}  // namespace tocsin::journal
