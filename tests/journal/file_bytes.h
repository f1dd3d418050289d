// The bytes of the journal's files, for tests that look at them or spoil them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tocsin::journal {

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace tocsin::journal
