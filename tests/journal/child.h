// Work in a process of its own, for what would disturb the tests: limits, other users, being
// killed.
#pragma once

#include <array>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include <sys/wait.h>

namespace tocsin::journal {

struct Child {
  pid_t process;
  int from_child;  ///< the reading end of a pipe
};

/// Starts `work` in a child; it may write to the descriptor it gets. What it throws is written too.
inline Child start_child(const std::function<void(int)>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t process = fork();
  if (process < 0) throw std::runtime_error("no child");
  if (process > 0) {
    close(ends[1]);
    return {process, ends[0]};
  }
  close(ends[0]);
  std::string complaint;
  try {
    work(ends[1]);
  } catch (const std::exception& e) {
    complaint = std::string("exception: ") + e.what();
  }
  const bool told = write(ends[1], complaint.data(), complaint.size()) >= 0;
  _exit(complaint.empty() && told ? 0 : 1);
}

/// What the child writes until it ends.
inline std::string rest_of(const Child& child) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(child.from_child, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(child.from_child);
  int status = 0;
  waitpid(child.process, &status, 0);
  return text;
}

/// Runs `work` in a child to its end and returns its text, or what it threw.
inline std::string in_child(const std::function<std::string()>& work) {
  return rest_of(start_child([&work](int out) {
    const std::string text = work();
    if (write(out, text.data(), text.size()) < 0) throw std::runtime_error("pipe is closed");
  }));
}

}  // namespace tocsin::journal
