// What a scrape of one target appends: its series, their ends, and what is told of the scrape.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "scrape/settings.h"
#include "series/exposition.h"
#include "series/store.h"

namespace tocsin::scrape {

/// What the comments of an exposition say of a metric.
struct Metadata {
  series::MetricType type = series::MetricType::Unknown;
  std::string help;
  std::string unit;
  bool operator==(const Metadata&) const = default;
};
using MetadataMap = std::map<std::string, Metadata, std::less<>>;

/// Bounds of what is kept of one target; what goes beyond is not kept.
inline constexpr std::size_t kMostMetadata = 10'000;
inline constexpr std::size_t kLongestHelp = 4096;
/// Of one scrape: their labels wait in memory until the whole body is known to be good.
inline constexpr std::size_t kMostFresh = 1'000'000;

/// What came of one scrape.
struct Scraped {
  std::string error;          ///< why the target is down; empty: it is up
  std::size_t samples = 0;    ///< in the body
  std::size_t kept = 0;       ///< after metric relabelling
  std::size_t added = 0;      ///< series that were not there before
  std::size_t duplicate = 0;  ///< samples that were not stored, and why
  std::size_t out_of_order = 0;
  std::size_t out_of_bounds = 0;
  std::size_t full = 0;
  Duration duration{0};
  std::size_t body_bytes = 0;
};

/// The body, or why there is none.
struct Body {
  std::string_view text;
  series::ExpositionFormat format = series::ExpositionFormat::Text;
};

/// Remembers for each line's series (as it is written) where its samples go, so that a line that
/// was there last time costs a look into a hash table. Belongs to one target for as long as it
/// lives.
class Ingest {
 public:
  /// `job` outlives it until the next rename().
  Ingest(const JobSettings& job, Labels attached) : job_(&job), attached_(std::move(attached)) {}

  /// Appends all of a body, or nothing of it: then result.error says why. In both cases series that
  /// are no longer there get a staleness marker at `at`, unless their times are their own.
  Scraped append(series::Store& store, const Body& body, Timestamp at, Timestamp now);
  /// The same in steps of so many bytes of text, so that a large body keeps nobody waiting:
  /// nothing until step() has the result. The text outlives that. While it is appended, readers of
  /// the store may see a part of it.
  void begin(const Body& body, Timestamp at);
  std::optional<Scraped> step(series::Store& store, Timestamp now, std::size_t bytes);
  /// There was no body: all series end at `at`.
  void end_all(series::Store& store, Timestamp at, Timestamp now);
  /// up and its kin.
  void report(series::Store& store, const Scraped& scraped, Duration timeout, Timestamp at,
              Timestamp now);
  /// Ends these, too, when there is no target any more.
  void end_report(series::Store& store, Timestamp at, Timestamp now);

  /// The same target of a job that a reload made anew. REQUIRES: nothing that is read here changed.
  void rename(const JobSettings& job) { job_ = &job; }

  const MetadataMap& metadata() const { return metadata_; }
  /// Whether metadata() is not what it was at the last call.
  bool metadata_changed() { return std::exchange(metadata_changed_, false); }
  std::size_t series() const { return entries_.size(); }

 private:
  struct Entry {
    series::Ref ref = 0;
    std::uint32_t length = 0;  ///< of the text, as a second check beside its hash
    std::uint32_t seen = 0;    ///< the scrape that last had it
    bool dropped = false;      ///< by metric relabelling
    bool own_times = false;    ///< it ends by itself
    bool live = false;         ///< its last sample is no staleness marker
  };
  struct Pending {
    std::uint64_t hash;
    std::string_view text;  ///< of the body
    Timestamp at;
    double value;
    std::int32_t fresh;  ///< index into Running::fresh, or -1
  };

  /// The body that is being taken up.
  struct Running {
    Running(const Body& body, Timestamp time)
        : format(body.format), reader(body.text, body.format), at(time) {}

    series::ExpositionFormat format;
    series::ExpositionReader reader;
    Timestamp at;
    Scraped scraped = {};
    std::vector<Pending> pending = {};
    std::vector<Labels> fresh = {};
    bool is_read = false;
    std::size_t written = 0;  ///< of `pending`
  };

  void read(std::size_t bytes);
  void read_sample(const series::SampleLine& line);
  void note(const series::ExpositionLine& line);
  Metadata* metadata_of(std::string_view metric);
  std::optional<Labels> labels_of(const series::SampleLine& line) const;
  void check(const Labels& labels) const;
  void check_count() const;
  Labels labels_again(const Pending& pending, series::ExpositionFormat format) const;
  void write(series::Store::Batch& batch, std::size_t bytes);
  void write_one(series::Store::Batch& batch, const Pending& pending);
  Scraped finish();
  void end_unseen(series::Store::Batch& batch, Timestamp at);
  void add_report(series::Store::Batch& batch, std::size_t which, std::string_view name,
                  double value, Timestamp at);

  const JobSettings* job_;
  Labels attached_;
  tsl::robin_map<std::uint64_t, Entry> entries_;  ///< by the hash of a line's series
  std::uint32_t scrape_ = 0;
  std::size_t seen_ = 0;              ///< entries that the running scrape has
  std::unique_ptr<Running> running_;  ///< not kept in between: there may be thousands of targets
  std::vector<series::Ref> report_;
  MetadataMap metadata_;
  bool metadata_changed_ = false;
};

}  // namespace tocsin::scrape
