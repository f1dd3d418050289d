// Where a query's answer comes from: a Prometheus-compatible API, or samples in a file.
#pragma once

#include <string>

#include "cli/query_times.h"
#include "net/remote_source.h"
#include "query/engine/engine.h"
#include "series/sample_file.h"

namespace tocsin::cli {

/// The source to ask. `source` is a URL, the name of one in the configuration, or empty: the first
/// one of the configuration. Throws Error that says what to give.
net::SourceSettings choose_source(const std::string& source, const std::string& config_file,
                                  Duration timeout);

/// Throws Error.
query::Evaluated ask(const net::SourceSettings& source, const std::string& expression,
                     const net::QueryTimes& times, bool experimental);

/// A file, or standard input when it is "-". Throws Error, "FILE:line:column: …".
series::SampleFile read_samples(const std::string& file);

/// What "now" is for these samples: the time of the newest one, or `clock` where some have no time.
Timestamp now_of(const series::SampleFile& samples, Timestamp clock);

/// Throws Error.
query::Evaluated evaluate(series::SampleFile samples, const std::string& expression,
                          const net::QueryTimes& times, bool experimental);

/// The tree of an expression. Throws Error with its place and a caret under it.
query::ExprPtr parse_or_explain(const std::string& expression, bool experimental);

}  // namespace tocsin::cli
