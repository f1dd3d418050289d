// The functions that templates may call, by name, and the methods that values have.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "template/value.h"

namespace tocsin::tmpl {

/// One element of a query's answer, as `query` gives it to templates.
struct Sample {
  Labels labels;
  double value = 0;
};

/// Answers a PromQL expression; throws Error when it cannot.
using Query = std::function<std::vector<Sample>(const std::string& expression)>;

/// What impure functions may ask of the world during one execution.
struct Environment {
  Timestamp now;
  std::string_view external_url;  ///< of this service; has to outlive the execution
  const Query* query = nullptr;   ///< null: there is none, `query` fails
  /// What `routeLabels` answers; null: nothing but empty texts.
  const std::function<std::string(std::string_view)>* route_label = nullptr;
};

/// How arguments are evaluated; all but Call are known to the executor.
enum class Evaluation {
  Call,  ///< all arguments, then `body`
  And,   ///< up to the first false one
  Or,    ///< up to the first true one
};

struct Function {
  using Body = std::function<Value(std::span<const Value>, const Environment&)>;

  std::string_view name;                 ///< a literal
  std::vector<std::string_view> params;  ///< Go's type names; "interface {}" takes anything
  bool variadic = false;                 ///< the last parameter may be given any number of times
  Body body;                             ///< gets arguments of those types; throws Error
  bool pure = true;                      ///< looks at nothing but its arguments
  unsigned cost = 1;                     ///< in steps (Limits)
  Evaluation evaluation = Evaluation::Call;
};

/// Methods belong to a type; their first argument is the value that they are called on.
struct Method {
  std::string_view type;
  Function function;
};

/// A frozen table; copies share it. Templates keep the one that they were parsed with.
class Functions {
 public:
  Functions() = default;
  /// Where a name occurs twice, the later one wins.
  explicit Functions(std::vector<Function> functions, std::vector<Method> methods = {});

  /// All of this table and all of `other`, which wins.
  Functions with(const Functions& other) const;

  /// Null when there is none. The pointer is good as long as any copy of this table lives.
  const Function* find(std::string_view name) const;
  const Function* method(std::string_view type, std::string_view name) const;

 private:
  struct Table {
    std::map<std::string_view, Function> functions;
    std::map<std::pair<std::string_view, std::string_view>, Function> methods;
  };
  std::shared_ptr<const Table> table_ = std::make_shared<const Table>();
};

inline constexpr std::string_view kAny = "interface {}";

/// Go's own: and or not eq ne lt le gt ge len index slice print printf println html js urlquery
/// call, and the methods of times and durations.
const Functions& builtins();

}  // namespace tocsin::tmpl
