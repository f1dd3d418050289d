// Block-style YAML, written line by line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::config {

/// A double-quoted scalar that every YAML parser reads as this text.
std::string yaml_quoted(std::string_view text);

class YamlWriter {
 public:
  /// "key: value", the value as it is: a number, a duration, true.
  void plain(std::string_view key, std::string_view value);
  void flag(std::string_view key, bool value);
  /// "key: "text""; nothing for the empty text.
  void text(std::string_view key, std::string_view value);
  /// "key: ["a", "b"]"
  void texts(std::string_view key, const std::vector<std::string>& values);
  /// "key:" and what `inner` writes, indented below it.
  void mapping(std::string_view key, const std::function<void()>& inner);
  /// One element of the list that the current mapping's key holds; `inner` writes its keys.
  void element(const std::function<void()>& inner);

  const std::string& result() const { return out_; }

 private:
  void begin_line();

  std::string out_;
  std::size_t indent_ = 0;
  bool after_dash_ = false;
};

}  // namespace tocsin::config
