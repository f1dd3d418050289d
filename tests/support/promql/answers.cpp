// Answers PromQL over the samples of an OpenMetrics file: a question a line on standard input, an
// answer a line on standard output, as Prometheus' HTTP API would give it.
//
//   promql_answers FILE
//     instant TIME EXPRESSION              times and steps are milliseconds
//     range FROM TO STEP EXPRESSION
//
// tests/differential and bench/query.py hold it against a real Prometheus.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "query/syntax/parse.h"
#include "support/promql/answer_json.h"
#include "support/promql/open_metrics.h"

namespace tocsin::query {
namespace {

Timestamp read_time(std::istream& in) {
  std::int64_t milliseconds = 0;
  if (!(in >> milliseconds)) throw Error("a time in milliseconds is missing");
  return Timestamp(Duration(milliseconds));
}

std::string rest_of(std::istream& in) {
  std::string text;
  std::getline(in >> std::ws, text);
  return text;
}

Parsed parse(const std::string& text) {
  Parsed parsed = parse_expression(text, {.experimental = true});
  if (!parsed.errors.empty()) throw Error(to_string(parsed.errors[0], text));
  return parsed;
}

void answer(const std::string& question, const Storage& storage, std::string& out) {
  std::istringstream in(question);
  std::string kind;
  in >> kind;
  if (kind == "instant") {
    const Timestamp at = read_time(in);
    const std::string text = rest_of(in);
    append_answer(out, evaluate_instant(*parse(text).expr, text, at, storage));
  } else if (kind == "range") {
    const Timestamp from = read_time(in);
    const Timestamp to = read_time(in);
    const Duration step = read_time(in).time_since_epoch();
    const std::string text = rest_of(in);
    append_answer(out, evaluate_range(*parse(text).expr, text, from, to, step, storage));
  } else {
    throw Error("a question begins with instant or range");
  }
}

void serve(const Storage& storage) {
  std::string question;
  std::string out;
  while (std::getline(std::cin, question)) {
    out.clear();
    try {
      answer(question, storage, out);
    } catch (const EvaluationError& error) {
      append_failure(out, "execution", error.what());
    } catch (const Error& error) {
      append_failure(out, "bad_data", error.what());
    }
    out += '\n';
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace tocsin::query

int main(int argc, char** argv) {
  std::ifstream file;
  if (argc == 2) file.open(argv[1]);
  if (!file.is_open()) {
    std::fputs("usage: promql_answers FILE (OpenMetrics)\n", stderr);
    return 2;
  }
  try {
    tocsin::query::MemoryStorage storage;
    tocsin::query::load_open_metrics(file, storage);
    std::printf("%zu series\n", storage.series_count());
    std::fflush(stdout);
    tocsin::query::serve(storage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 1;
  }
}
