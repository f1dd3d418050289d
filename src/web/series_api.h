// Prometheus' API for data, answered from the series in this process.
#pragma once

#include <memory>
#include <string>

#include "series/store.h"
#include "web/http.h"

namespace tocsin::web {

/// Answers on the thread that asks. One for all threads.
class SeriesApi {
 public:
  /// Of one answer.
  struct Limits {
    Duration timeout = std::chrono::minutes{2};  ///< a query's `timeout` may be shorter
    std::size_t max_samples = 20'000'000;        ///< selected and computed: 16 bytes each
    std::size_t max_steps = 11'000;              ///< of a range: Prometheus' own limit
  };
  /// The store outlives it.
  explicit SeriesApi(const series::Store& store) : SeriesApi(store, Limits{}) {}
  SeriesApi(const series::Store& store, Limits limits);
  ~SeriesApi();
  SeriesApi(const SeriesApi&) = delete;
  SeriesApi& operator=(const SeriesApi&) = delete;

  /// `api` is the path below /api/v1/, its {} not filled in. Parameters and errors are Prometheus'.
  Response answer(const std::string& api, const Request& request, Timestamp now) const;

 private:
  class Watch;
  template <class Evaluate>
  Response evaluated(const Request& request, Evaluate&& evaluate) const;
  Response query(const Request& request, Timestamp now) const;
  Response query_range(const Request& request, Timestamp now) const;
  Response series(const Request& request) const;
  Response labels(const Request& request) const;
  Response label_values(const Request& request) const;
  Response status() const;

  const series::Store& store_;
  Limits limits_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace tocsin::web
