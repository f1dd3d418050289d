// A file that is being read: its name, its text, and where its problems go.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/node.h"
#include "model/error.h"
#include "model/matcher.h"

namespace tocsin::config {

class File {
 public:
  /// `diagnostics` outlives it.
  File(std::string name, std::vector<Diagnostic>& diagnostics);

  const std::string& name() const { return name_; }
  /// Where relative paths in it start.
  std::filesystem::path folder() const { return std::filesystem::path(name_).parent_path(); }
  /// A relative path as seen from the folder of the file.
  std::string resolve(const std::string& path) const;

  void problem(Mark where, std::string message);
  void problem(const Node& node, std::string message) { problem(node.mark, std::move(message)); }
  void problem(Position where, std::string message);
  void problem(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  /// How many there are, those of other files included.
  std::size_t problems() const { return diagnostics_.size(); }

  /// REQUIRES: the text outlives this. Needed for text_at() and inside().
  void set_text(std::string_view text);
  std::string_view text() const { return text_; }
  /// What stands in the file from there on.
  std::string_view text_at(Mark mark) const { return text_.substr(offset_of(mark)); }
  Position position(Mark mark) const { return {name_, mark.line, mark.column}; }
  /// Where the byte at `offset` of a scalar stands in the file. Quoting, escapes, indentation and
  /// folding are seen through; the line is right, the column may be off behind escapes.
  Position inside(const Node& scalar, std::size_t offset) const;

  /// When it is set, ${NAME} in texts stands for an environment variable.
  Environment environment;

  /// How matchers are read; with the classic grammar, labels have classic names, too.
  MatcherSyntax matchers = MatcherSyntax::Fallback;

  /// Whether the files that it names (certificates, secrets) are looked at while it is read.
  bool looks_at_files = false;
  /// Notes what is odd but not wrong.
  void warning(const Node& node, std::string message) {
    warnings_.push_back({position(node.mark), std::move(message)});
  }
  std::vector<Diagnostic> take_warnings() { return std::exchange(warnings_, {}); }

 private:
  std::size_t offset_of(Mark mark) const;
  Position position_of(std::size_t offset) const;

  std::string name_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Diagnostic> warnings_;
  std::string_view text_;
  std::vector<std::size_t> lines_;  // where each begins
};

/// Text of the user's for a message: quoted, and cut when it is long.
std::string shown(std::string_view text);

/// "; did you mean "x"?" for the candidate that is near enough, or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tocsin::config
