// What expressions that are evaluated at one instant have in common, computed once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/time.h"
#include "query/syntax/ast.h"

namespace tocsin::query {

class Context;
class Frame;
struct Ranges;

/// The metrics that an expression looks at.
struct Metrics {
  std::vector<std::string> names;
  bool any = false;  ///< it may look at every one: a selector without a name
};
Metrics metrics_of(const Expr& expr);

/// Which metrics were written since.
class Writes {
 public:
  void note(std::string_view metric) { last_.insert_or_assign(std::string(metric), ++count_); }
  std::uint64_t count() const { return count_; }
  /// Whether what was computed after so many writes is no longer so.
  bool touched(const Metrics& metrics, std::uint64_t since) const;
  void clear() { last_.clear(); }

 private:
  std::uint64_t count_ = 0;
  std::unordered_map<std::string, std::uint64_t> last_;
};

/// For one thread.
class SharedWork {
 public:
  SharedWork();
  ~SharedWork();
  SharedWork(const SharedWork&) = delete;
  SharedWork& operator=(const SharedWork&) = delete;

  /// Finds the parts that occur in them more than once. REQUIRES: the trees stay where they are.
  void plan(std::span<const Expr* const> trees);
  std::size_t planned() const;

  /// From now on it is `at`: what was computed for another instant is forgotten.
  void begin(Timestamp at);
  /// What looks at this metric is computed again.
  void wrote(std::string_view metric);

  // Within query/engine only.
  bool is_shared(const Expr& expr) const;
  /// Null: not computed yet. Valid as long as the context.
  const Frame* frame(const Expr& expr, Context& context) const;
  const Ranges* ranges(const Expr& expr, Context& context) const;
  void put(const Expr& expr, const Frame& frame, const Context& context);
  void put(const Expr& expr, const Ranges& ranges, const Context& context);

 private:
  struct Part;
  struct Result;
  const Result* known(const Expr& expr, Context& context) const;
  void put(const Expr& expr, std::shared_ptr<Result> result, std::size_t bytes);

  std::vector<Part> parts_;
  std::unordered_map<const Expr*, std::size_t> part_of_;
  Timestamp at_;
  Writes writes_;
  std::size_t bytes_ = 0;
};

}  // namespace tocsin::query
