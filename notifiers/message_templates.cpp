#include "notifiers/message_templates.h"

#include <algorithm>
#include <filesystem>

#include "notifiers/default_templates.h"
#include "notifiers/message_data.h"
#include "notifiers/message_samples.h"
#include "notifiers/rendering.h"
#include "template/calls.h"

namespace tocsin::notifiers {
namespace {

/// Messages may be about thousands of alerts with dozens of labels.
constexpr tmpl::Limits kLimits{.steps = 50'000'000, .output = std::size_t{16} << 20};

/// Functions that fail for the types of their arguments and not for what is in them, so that
/// failing once is failing always.
bool fails_by_type(std::string_view function) {
  constexpr std::string_view kByType[] = {"eq", "ne", "lt", "le", "gt", "ge", "len", "call"};
  return std::find(std::begin(kByType), std::end(kByType), function) != std::end(kByType);
}

/// Executes it with messages of all kinds until one goes well; Throws InvalidInput when none does.
void try_out(const auto& field) {
  std::string why;
  for (const notify::Notification& message : sample_messages()) {
    tmpl::Environment environment;
    environment.now = message.decided_at;
    try {
      field.execute(message_data(message), environment);
      return;
    } catch (const tmpl::FunctionFailed& failure) {
      if (!fails_by_type(failure.function())) return;
      why = failure.what();
    } catch (const Error& error) {
      why = error.what();
    }
  }
  throw InvalidInput({Diagnostic{{}, why}});
}

tmpl::HtmlTemplate escaped(const tmpl::Template& parsed) {
  try {
    return tmpl::HtmlTemplate(parsed);
  } catch (const Error& error) {
    throw InvalidInput({Diagnostic{{}, error.what()}});
  }
}

}  // namespace

std::shared_ptr<const MessageTemplates> MessageTemplates::standard() {
  static const auto kStandard =
      std::make_shared<const MessageTemplates>(std::vector<MessageTemplates::File>{});
  return kStandard;
}

MessageTemplates::MessageTemplates(const std::vector<File>& files) {
  auto library = std::make_shared<tmpl::Library>(message_functions(), kLimits);
  library->add(kDefaultTexts, "default.tmpl");
  library->add(kDefaultMail, "email.tmpl");
  std::map<std::string, const tmpl::Definition*, std::less<>> defaults;
  for (const std::string_view name : library->names()) {
    defaults.emplace(name, library->find(name));
  }
  std::vector<Diagnostic> diagnostics;
  for (const File& file : files) {
    try {
      library->add(file.text, file.name, std::filesystem::path(file.name).filename());
    } catch (const InvalidInput& error) {
      diagnostics.insert(diagnostics.end(), error.diagnostics().begin(), error.diagnostics().end());
    }
  }
  if (!diagnostics.empty()) throw InvalidInput(std::move(diagnostics));
  for (const auto& [name, definition] : defaults) {
    if (library->find(name) != definition) overridden_.insert(name);
  }
  library_ = std::move(library);
}

tmpl::Template MessageTemplates::parse(std::string_view field) const {
  return tmpl::Template::parse(field, "", library_);
}

void MessageTemplates::add(std::string_view field, Mode mode) {
  const bool is_html = mode == Mode::Html;
  const bool known = is_html ? htmls_.contains(field) : texts_.contains(field);
  if (known || (!is_html && !holds_template(field))) return;
  const tmpl::Template parsed = parse(field);
  if (const auto missing = tmpl::missing_templates(parsed); !missing.empty()) {
    throw InvalidInput(missing);
  }
  if (is_html) {
    const tmpl::HtmlTemplate html = escaped(parsed);
    try_out(html);
    htmls_.emplace(field, html);
  } else {
    try_out(parsed);
    texts_.emplace(field, parsed);
  }
}

std::string MessageTemplates::text(std::string_view field, const tmpl::Value& data,
                                   const tmpl::Environment& environment) const {
  if (!holds_template(field)) return std::string(field);
  const auto known = texts_.find(field);
  return known != texts_.end() ? known->second.execute(data, environment)
                               : parse(field).execute(data, environment);
}

std::string MessageTemplates::html(std::string_view field, const tmpl::Value& data,
                                   const tmpl::Environment& environment) const {
  const auto known = htmls_.find(field);
  return known != htmls_.end() ? known->second.execute(data, environment)
                               : tmpl::HtmlTemplate(parse(field)).execute(data, environment);
}

}  // namespace tocsin::notifiers
