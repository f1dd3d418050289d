#include "template/library.h"

#include "template/tree.h"

namespace tocsin::tmpl {

void Library::add(std::string_view text, std::string name, const std::string& title) {
  auto file = std::make_shared<Template::Parsed>();
  file->text = text;
  file->name = std::move(name);
  file->functions = functions_;
  file->limits = limits_;
  parse_into(*file, {});
  const auto take = [this](const std::string& as, const Definition& definition) {
    const Definition* known = find(as);
    if (known != nullptr && is_blank(definition.body)) return;
    definitions_.insert_or_assign(as, &definition);
  };
  for (const auto& [defined, definition] : file->definitions) take(defined, definition);
  if (!title.empty()) {
    file->main.name = title;
    take(title, file->main);
  }
  files_.push_back(std::move(file));
}

const Definition* Library::find(std::string_view name) const {
  const auto found = definitions_.find(name);
  return found == definitions_.end() ? nullptr : found->second;
}

std::vector<std::string_view> Library::names() const {
  std::vector<std::string_view> all;
  for (const auto& [name, definition] : definitions_) all.push_back(name);
  return all;
}

}  // namespace tocsin::tmpl
