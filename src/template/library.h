// Definitions of several files that know each other by name, as Go's template sets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "template/template.h"

namespace tocsin::tmpl {

struct Definition;

class Library {
 public:
  explicit Library(Functions functions, Limits limits = {})
      : functions_(std::move(functions)), limits_(limits) {}

  /// Takes in what the text defines, and all that is outside of its definitions as `title`, unless
  /// that is empty. A definition takes the place of an earlier one, but a blank one never does.
  /// Throws InvalidInput (the file is `name`) and stays as it was.
  void add(std::string_view text, std::string name, const std::string& title = "");

  /// Null when there is none.
  const Definition* find(std::string_view name) const;
  /// In order.
  std::vector<std::string_view> names() const;

  const Functions& functions() const { return functions_; }
  const Limits& limits() const { return limits_; }

 private:
  Functions functions_;
  Limits limits_;
  std::vector<std::shared_ptr<const Template::Parsed>> files_;
  std::map<std::string, const Definition*, std::less<>> definitions_;
};

}  // namespace tocsin::tmpl
