#include "query/engine/shared_work.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <variant>

#include "query/engine/evaluation.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

/// Of what is kept for one instant, as counted here.
constexpr std::size_t kMostBytes = std::size_t{32} << 20;
/// Of so many rows the labels are copied; what has more keeps alive all that was selected for it.
constexpr std::size_t kFewRows = 64;
constexpr std::size_t kRowBytes = 1'000;  // labels, mostly

void add_metrics(const Expr& expr, Metrics& out) {
  if (const auto* selector = expr.as<VectorSelector>()) {
    const auto name = std::find_if(
        selector->matchers.begin(), selector->matchers.end(), [](const Matcher& matcher) {
          return matcher.name() == kMetricName && matcher.op() == MatchOp::Equal;
        });
    if (name == selector->matchers.end()) {
      out.any = true;
    } else {
      out.names.push_back(name->value());
    }
  }
  for_each_child(expr, [&out](const Expr& child) { add_metrics(child, out); });
}

/// What takes some work and has a value of its own.
bool is_worth_it(const Expr& expr) {
  if (expr.as<Aggregation>() != nullptr || expr.as<MatrixSelector>() != nullptr) return true;
  if (expr.as<VectorSelector>() != nullptr) return true;
  if (expr.as<Binary>() == nullptr && expr.as<Call>() == nullptr) return false;
  return type_of(expr) == ValueType::Vector;
}

/// Visits parts from the whole down, with the nearest part that is worth it above each.
void visit_parts(const Expr& expr, const Expr* above,
                 const std::function<void(const Expr& part, const Expr* above)>& visit) {
  const bool counts = is_worth_it(expr);
  if (counts) visit(expr, above);
  if (expr.as<MatrixSelector>() != nullptr) return;  // its selector gives no vector
  for_each_child(expr,
                 [&](const Expr& child) { visit_parts(child, counts ? &expr : above, visit); });
}

}  // namespace

Metrics metrics_of(const Expr& expr) {
  Metrics out;
  add_metrics(expr, out);
  std::sort(out.names.begin(), out.names.end());
  out.names.erase(std::unique(out.names.begin(), out.names.end()), out.names.end());
  return out;
}

bool Writes::touched(const Metrics& metrics, std::uint64_t since) const {
  if (since == count_) return false;
  return metrics.any ||
         std::any_of(metrics.names.begin(), metrics.names.end(), [&](const std::string& name) {
           const auto at = last_.find(name);
           return at != last_.end() && at->second > since;
         });
}

struct SharedWork::Result {
  std::variant<Frame, Ranges> value;
  std::deque<Labels> labels;                // that a frame of few rows points to
  std::shared_ptr<const void> keeps_alive;  // otherwise: what it points to
};

struct SharedWork::Part {
  Metrics metrics;
  std::shared_ptr<const Result> result;
  std::uint64_t writes = 0;  // that there were when it was computed
};

SharedWork::SharedWork() = default;
SharedWork::~SharedWork() = default;

void SharedWork::plan(std::span<const Expr* const> trees) {
  parts_.clear();
  part_of_.clear();
  bytes_ = 0;
  std::unordered_map<const Expr*, std::string> texts;
  std::unordered_map<std::string, std::size_t> times;
  for (const Expr* tree : trees) {
    visit_parts(*tree, nullptr,
                [&](const Expr& part, const Expr*) { ++times[texts[&part] = to_string(part)]; });
  }
  std::unordered_map<std::string, std::size_t> numbers;
  for (const Expr* tree : trees) {
    visit_parts(*tree, nullptr, [&](const Expr& part, const Expr* above) {
      const std::size_t count = times[texts[&part]];
      // What occurs within another part only is computed as often as that one.
      if (count < 2 || (above != nullptr && times[texts[above]] == count)) return;
      const auto [number, is_new] = numbers.try_emplace(texts[&part], parts_.size());
      if (is_new) parts_.push_back({metrics_of(part), nullptr, 0});
      part_of_[&part] = number->second;
    });
  }
}

std::size_t SharedWork::planned() const { return parts_.size(); }

void SharedWork::begin(Timestamp at) {
  if (at == at_) return;
  at_ = at;
  bytes_ = 0;
  writes_.clear();
  for (Part& part : parts_) part.result = nullptr;
}

void SharedWork::wrote(std::string_view metric) { writes_.note(metric); }

bool SharedWork::is_shared(const Expr& expr) const { return part_of_.contains(&expr); }

const SharedWork::Result* SharedWork::known(const Expr& expr, Context& context) const {
  const Part& part = parts_[part_of_.at(&expr)];
  if (part.result == nullptr || writes_.touched(part.metrics, part.writes)) return nullptr;
  // What was computed by this very evaluation points to what it keeps; keeping it there would be a
  // circle that nobody ever frees. The part holds it until the evaluation is over.
  if (part.result->keeps_alive != context.kept()) context.keep(part.result);
  return part.result.get();
}

const Frame* SharedWork::frame(const Expr& expr, Context& context) const {
  const Result* result = known(expr, context);
  return result == nullptr ? nullptr : &std::get<Frame>(result->value);
}

const Ranges* SharedWork::ranges(const Expr& expr, Context& context) const {
  const Result* result = known(expr, context);
  return result == nullptr ? nullptr : &std::get<Ranges>(result->value);
}

void SharedWork::put(const Expr& expr, const Frame& frame, const Context& context) {
  auto result = std::make_shared<Result>(Result{frame, {}, nullptr});
  std::size_t bytes = frame.series.size() * kRowBytes;
  if (frame.series.size() > kFewRows) {
    result->keeps_alive = context.kept();
    bytes += context.held() * (sizeof(double) + sizeof(std::int64_t));
  } else {
    for (Identity& identity : std::get<Frame>(result->value).series) {
      identity.labels = &result->labels.emplace_back(*identity.labels);
    }
  }
  put(expr, std::move(result), bytes);
}

void SharedWork::put(const Expr& expr, const Ranges& ranges, const Context& context) {
  const std::size_t bytes =
      ranges.series.size() * kRowBytes + context.held() * (sizeof(double) + sizeof(std::int64_t));
  put(expr, std::make_shared<Result>(Result{ranges, {}, context.kept()}), bytes);
}

void SharedWork::put(const Expr& expr, std::shared_ptr<Result> result, std::size_t bytes) {
  if (bytes_ + bytes > kMostBytes) return;
  bytes_ += bytes;
  Part& part = parts_[part_of_.at(&expr)];
  part.result = std::move(result);
  part.writes = writes_.count();
}

}  // namespace tocsin::query
