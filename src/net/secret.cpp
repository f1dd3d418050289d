#include "net/secret.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::net {
namespace {

constexpr std::size_t kMaxSecret = std::size_t{64} << 10;

}  // namespace

std::string read_whole(const std::string& path, std::string_view what, std::size_t most) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string content(most + 1, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  // Reading to the end sets eof and fail; anything else is a file that cannot be read.
  if (!in.eof() && !in.good()) {
    throw Error(fmt::format("{} {} cannot be read: {}", what, path,
                            errno == 0 ? "unknown reason" : std::strerror(errno)));
  }
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() > most) {
    throw Error(fmt::format("{} {} is larger than {} bytes", what, path, most));
  }
  return content;
}

std::string Secret::read() const {
  if (file.empty()) return text;
  std::string content = read_whole(file, "the secret file", kMaxSecret);
  constexpr const char* kSpace = " \t\r\n\v\f";
  const std::size_t from = content.find_first_not_of(kSpace);
  if (from == std::string::npos) throw Error(fmt::format("the secret file {} is empty", file));
  if (!trim) return content;
  return content.substr(from, content.find_last_not_of(kSpace) - from + 1);
}

}  // namespace tocsin::net
