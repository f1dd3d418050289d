// What a template may use up, so that a hostile one cannot hang the service or eat its memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tocsin::tmpl {

/// Going beyond any of these is an Error, never a crash.
struct Limits {
  std::size_t source = 256 * 1024;   ///< bytes of template text
  int nesting = 100;                 ///< blocks within blocks, parentheses within parentheses
  std::uint64_t steps = 1'000'000;   ///< one per node; functions and long texts cost more
  std::size_t output = 1024 * 1024;  ///< bytes
};

/// No text that a function makes is longer (bytes).
inline constexpr std::size_t kMaxText = 1024 * 1024;
/// Throws Error for a text longer than that.
void check_text_length(std::size_t length);

/// Blocks, parentheses and invoked templates within one another while executing. The C++ stack
/// grows with it.
inline constexpr int kMaxExecutionDepth = 300;

}  // namespace tocsin::tmpl
