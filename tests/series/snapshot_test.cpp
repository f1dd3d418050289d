#include <bit>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.h"
#include "query/samples/notation.h"
#include "query/syntax/parse.h"
#include "series/store.h"
#include "support/temporary_folder.h"

namespace tocsin::series {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{std::chrono::hours{500'000}};

void fill(Store& store, int series, int samples) {
  for (int i = 0; i < samples; ++i) {
    Store::Batch batch = store.batch(kNow + seconds{i});
    for (int each = 0; each < series; ++each) {
      batch.add(Labels{{"__name__", "m"}, {"i", std::to_string(each)}}, kNow + seconds{i},
                each % 2 == 0 ? i : i * 0.1);
    }
  }
}

std::string content(const Store& store) {
  std::string out;
  const auto selection = store.select(query::parse_selector("{__name__=~\".*\"}"),
                                      kNow - minutes{100}, kNow + minutes{100});
  for (const query::SeriesView& series : selection.series) {
    out += series.labels->to_string();
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      out += " " + std::to_string(series.times[i]) + "=" +
             std::to_string(std::bit_cast<std::uint64_t>(series.values[i]));
    }
    out += '\n';
  }
  return out;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Snapshot, GivesBackWhatWasSaved) {
  const TemporaryFolder folder;
  Store store;
  fill(store, 2'500, 7);  // three blocks
  fill(store, 3, 400);    // several chunks
  store.save(folder.file("series"));
  Store loaded;
  const Loaded outcome = loaded.load(folder.file("series"), kNow + minutes{10});
  EXPECT_EQ(content(loaded), content(store));
  EXPECT_EQ(outcome.series, 2'500U);
  EXPECT_EQ(outcome.samples, store.statistics().samples);
  EXPECT_EQ(loaded.statistics().samples, store.statistics().samples);
  EXPECT_EQ(loaded.statistics().chunks, store.statistics().chunks);

  // Both go on in the same way.
  for (Store* each : {&store, &loaded}) {
    Store::Batch batch = each->batch(kNow + minutes{8});
    const Labels first{{"__name__", "m"}, {"i", "0"}};
    EXPECT_EQ(batch.add(first, kNow, 1), Outcome::OutOfOrder);
    EXPECT_EQ(batch.add(first, kNow + minutes{8}, 1), Outcome::Added);
  }
  EXPECT_EQ(content(loaded), content(store));
}

TEST(Snapshot, TakesThePlaceOfTheOneBefore) {
  const TemporaryFolder folder;
  Store store;
  store.save(folder.file("series"));
  fill(store, 2, 3);
  store.save(folder.file("series"));
  Store loaded;
  EXPECT_EQ(loaded.load(folder.file("series"), kNow).series, 2U);
  EXPECT_FALSE(std::filesystem::exists(folder.file("series.new")));
}

TEST(Snapshot, LeavesOutWhatIsOldOrAhead) {
  const TemporaryFolder folder;
  Store store;
  fill(store, 1, 300);
  store.save(folder.file("series"));
  const auto loaded_at = [&](Timestamp now) {
    Store loaded({.retention = minutes{10}});
    loaded.load(folder.file("series"), now);
    return loaded.statistics().samples;
  };
  EXPECT_EQ(loaded_at(kNow + minutes{1}), 300U);
  EXPECT_EQ(loaded_at(kNow + minutes{13}), 180U);
  EXPECT_EQ(loaded_at(kNow + minutes{30}), 0U);
  EXPECT_EQ(loaded_at(kNow - minutes{7}), 120U);  // the clock was set back
  EXPECT_EQ(loaded_at(kNow - minutes{30}), 0U);
}

TEST(Snapshot, IsRefusedUnlessAllOfItIsAsItWasWritten) {
  const TemporaryFolder folder;
  Store store;
  fill(store, 30, 10);
  store.save(folder.file("series"));
  const std::string good = bytes_of(folder.file("series"));
  const auto refusal = [&](const std::string& bytes) -> std::string {
    Store loaded;
    try {
      loaded.load(folder.write("damaged", bytes), kNow);
    } catch (const Error& error) {
      EXPECT_EQ(loaded.statistics().series, 0U);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal(good), "");
  for (std::size_t size = 0; size < good.size(); size += 1 + size / 9) {
    EXPECT_NE(refusal(good.substr(0, size)), "") << size;
  }
  for (std::size_t at = 0; at < good.size(); at += 1 + at / 9) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_NE(refusal(bytes), "") << at;
  }
  EXPECT_NE(refusal(good + good), "");
  EXPECT_THAT(refusal(good + good.substr(12)), testing::HasSubstr("behind its end"));
  std::string newer = good;
  newer[8] = 2;
  EXPECT_THAT(refusal(newer), testing::HasSubstr("version 2, and this program reads 1"));
  Store loaded;
  EXPECT_THROW(loaded.load(folder.file("none"), kNow), Error);
  EXPECT_THROW(store.save(folder.file("no/folder/series")), Error);
}

}  // namespace
}  // namespace tocsin::series
