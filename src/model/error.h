// The one exception type of Tocsin, and the place in a file that it may point at.
//
// Rule: throw Error when the current unit of work (a rule, a delivery, a request, start-up) cannot
// go on; return a value for what is expected to happen (a query that fails, a refused message).
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace tocsin {

/// A place in a text file. Lines and columns count from 1; 0 means "unknown". Columns are bytes.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column", leaving out what is unknown.
  std::string to_string() const;
  bool operator==(const Position&) const = default;
};

/// What is wrong and what to do about it, in one sentence for a person.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One finding about a file: where, what, and what to do.
struct Diagnostic {
  Position where;
  std::string message;
  std::string excerpt = {};  ///< lines that show the place, or nothing (model/excerpt.h)

  /// "file:line:column: message"; the excerpt's lines follow, set in.
  std::string to_string() const;
};

/// Thrown by whatever reads a user's files, with everything that is wrong with them at once.
class InvalidInput : public Error {
 public:
  /// REQUIRES: at least one diagnostic. what() is all of them, one a line.
  explicit InvalidInput(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace tocsin
