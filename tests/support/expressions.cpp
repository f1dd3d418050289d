#include "support/expressions.h"

#include <initializer_list>

namespace tocsin::query {
namespace {

enum class Wanted { Scalar, Vector, Matrix, String };

struct Signature {
  const char* name;
  std::vector<Wanted> arguments;
  Wanted returns = Wanted::Vector;
  Dialect since = Dialect::Common;
};

const std::vector<Signature>& signatures() {
  using enum Wanted;
  static const std::vector<Signature> kAll = {
      {"abs", {Vector}},
      {"absent", {Vector}},
      {"absent_over_time", {Matrix}},
      {"avg_over_time", {Matrix}},
      {"ceil", {Vector}},
      {"changes", {Matrix}},
      {"clamp", {Vector, Scalar, Scalar}},
      {"clamp_max", {Vector, Scalar}},
      {"count_over_time", {Matrix}},
      {"day_of_week", {Vector}},
      {"day_of_year", {}},
      {"days_in_month", {}},
      {"delta", {Matrix}},
      {"deriv", {Matrix}},
      {"double_exponential_smoothing", {Matrix, Scalar, Scalar}, Vector, Dialect::Experimental},
      {"exp", {Vector}},
      {"histogram_fraction", {Scalar, Scalar, Vector}},
      {"histogram_quantile", {Scalar, Vector}},
      {"hour", {}},
      {"idelta", {Matrix}},
      {"increase", {Matrix}},
      {"info", {Vector}, Vector, Dialect::Experimental},
      {"irate", {Matrix}},
      {"label_join", {Vector, String, String, String, String}},
      {"label_replace", {Vector, String, String, String, String}},
      {"last_over_time", {Matrix}},
      {"ln", {Vector}},
      {"mad_over_time", {Matrix}, Vector, Dialect::Experimental},
      {"max_of", {Scalar, Scalar}, Scalar, Dialect::Experimental},
      {"max_over_time", {Matrix}},
      {"pi", {}, Scalar},
      {"predict_linear", {Matrix, Scalar}},
      {"present_over_time", {Matrix}},
      {"quantile_over_time", {Scalar, Matrix}},
      {"rate", {Matrix}},
      {"resets", {Matrix}},
      {"round", {Vector, Scalar}},
      {"round", {Vector}},
      {"scalar", {Vector}, Scalar},
      {"sgn", {Vector}},
      {"sort", {Vector}},
      {"sort_by_label", {Vector, String}, Vector, Dialect::Experimental},
      {"sort_desc", {Vector}},
      {"sqrt", {Vector}},
      {"stddev_over_time", {Matrix}},
      {"step", {}, Scalar, Dialect::Experimental},
      {"sum_over_time", {Matrix}},
      {"time", {}, Scalar},
      {"timestamp", {Vector}},
      {"ts_of_max_over_time", {Matrix}, Vector, Dialect::Experimental},
      {"vector", {Scalar}},
      {"year", {Vector}},
  };
  return kAll;
}

class Writer {
 public:
  Writer(Choices& choices, Dialect dialect) : choices_(choices), dialect_(dialect) {}

  std::vector<std::string> words;

  void expression(Wanted wanted, int levels) {
    if (choices_.one_in(40)) wanted = choices_.one_in(2) ? Wanted::Scalar : Wanted::Vector;
    switch (wanted) {
      case Wanted::Scalar:
        return scalar(levels);
      case Wanted::Vector:
        return vector(levels);
      case Wanted::Matrix:
        return matrix(levels);
      case Wanted::String:
        return text();
    }
  }

 private:
  void put(std::initializer_list<const char*> more) {
    for (const char* word : more) words.emplace_back(word);
  }
  bool has(Dialect dialect) const { return dialect_ >= dialect; }

  void number() {
    static constexpr const char* kNumbers[] = {"0",    "1",   "2",  "0.5", "100", "1e3", "1.5e-3",
                                               "0x1F", ".25", "5.", "Inf", "NaN", "3"};
    static constexpr const char* kNewNumbers[] = {"1_000", "5m", "1h30m", "0x_f", "1_0.5"};
    words.emplace_back(has(Dialect::Current) && choices_.one_in(5) ? choices_.of(kNewNumbers)
                                                                   : choices_.of(kNumbers));
  }

  void duration(int levels) {
    static constexpr const char* kDurations[] = {"5m", "1m", "30s", "1h", "90s", "1h30m", "500ms"};
    if (has(Dialect::Experimental) && levels > 0 && choices_.one_in(4)) return computed(levels - 1);
    words.emplace_back(has(Dialect::Current) && choices_.one_in(8) ? "300"
                                                                   : choices_.of(kDurations));
  }

  void computed(int levels) {
    static constexpr const char* kOperators[] = {"+", "-", "*", "/", "%", "^"};
    switch (choices_.below(6)) {
      case 0:
        return put({"step", "(", ")"});
      case 1:
        return put({"range", "(", ")"});
      case 2:
        put({"("});
        duration(levels);
        return put({")"});
      case 3:
        put({choices_.one_in(2) ? "min_of" : "max_of", "("});
        duration(levels);
        put({","});
        duration(levels);
        return put({")"});
      default:
        duration(levels);
        put({choices_.of(kOperators)});
        duration(levels);
    }
  }

  void text() {
    static constexpr const char* kTexts[] = {
        "\"a\"",    "'b'",      "`c`",         "\"\"",         "\"$1\"",      "\"x\\ty\"",
        "\"(.*)\"", "'it\\'s'", "\"\\u00e4\"", "\"\xC3\xA4\"", "\"instance\""};
    words.emplace_back(choices_.of(kTexts));
  }

  void label_name() {
    static constexpr const char* kNames[] = {"job", "instance", "le", "a", "b", "on", "by", "sum"};
    static constexpr const char* kQuoted[] = {"\"job\"", "\"my.label\"", "'b c'"};
    words.emplace_back(has(Dialect::Current) && choices_.one_in(6) ? choices_.of(kQuoted)
                                                                   : choices_.of(kNames));
  }

  void labels() {
    put({"("});
    const std::uint32_t count = choices_.below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) put({","});
      label_name();
    }
    if (count > 0 && choices_.one_in(8)) put({","});
    put({")"});
  }

  void matcher() {
    static constexpr const char* kOperators[] = {"=", "!=", "=~", "!~"};
    static constexpr const char* kValues[] = {"\"a\"", "'b.*'",      "`c|d`",
                                              "\"\"",  "\"[a-z]+\"", "\".+\""};
    if (has(Dialect::Current) && choices_.one_in(10)) return put({"\"my.metric\""});
    label_name();
    put({choices_.of(kOperators), choices_.of(kValues)});
  }

  void braces() {
    put({"{"});
    const std::uint32_t count = choices_.below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) put({","});
      matcher();
    }
    if (count > 0 && choices_.one_in(8)) put({","});
    put({"}"});
  }

  void selector() {
    static constexpr const char* kNames[] = {
        "x", "y", "http_requests_total", "job:up:sum", "up", "sum", "by", "start", "z_bucket"};
    if (!choices_.one_in(6)) {
      words.emplace_back(choices_.of(kNames));
      if (choices_.one_in(2)) braces();
    } else {
      put({"{", "job", "=", "\"a\""});
      if (choices_.one_in(2)) {
        put({","});
        matcher();
      }
      put({"}"});
    }
  }

  void modifiers(int levels) {
    if (choices_.one_in(5)) {
      put({"offset"});
      if (choices_.one_in(4)) put({"-"});
      if (has(Dialect::Experimental) && choices_.one_in(4)) {
        put({"("});
        computed(levels);
        put({")"});
      } else {
        duration(0);
      }
    }
    if (choices_.one_in(8)) {
      put({"@"});
      if (choices_.one_in(3)) {
        put({choices_.one_in(2) ? "start" : "end", "(", ")"});
      } else {
        if (choices_.one_in(4)) put({"-"});
        put({"1603774568.5"});
      }
    }
    if (has(Dialect::Experimental) && choices_.one_in(12)) {
      put({choices_.one_in(2) ? "anchored" : "smoothed"});
    }
  }

  void matrix(int levels) {
    if (levels > 0 && choices_.one_in(4)) {
      operand(Wanted::Vector, levels - 1);
      put({"["});
      duration(levels - 1);
      put({":"});
      if (choices_.one_in(2)) duration(levels - 1);
      put({"]"});
    } else {
      selector();
      put({"["});
      duration(levels);
      put({"]"});
    }
    modifiers(levels);
  }

  /// Something that binds as tight as a name.
  void operand(Wanted wanted, int levels) {
    if (choices_.one_in(2)) {
      put({"("});
      expression(wanted, levels);
      return put({")"});
    }
    if (wanted == Wanted::Scalar) return number();
    if (choices_.one_in(2)) return call(wanted, levels);
    selector();
  }

  void call(Wanted wanted, int levels) {
    const auto& all = signatures();
    std::vector<const Signature*> fitting;
    for (const Signature& each : all) {
      if (each.returns == wanted && has(each.since)) fitting.push_back(&each);
    }
    const Signature& chosen = *fitting[choices_.below(static_cast<std::uint32_t>(fitting.size()))];
    put({chosen.name, "("});
    for (std::size_t i = 0; i < chosen.arguments.size(); ++i) {
      if (i > 0) put({","});
      expression(chosen.arguments[i], levels - 1);
    }
    put({")"});
  }

  void aggregation(int levels) {
    static constexpr const char* kPlain[] = {"sum", "avg",   "count",  "min",
                                             "max", "group", "stddev", "stdvar"};
    static constexpr const char* kWithNumber[] = {"topk", "bottomk", "quantile"};
    static constexpr const char* kNew[] = {"limitk", "limit_ratio"};
    const std::uint32_t kind = choices_.below(8);
    if (kind == 0) {
      put({"count_values"});
    } else if (kind <= 2) {
      const bool is_new = has(Dialect::Experimental) && choices_.one_in(3);
      words.emplace_back(is_new ? choices_.of(kNew) : choices_.of(kWithNumber));
    } else {
      words.emplace_back(choices_.of(kPlain));
    }
    const std::uint32_t grouping = choices_.below(3);
    const auto group = [&] {
      put({choices_.one_in(2) ? "by" : "without"});
      labels();
    };
    if (grouping == 1) group();
    put({"("});
    if (kind <= 2) {
      expression(kind == 0 ? Wanted::String : Wanted::Scalar, levels - 1);
      put({","});
    }
    expression(Wanted::Vector, levels - 1);
    put({")"});
    if (grouping == 2) group();
  }

  void scalar(int levels) {
    if (levels <= 0) return number();
    switch (choices_.below(6)) {
      case 0:
        return call(Wanted::Scalar, levels);
      case 1:
        put({choices_.one_in(2) ? "-" : "+"});
        return scalar(levels - 1);
      case 2: {
        static constexpr const char* kOperators[] = {"+", "-", "*", "/", "%", "^", "atan2"};
        scalar(levels - 1);
        put({choices_.of(kOperators)});
        return scalar(levels - 1);
      }
      case 3:
        put({"("});
        scalar(levels - 1);
        return put({")"});
      default:
        return number();
    }
  }

  void matching() {
    if (choices_.one_in(2)) return;
    put({choices_.one_in(2) ? "on" : "ignoring"});
    labels();
    if (choices_.one_in(2)) return;
    put({choices_.one_in(2) ? "group_left" : "group_right"});
    if (choices_.one_in(2)) labels();
  }

  void fills() {
    if (!has(Dialect::Experimental) || !choices_.one_in(6)) return;
    static constexpr const char* kSides[] = {"fill", "fill_left", "fill_right"};
    put({choices_.of(kSides), "(", "0", ")"});
  }

  void binary(int levels) {
    static constexpr const char* kArithmetic[] = {"+", "-", "*", "/", "%", "^", "atan2"};
    static constexpr const char* kComparisons[] = {"==", "!=", "<", "<=", ">", ">="};
    static constexpr const char* kSets[] = {"and", "or", "unless"};
    static constexpr const char* kTrims[] = {"</", ">/"};
    const bool left_is_scalar = choices_.one_in(4);
    const bool right_is_scalar = !left_is_scalar && choices_.one_in(3);
    const auto side = [&](bool is_scalar) {
      expression(is_scalar ? Wanted::Scalar : Wanted::Vector, levels - 1);
    };
    side(left_is_scalar);
    const std::uint32_t kind = choices_.below(8);
    if (kind == 0) {
      words.emplace_back(choices_.of(kSets));
    } else if (kind <= 3) {
      words.emplace_back(choices_.of(kComparisons));
      if (choices_.one_in(3)) put({"bool"});
    } else if (kind == 4 && has(Dialect::Current)) {
      words.emplace_back(choices_.of(kTrims));
    } else {
      words.emplace_back(choices_.of(kArithmetic));
    }
    if (!left_is_scalar && !right_is_scalar) {
      matching();
      fills();
    }
    side(right_is_scalar);
  }

  void vector(int levels) {
    if (levels <= 0) {
      selector();
      return modifiers(0);
    }
    switch (choices_.below(8)) {
      case 0:
      case 1:
        return call(Wanted::Vector, levels);
      case 2:
        return aggregation(levels);
      case 3:
      case 4:
        return binary(levels);
      case 5:
        put({choices_.one_in(2) ? "-" : "+"});
        return vector(levels - 1);
      case 6:
        put({"("});
        vector(levels - 1);
        return put({")"});
      default:
        selector();
        return modifiers(levels);
    }
  }

  Choices& choices_;
  Dialect dialect_;
};

bool is_word(char c) {
  return c == '_' || c == '.' || c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/// Whether two words would become another one without a blank between them.
bool grow_together(const std::string& left, const std::string& right) {
  if (left.empty() || right.empty()) return false;
  if (is_word(left.back()) && is_word(right.front())) return true;
  constexpr std::string_view kOperators = "=!<>~/";
  return kOperators.find(left.back()) != std::string_view::npos &&
         kOperators.find(right.front()) != std::string_view::npos;
}

}  // namespace

std::vector<std::string> random_expression(Choices& choices, Dialect dialect, int levels) {
  Writer writer(choices, dialect);
  const Wanted wanted = choices.one_in(10) ? Wanted::Scalar : Wanted::Vector;
  writer.expression(choices.one_in(25) ? Wanted::Matrix : wanted, levels);
  return std::move(writer.words);
}

void make_mistakes(Choices& choices, std::vector<std::string>& words) {
  static constexpr const char* kWords[] = {
      "(",          ")",      "{",    "}",     "[",   "]",   ",", ":",  "=",       "=~",
      "!=",         "+",      "-",    "*",     "@",   "5m",  "1", "x",  "by",      "on",
      "offset",     "bool",   "or",   "sum",   "\"a", "'",   "`", "!",  "&",       "a:b",
      "and",        "==",     "foo(", "1.2.3", "0x",  "5mm", "#", "\\", "\"\\q\"", "\"a\"",
      "group_left", "time()", "inf",  "x[5m]", "^",   "1h5h"};
  const std::uint32_t count = 1 + choices.below(2);
  for (std::uint32_t i = 0; i < count && !words.empty(); ++i) {
    const std::size_t at = choices.below(static_cast<std::uint32_t>(words.size()));
    const auto place = words.begin() + static_cast<std::ptrdiff_t>(at);
    switch (choices.below(5)) {
      case 0:
        words.erase(place);
        break;
      case 1:
        words.insert(place, choices.of(kWords));
        break;
      case 2:
        *place = choices.of(kWords);
        break;
      case 3:
        std::swap(words[at], words[choices.below(static_cast<std::uint32_t>(words.size()))]);
        break;
      default: {
        const std::string repeated = words[at];
        words.insert(place, repeated);
      }
    }
  }
}

std::string written(Choices& choices, const std::vector<std::string>& words) {
  static constexpr const char* kBlanks[] = {" ", "  ", "\n", "\t", "\n  "};
  std::string out;
  for (const std::string& word : words) {
    const bool needed = !out.empty() && grow_together(out, word);
    if (needed || choices.one_in(3)) out += choices.one_in(4) ? choices.of(kBlanks) : " ";
    if (choices.one_in(60)) out += "# a comment\n";
    out += word;
  }
  return out;
}

std::string written(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace tocsin::query
