// How a template is executed so that all it fills in is safe where it stands: html/template.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "template/html/context.h"
#include "template/html/escapers.h"
#include "template/template.h"
#include "template/tree.h"

namespace tocsin::tmpl::html {

/// What is done with an action's value.
struct Plan {
  std::size_t commands = 0;  ///< how many of the pipeline's are executed
  bool joins = false;        ///< the arguments of the last are printed as one text (html a b)
  std::vector<Escaper> escapers;
};

/// A definition as it is called in one context. Edits are by the statement's address.
struct Instance {
  const Definition* definition = nullptr;
  std::map<const Statement*, Plan> plans;
  std::map<const Statement*, std::string> texts;
  std::map<const Statement*, const Instance*> calls;
};

/// Frozen. Points into the template that it was made of.
class Escaping {
 public:
  /// Throws Error, worded as Go does, when the template is in no place that is safe.
  explicit Escaping(const Template::Parsed& parsed);

  const Instance& main() const { return *main_; }

 private:
  friend class Analysis;
  std::deque<Instance> instances_;  ///< addresses stay
  const Instance* main_ = nullptr;
};

}  // namespace tocsin::tmpl::html
