// Reading mappings with care: every problem is noted with its place, and no key is ignored.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/file.h"
#include "config/node.h"
#include "model/labels.h"
#include "model/time.h"
#include "net/secret.h"

namespace tocsin::config {

/// One mapping being read. Keys that nobody asked for by its end are problems.
class Map {
 public:
  /// `what` names it in messages: "route". An empty node is an empty mapping; anything else that is
  /// none is a problem.
  Map(const Node& node, std::string_view what, File& file);
  ~Map();
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  /// False when it is no mapping (which has been said): its contents are better not asked for.
  bool usable() const { return usable_; }

  /// The value of a key, or null when it is absent or empty. The key counts as known from then on.
  const Node* find(std::string_view key);
  /// The entry, even when its value is empty.
  const Node::Entry* entry(std::string_view key);
  bool has(std::string_view key) { return find(key) != nullptr; }

  // Each of these reads a key into `out` and leaves it alone when the key is absent, empty or wrong
  // (the last is a problem). They return whether `out` was set.
  bool read(std::string_view key, std::string& out);
  bool read(std::string_view key, bool& out);
  bool read(std::string_view key, Duration& out);
  bool read(std::string_view key, std::size_t& out);
  bool read(std::string_view key, std::vector<std::string>& out);
  /// Names and texts; an empty value is the empty text.
  bool read(std::string_view key, Labels& out);
  /// The path of a file, as seen from the folder of the configuration.
  bool read_path(std::string_view key, std::string& out);
  /// `key` inline or `key`_file, not both.
  bool read_secret(std::string_view key, net::Secret& out);

  /// The text of a value, with environment variables filled in; `key` names it in messages.
  std::optional<std::string> text_of(const Node& node, std::string_view key);

  /// Calls `each` with every element of a list; empty ones are problems.
  void for_each(std::string_view key, const std::function<void(const Node&)>& each);

  /// Notes that a key which others have does not work here: "`key` `why`". It does not matter when
  /// the key is absent, empty, or one of the texts in `harmless`.
  void refuse(std::string_view key, std::string_view why,
              std::initializer_list<std::string_view> harmless = {});
  void refuse(std::initializer_list<std::string_view> keys, std::string_view why);

  /// A problem of the whole mapping, or of the value of one key of it.
  void problem(std::string message) { file_.problem(node_, std::move(message)); }
  void problem(std::string_view key, std::string message);

  File& file() { return file_; }
  const Node& node() const { return node_; }

 private:
  void look_at(std::string_view key, const net::Secret& secret);
  /// The list of a key; notes when it is something else.
  const Node* find_list(std::string_view key);

  const Node& node_;
  std::string what_;
  File& file_;
  bool usable_;
  std::vector<std::string> known_;
};

}  // namespace tocsin::config
