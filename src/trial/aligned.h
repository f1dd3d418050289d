// Two lines above one another, with marks below what differs.
#pragma once

#include <string>
#include <vector>

namespace tocsin::trial {

/// The text without blanks at its end.
std::string trim_right(std::string line);

/// Both lines are filled from the left; what is added together stands at the same place in both.
class Aligned {
 public:
  /// Marks it unless it is the `same`; a comma at the end is no part of it.
  void add(const std::string& expected, const std::string& got, bool same);
  void add(const std::string& both) { add(both, both, true); }

  /// "expected  …", "got       …", and the marks.
  std::vector<std::string> lines() const;

 private:
  std::string expected_, got_, marks_;
};

}  // namespace tocsin::trial
