#include "cli/query_places.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/service.h"
#include "config/config.h"
#include "model/error.h"
#include "model/excerpt.h"
#include "model/overloaded.h"
#include "model/text.h"
#include "net/http.h"
#include "query/syntax/parse.h"

namespace tocsin::cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 30;

std::string read_all(std::istream& in) {
  std::string text;
  constexpr std::size_t kChunk = std::size_t{1} << 20;
  while (in && text.size() <= kMaxFile) {
    const std::size_t before = text.size();
    text.resize(before + kChunk);
    in.read(text.data() + before, static_cast<std::streamsize>(kChunk));
    text.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (text.size() > kMaxFile) throw Error(fmt::format("more than {} MiB", kMaxFile >> 20));
  if (in.bad()) throw Error("cannot be read");
  return text;
}

std::string read_file(const std::string& file) {
  if (file == "-") return read_all(std::cin);
  if (std::filesystem::is_directory(file)) throw Error("is a folder");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error("cannot be opened");
  return read_all(in);
}

/// Lines that show the place of an error, set in; they begin with a line break.
std::string shown_place(const query::ParseError& error, std::string_view text) {
  std::string out = "\n";
  for (const char c : excerpt(text, error.where.begin, error.where.end - error.where.begin)) {
    if (out.back() == '\n') out += "    ";
    out += c;
  }
  return out;
}

bool is_url(const std::string& source) { return source.find("://") != std::string::npos; }

/// The embedded source is asked where its Tocsin runs.
net::SourceSettings reachable(net::SourceSettings source) {
  if (!source.embedded) return source;
  const char* url = std::getenv("TOCSIN_URL");
  source.url = fmt::format("{}?source={}", url == nullptr ? ServiceOptions{}.url : url,
                           escape_query(source.name));
  return source;
}

net::SourceSettings from_config(const std::string& name, const std::string& file) {
  const std::shared_ptr<const config::Config> config = config::load(file);
  if (config->sources.empty()) throw Error(fmt::format("{} has no sources to ask", file));
  if (name.empty()) return reachable(config->sources.front());
  if (const net::SourceSettings* source = config->source(name)) return reachable(*source);
  std::vector<std::string> names;
  for (const net::SourceSettings& each : config->sources) names.push_back(each.name);
  throw Error(
      fmt::format("{} has no source \"{}\"; it has: {}", file, name, fmt::join(names, ", ")));
}

}  // namespace

query::ExprPtr parse_or_explain(const std::string& expression, bool experimental) {
  query::Parsed parsed = query::parse_expression(expression, {experimental});
  if (!parsed.errors.empty()) {
    const query::ParseError& error = parsed.errors.front();
    throw Error(for_terminal(query::to_string(error, expression)) + shown_place(error, expression));
  }
  return std::move(parsed.expr);
}

net::SourceSettings choose_source(const std::string& source, const std::string& config_file,
                                  Duration timeout) {
  net::SourceSettings settings;
  if (is_url(source)) {
    settings.name = net::destination_of(source);
    settings.url = source;
  } else if (!config_file.empty()) {
    settings = from_config(source, config_file);
  } else if (std::error_code ignored; std::filesystem::exists("config.yaml", ignored)) {
    settings = from_config(source, "config.yaml");
  } else if (source.empty()) {
    throw Error(
        "there is nothing to ask: give a --source URL, a file of --samples, or a --config.file "
        "that has sources");
  } else {
    throw Error(
        fmt::format("--source \"{}\" is not a URL (http://…); to give the name of a "
                    "source, give the --config.file that has it, too",
                    source));
  }
  if (timeout > Duration(0)) settings.timeout = timeout;
  return settings;
}

query::Evaluated ask(const net::SourceSettings& settings, const std::string& expression,
                     const net::QueryTimes& times, bool experimental) {
  net::Client client;
  net::RemoteSource source(settings, client);
  std::optional<net::Reply> reply;
  source.ask(expression, times, [&](net::Reply got) { reply = std::move(got); });
  while (!reply) client.poll(std::chrono::seconds{1});
  if (auto* evaluated = std::get_if<query::Evaluated>(&*reply)) return std::move(*evaluated);
  std::string message = for_terminal(std::get<query::Failure>(*reply).message);
  // Servers know other dialects; where it is an error here, too, its place can be shown.
  const query::Parsed parsed = query::parse_expression(expression, {experimental});
  if (message.find("parse error") != std::string::npos && !parsed.errors.empty()) {
    message += shown_place(parsed.errors.front(), expression);
  }
  throw Error(message);
}

series::SampleFile read_samples(const std::string& file) {
  const std::string shown = file == "-" ? "standard input" : file;
  std::string text;
  try {
    text = read_file(file);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", shown, error.what()));
  }
  try {
    return series::SampleFile::read(text);
  } catch (const Error& error) {
    throw Error(fmt::format("{}:{}", shown, error.what()));
  }
}

Timestamp now_of(const series::SampleFile& samples, Timestamp clock) {
  const std::optional<Timestamp> newest = samples.newest();
  if (!newest || samples.has_untimed()) return clock;
  return std::abs(to_unix_seconds(*newest)) <= kFarthestTime ? *newest : clock;
}

query::Evaluated evaluate(series::SampleFile samples, const std::string& expression,
                          const net::QueryTimes& times, bool experimental) {
  const query::ExprPtr expr = parse_or_explain(expression, experimental);
  return std::visit(Overloaded{[&](Timestamp at) {
                                 samples.stamp(at);
                                 return query::evaluate_instant(*expr, expression, at, samples);
                               },
                               [&](const net::QueryRange& range) {
                                 samples.stamp(range.to);
                                 return query::evaluate_range(*expr, expression, range.from,
                                                              range.to, range.step, samples);
                               }},
                    times);
}

}  // namespace tocsin::cli
