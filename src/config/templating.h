// The templates of messages: the users' files, and the fields that use them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"
#include "notifiers/message_templates.h"

namespace tocsin::config {

/// What fields are read with. The fields are added to the templates as they are read.
struct Templating {
  using Mode = notifiers::MessageTemplates::Mode;
  /// Null when the users' files are wrong, which has been said: fields are not looked at then.
  std::shared_ptr<notifiers::MessageTemplates> templates;

  /// Whether the users' files redefine any of Alertmanager's defaults for a kind ("slack").
  bool overridden(std::string_view kind) const;
};

/// Reads the files that `templates` names; `globs` are the names as they were given.
Templating read_templates(Map& root, std::vector<std::string>& globs);

/// Reads a field that may be a template; whether it is there and right. The empty text counts.
/// `out` holds its default, which users' files may have spoilt.
bool read_field(Map& map, std::string_view key, std::string& out, const Templating& templating,
                Templating::Mode mode = Templating::Mode::Text);
/// Notes what is wrong with a template, which `what` names; whether it is right.
bool check_field(File& file, Mark where, std::string_view what, const std::string& field,
                 const Templating& templating, Templating::Mode mode = Templating::Mode::Text);

}  // namespace tocsin::config
