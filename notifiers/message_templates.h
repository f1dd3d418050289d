// The templates of messages: Alertmanager's default definitions and those of users' files, which
// know each other by name.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "template/html/html_template.h"
#include "template/library.h"

namespace tocsin::notifiers {

/// The type of .Alerts, which has the methods Firing and Resolved.
inline constexpr std::string_view kAlerts = "template.Alerts";

class MessageTemplates {
 public:
  /// Text, or HTML where what is filled in is escaped for the place it stands in.
  enum class Mode { Text, Html };
  struct File {
    std::string name;
    std::string text;
  };

  /// The defaults alone.
  static std::shared_ptr<const MessageTemplates> standard();
  /// The defaults and the files in their order: a later definition takes the place of an earlier
  /// one, unless it is blank. What a file has outside of definitions is a template of the file's
  /// own name. Throws InvalidInput with what is wrong in all files.
  explicit MessageTemplates(const std::vector<File>& files);

  /// Prepares a field of the configuration, so that messages need not parse it again. Throws
  /// InvalidInput for one that cannot be parsed, calls a template that does not exist, has values
  /// in places where nothing is safe, or fails whatever it is given: tried on messages that fire,
  /// that are over, and on both. The positions are those in the field when their file is empty.
  void add(std::string_view field, Mode mode);

  /// What the field says of `data` (see message_data). Throws Error, worded as Go does. A field
  /// that was not added is parsed here.
  std::string text(std::string_view field, const tmpl::Value& data,
                   const tmpl::Environment& environment) const;
  std::string html(std::string_view field, const tmpl::Value& data,
                   const tmpl::Environment& environment) const;

  /// Whether a user's file defines this name, which is one of the defaults'.
  bool overridden(std::string_view name) const { return overridden_.contains(name); }
  /// Of the defaults and all files.
  std::vector<std::string_view> names() const { return library_->names(); }

 private:
  tmpl::Template parse(std::string_view field) const;

  std::shared_ptr<const tmpl::Library> library_;  // shared: frozen, and fields point into it
  std::map<std::string, tmpl::Template, std::less<>> texts_;
  std::map<std::string, tmpl::HtmlTemplate, std::less<>> htmls_;
  std::set<std::string, std::less<>> overridden_;
};

}  // namespace tocsin::notifiers
