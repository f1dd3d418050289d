// A YAML document as a frozen tree of values that knows where each of them stands in the file.
//
// It is built from yaml-cpp's events, not from its nodes: those change when they are read, let keys
// occur twice, and follow aliases without bounds.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace tocsin::config {

class File;

/// Line and column from 1, columns in bytes; 0 is unknown.
struct Mark {
  int line = 0;
  int column = 0;
};

/// Lives in its Documents, with all that it points to; an alias is the node that its anchor names.
struct Node {
  enum class Kind { Null, Scalar, List, Mapping };
  /// Merge keys (<<) are resolved; the order is the file's.
  struct Entry {
    std::string_view key;
    Mark mark;
    const Node* value = nullptr;
  };

  explicit Node(std::pmr::memory_resource* memory) : list(memory), entries(memory) {}

  Kind kind = Kind::Null;
  Mark mark;
  std::string_view text;               ///< of a scalar, whatever its YAML type is
  std::pmr::vector<const Node*> list;  ///< elements of a list
  std::pmr::vector<Entry> entries;     ///< of a mapping; keys are unique
  std::size_t weight = 0;              ///< bytes that it would take with all aliases written out
  std::size_t depth = 0;  ///< lists and mappings within one another, itself and aliases counted

  bool is_null() const { return kind == Kind::Null; }
  bool is_scalar() const { return kind == Kind::Scalar; }
  bool is_list() const { return kind == Kind::List; }
  bool is_mapping() const { return kind == Kind::Mapping; }
};

/// "a mapping", "a list", "a single value", "empty".
std::string_view describe(Node::Kind kind);

inline constexpr std::size_t kMaxFile = std::size_t{16} << 20;     ///< bytes
inline constexpr std::size_t kMaxWeight = std::size_t{128} << 20;  ///< against aliases of aliases
inline constexpr std::size_t kMaxNesting = 100;  ///< levels, with all aliases written out

/// The documents of a file, in memory of their own: the thousands of nodes of a large file would
/// otherwise leave as many holes between the rules that are made of them.
struct Documents {
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
  std::vector<const Node*> roots;
};

/// The documents of the file's text. What is wrong (no YAML, not UTF-8, beyond the limits above, a
/// key twice, a key that is no word) goes to `file`; after an error of syntax there is no document.
Documents parse_yaml(std::string_view text, File& file);

}  // namespace tocsin::config
