// Comments that switch findings off:
//
//     # tocsin:ignore-file window-short
//     - alert: A        # tocsin:ignore no-comparison, label-gone because the exporter …
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/finding.h"

namespace tocsin::check {

/// The comments of one file.
class Ignores {
 public:
  /// YAML's readers drop comments, so the lines are looked at. `file` names them in findings.
  Ignores(std::string_view text, std::string file);
  Ignores(const Ignores&) = delete;
  Ignores& operator=(const Ignores&) = delete;

  /// Whether a comment is about the finding: on its line, on the rule's first line, on a comment
  /// line directly above either of them, or one for the whole file. Errors cannot be ignored.
  bool covers(const Finding& finding);

  /// About the comments: codes that do not exist, and those that covered nothing although their
  /// code was looked for.
  std::vector<Finding> unused(const std::set<std::string_view>& looked_for) const;

 private:
  struct Ignore {
    std::string code;
    Position where;
    /// The line it is about: its own or, when nothing else stands there, the next that has more.
    int line = 0;
    bool used = false;
  };

  static constexpr int kWholeFile = 0;  // instead of a line

  void read_line(std::string_view line, int number, std::vector<std::size_t>& waiting);
  bool use(int line, std::string_view code);

  std::string file_;
  std::vector<Ignore> ignores_;
  std::multimap<std::pair<int, std::string_view>, Ignore*> by_line_;  // once all are read
};

}  // namespace tocsin::check
