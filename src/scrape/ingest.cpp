#include "scrape/ingest.h"

#include <bit>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "model/error.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "query/engine/storage.h"
#include "scrape/sample_labels.h"

namespace tocsin::scrape {
namespace {

constexpr double kStale = std::bit_cast<double>(query::kStaleBits);

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

void count(series::Outcome outcome, Scraped& scraped) {
  using enum series::Outcome;
  switch (outcome) {
    case DuplicateTime:
      ++scraped.duplicate;
      return;
    case OutOfOrder:
      ++scraped.out_of_order;
      return;
    case TooOld:
    case TooFarAhead:
      ++scraped.out_of_bounds;
      return;
    case Full:
      ++scraped.full;
      return;
    case Added:
    case Same:
    case Gone:
      return;
  }
}

}  // namespace

Scraped Ingest::append(series::Store& store, const Body& body, Timestamp at, Timestamp now) {
  begin(body, at);
  for (;;) {
    if (auto scraped = step(store, now, std::numeric_limits<std::size_t>::max())) return *scraped;
  }
}

void Ingest::begin(const Body& body, Timestamp at) {
  ++scrape_;
  seen_ = 0;
  running_ = std::make_unique<Running>(body, at);
  running_->scraped.body_bytes = body.text.size();
  running_->pending.reserve(entries_.size());
}

std::optional<Scraped> Ingest::step(series::Store& store, Timestamp now, std::size_t bytes) {
  if (!running_->is_read) {
    try {
      read(bytes);
    } catch (const Error& error) {
      running_->scraped.error = error.what();
      running_->scraped.kept = 0;
      end_all(store, running_->at, now);
      return finish();
    }
    // The text of a small body, and what it says, are one step.
    if (!running_->is_read || running_->scraped.body_bytes > bytes) return std::nullopt;
  }
  series::Store::Batch batch = store.batch(now);
  write(batch, bytes);
  if (running_->written < running_->pending.size()) return std::nullopt;
  end_unseen(batch, running_->at);
  Scraped& scraped = running_->scraped;
  if (scraped.full > 0) {
    scraped.error = fmt::format(
        "the store of series is full: {} samples were refused; raise its "
        "bound or scrape less",
        scraped.full);
  }
  return finish();
}

Scraped Ingest::finish() {
  Scraped scraped = std::move(running_->scraped);
  running_.reset();
  return scraped;
}

void Ingest::read(std::size_t bytes) {
  series::ExpositionReader& reader = running_->reader;
  const std::size_t begin = reader.position();
  const bool at_once = running_->scraped.body_bytes <= bytes;
  while (at_once || reader.position() - begin < bytes) {
    const series::ExpositionLine line = reader.next();
    if (std::holds_alternative<series::EndOfExposition>(line)) {
      running_->is_read = true;
      return;
    }
    if (const auto* sample = std::get_if<series::SampleLine>(&line)) {
      read_sample(*sample);
    } else {
      note(line);
    }
  }
}

void Ingest::read_sample(const series::SampleLine& line) {
  Running& running = *running_;
  ++running.scraped.samples;
  const std::uint64_t hash = hash_of(line.series);
  const auto length = static_cast<std::uint32_t>(line.series.size());
  const bool own_time = line.at && job_->honor_timestamps;
  std::int32_t fresh = -1;
  auto found = entries_.find(hash);
  if (found == entries_.end() || found->second.length != length) {
    Entry entry;
    entry.length = length;
    if (std::optional<Labels> labels = labels_of(line)) {
      fresh = static_cast<std::int32_t>(running.fresh.size());
      running.fresh.push_back(std::move(*labels));
    } else {
      entry.dropped = true;
    }
    found = entries_.insert_or_assign(hash, entry).first;
  }
  Entry& entry = found.value();
  if (entry.seen != scrape_) ++seen_;
  entry.seen = scrape_;
  if (entry.dropped) return;
  ++running.scraped.kept;
  check_count();
  entry.own_times = own_time && !job_->track_timestamps_staleness;
  running.pending.push_back(
      {hash, line.series, own_time ? *line.at : running.at, line.value, fresh});
}

/// At once, not at the end: what is beyond a limit should not take memory first.
void Ingest::check_count() const {
  const std::size_t limit = job_->limits.samples;
  if (limit > 0 && running_->scraped.kept > limit) {
    throw Error(
        fmt::format("sample limit exceeded: more than {} samples after relabelling "
                    "(sample_limit)",
                    limit));
  }
  if (running_->fresh.size() > kMostFresh) {
    throw Error(fmt::format("more than {} new series in one scrape", kMostFresh));
  }
}

std::optional<Labels> Ingest::labels_of(const series::SampleLine& line) const {
  Labels labels = exposed_labels(line.labels);
  attach(labels, attached_, job_->honor_labels);
  if (!relabel(labels, job_->metric_relabel)) return std::nullopt;
  check(labels);
  return labels;
}

void Ingest::check(const Labels& labels) const {
  const Limits& limits = job_->limits;
  const std::string metric = quote(truncate_runes(labels.get(kMetricName), 50));
  if (labels.get(kMetricName).empty()) {
    throw Error("after relabelling, a series has no name (label __name__)");
  }
  if (limits.labels > 0 && labels.size() > limits.labels) {
    throw Error(fmt::format("label limit exceeded: a series of {} has {} labels, label_limit is {}",
                            metric, labels.size(), limits.labels));
  }
  if (limits.label_name_length == 0 && limits.label_value_length == 0) return;
  for (const LabelView& label : labels) {
    const std::string name = quote(truncate_runes(label.name, 50));
    if (limits.label_name_length > 0 && label.name.size() > limits.label_name_length) {
      throw Error(
          fmt::format("label name too long: {} of {} has {} bytes, label_name_length_limit "
                      "is {}",
                      name, metric, label.name.size(), limits.label_name_length));
    }
    if (limits.label_value_length > 0 && label.value.size() > limits.label_value_length) {
      throw Error(
          fmt::format("label value too long: that of {} of {} has {} bytes, "
                      "label_value_length_limit is {}",
                      name, metric, label.value.size(), limits.label_value_length));
    }
  }
}

/// For a series that the store has let go of: what the line said once more.
Labels Ingest::labels_again(const Pending& pending, series::ExpositionFormat format) const {
  const std::string line = std::string(pending.text) + " 0\n";
  series::ExpositionReader reader(line, format);
  const series::ExpositionLine read = reader.next();
  return labels_of(std::get<series::SampleLine>(read)).value_or(Labels{});
}

void Ingest::write(series::Store::Batch& batch, std::size_t bytes) {
  Running& running = *running_;
  std::size_t done = 0;
  while (running.written < running.pending.size() && done < bytes) {
    const Pending& pending = running.pending[running.written++];
    write_one(batch, pending);
    done += pending.text.size();
  }
}

void Ingest::write_one(series::Store::Batch& batch, const Pending& pending) {
  Scraped& scraped = running_->scraped;
  Entry& entry = entries_.find(pending.hash).value();
  if (pending.fresh >= 0) {
    entry.ref = batch.find_or_make(running_->fresh[static_cast<std::size_t>(pending.fresh)]);
    ++scraped.added;
  }
  series::Outcome outcome =
      entry.ref == 0 ? series::Outcome::Gone : batch.add(entry.ref, pending.at, pending.value);
  if (outcome == series::Outcome::Gone) {
    entry.ref = batch.find_or_make(labels_again(pending, running_->format));
    outcome =
        entry.ref == 0 ? series::Outcome::Full : batch.add(entry.ref, pending.at, pending.value);
  }
  entry.live = true;
  count(outcome, scraped);
}

void Ingest::end_unseen(series::Store::Batch& batch, Timestamp at) {
  if (seen_ == entries_.size()) return;
  for (auto each = entries_.begin(); each != entries_.end();) {
    const Entry& entry = each->second;
    if (entry.seen == scrape_) {
      ++each;
      continue;
    }
    if (entry.live && !entry.own_times && entry.ref != 0) {
      batch.add(entry.ref, at, kStale);
    }
    each = entries_.erase(each);
  }
}

void Ingest::end_all(series::Store& store, Timestamp at, Timestamp now) {
  series::Store::Batch batch = store.batch(now);
  for (auto each = entries_.begin(); each != entries_.end(); ++each) {
    Entry& entry = each.value();
    if (entry.live && !entry.own_times && entry.ref != 0) {
      batch.add(entry.ref, at, kStale);
    }
    entry.live = false;
  }
  // What the failed scrape had met for the first time has no place in the store.
  for (auto each = entries_.begin(); each != entries_.end();) {
    each = each->second.ref == 0 && !each->second.dropped ? entries_.erase(each) : ++each;
  }
}

void Ingest::add_report(series::Store::Batch& batch, std::size_t which, std::string_view name,
                        double value, Timestamp at) {
  if (report_.size() <= which) report_.resize(which + 1);
  series::Ref& ref = report_[which];
  if (ref != 0 && batch.add(ref, at, value) != series::Outcome::Gone) return;
  Labels labels = attached_;
  labels.set(kMetricName, name);
  ref = batch.find_or_make(labels);
  if (ref != 0) batch.add(ref, at, value);
}

void Ingest::report(series::Store& store, const Scraped& scraped, Duration timeout, Timestamp at,
                    Timestamp now) {
  const auto number = [](std::size_t size) { return static_cast<double>(size); };
  const auto seconds = [](Duration duration) {
    return static_cast<double>(duration.count()) / 1000.0;
  };
  series::Store::Batch batch = store.batch(now);
  add_report(batch, 0, "up", scraped.error.empty() ? 1 : 0, at);
  add_report(batch, 1, "scrape_duration_seconds", seconds(scraped.duration), at);
  add_report(batch, 2, "scrape_samples_scraped", number(scraped.samples), at);
  add_report(batch, 3, "scrape_samples_post_metric_relabeling", number(scraped.kept), at);
  add_report(batch, 4, "scrape_series_added", number(scraped.added), at);
  if (!job_->extra_metrics) return;
  add_report(batch, 5, "scrape_timeout_seconds", seconds(timeout), at);
  add_report(batch, 6, "scrape_sample_limit", number(job_->limits.samples), at);
  add_report(batch, 7, "scrape_body_size_bytes", number(scraped.body_bytes), at);
}

void Ingest::end_report(series::Store& store, Timestamp at, Timestamp now) {
  series::Store::Batch batch = store.batch(now);
  for (const series::Ref ref : report_) {
    if (ref != 0) batch.add(ref, at, kStale);
  }
}

Metadata* Ingest::metadata_of(std::string_view metric) {
  const auto found = metadata_.find(metric);
  if (found != metadata_.end()) return &found->second;
  if (metadata_.size() >= kMostMetadata) return nullptr;
  return &metadata_.emplace(std::string(metric), Metadata{}).first->second;
}

void Ingest::note(const series::ExpositionLine& line) {
  const auto set = [this](auto& field, const auto& value) {
    if (field == value) return;
    field = value;
    metadata_changed_ = true;
  };
  std::visit(Overloaded{[&](const series::HelpLine& help) {
                          Metadata* known = metadata_of(help.metric);
                          if (known != nullptr) set(known->help, help.text.substr(0, kLongestHelp));
                        },
                        [&](const series::TypeLine& type) {
                          Metadata* known = metadata_of(type.metric);
                          if (known != nullptr) set(known->type, type.type);
                        },
                        [&](const series::UnitLine& unit) {
                          Metadata* known = metadata_of(unit.metric);
                          if (known != nullptr) set(known->unit, unit.unit);
                        },
                        [](const auto&) {}},
             line);
}

}  // namespace tocsin::scrape
