#include "template/template.h"

#include "template/executor.h"
#include "template/library.h"
#include "template/tree.h"

namespace tocsin::tmpl {

Template Template::parse(std::string_view text, std::string name, const Functions& functions,
                         std::span<const std::string_view> variables, const Limits& limits) {
  auto parsed = std::make_shared<Parsed>();
  parsed->text = text;
  parsed->limits = limits;
  parsed->is_literal = text.find("{{") == std::string_view::npos;
  // Most labels and many annotations are plain text, by the ten thousand: they need no tree.
  if (!parsed->is_literal || text.size() > limits.source) {
    parsed->name = std::move(name);
    parsed->functions = functions;
    parse_into(*parsed, variables);
  }
  Template result;
  result.parsed_ = std::move(parsed);
  return result;
}

Template Template::parse(std::string_view text, std::string name,
                         std::shared_ptr<const Library> library) {
  auto parsed = std::make_shared<Parsed>();
  parsed->text = text;
  parsed->name = std::move(name);
  parsed->functions = library->functions();
  parsed->limits = library->limits();
  parsed->is_literal = text.find("{{") == std::string_view::npos;
  parsed->library = std::move(library);
  parse_into(*parsed, {});
  Template result;
  result.parsed_ = std::move(parsed);
  return result;
}

const Definition* Template::Parsed::find(std::string_view wanted) const {
  const auto own = definitions.find(wanted);
  const Definition* shared = library == nullptr ? nullptr : library->find(wanted);
  if (own == definitions.end()) return shared;
  return shared != nullptr && is_blank(own->second.body) ? shared : &own->second;
}

const std::string& Template::text() const { return parsed_->text; }
bool Template::is_literal() const { return parsed_->is_literal; }
bool Template::is_pure() const { return parsed_->is_pure; }

std::string Template::execute(const Value& data, const Environment& environment,
                              std::span<const Value> variables) const {
  if (parsed_->is_literal) return parsed_->text;
  return Executor(*parsed_, environment).run(data, variables);
}

}  // namespace tocsin::tmpl
