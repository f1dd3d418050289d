#include "template/calls.h"

#include <set>

#include <fmt/format.h>

#include "model/overloaded.h"
#include "model/text.h"
#include "template/library.h"
#include "template/tree.h"

namespace tocsin::tmpl {
namespace {

class Search {
 public:
  explicit Search(const Template::Parsed& parsed) : parsed_(parsed) {}

  std::vector<Diagnostic> run() {
    reach(parsed_.main);
    while (!waiting_.empty()) {
      const Definition* next = waiting_.back();
      waiting_.pop_back();
      file_ = next->file;
      walk(next->body);
    }
    return std::move(missing_);
  }

 private:
  void reach(const Definition& definition) {
    if (seen_.insert(&definition).second) waiting_.push_back(&definition);
  }

  void walk(const Body& body) {
    for (const Statement& statement : body) {
      std::visit(Overloaded{
                     [&](const Branch& branch) {
                       for (const Branch::Arm& arm : branch.arms) walk(arm.body);
                       walk(branch.otherwise);
                     },
                     [&](const Loop& loop) {
                       walk(loop.body);
                       walk(loop.otherwise);
                     },
                     [&](const Invocation& invocation) { call(statement.at, invocation.name); },
                     [](const auto&) {},
                 },
                 statement.what);
    }
  }

  void call(Offset at, const std::string& name) {
    if (const Definition* definition = parsed_.find(name)) return reach(*definition);
    const Place place = place_of(file_->text, at);
    missing_.push_back({{file_->name, place.line, place.column + 1}, problem(name)});
  }

  std::string problem(const std::string& name) const {
    std::string text = fmt::format("template {} not defined", quote(name));
    if (parsed_.library == nullptr) return text;
    const std::string near = nearest(name, parsed_.library->names());
    return near.empty() ? text : fmt::format("{}; did you mean {}?", text, quote(near));
  }

  const Template::Parsed& parsed_;
  const Template::Parsed* file_ = nullptr;
  std::set<const Definition*> seen_;
  std::vector<const Definition*> waiting_;
  std::vector<Diagnostic> missing_;
};

}  // namespace

std::vector<Diagnostic> missing_templates(const Template& parsed) {
  return Search(parsed.parsed()).run();
}

}  // namespace tocsin::tmpl
