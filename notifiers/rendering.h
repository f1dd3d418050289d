// Filling in the templated fields of one message: what the channels need of templates, and no more.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "notify/notification.h"

namespace tocsin::notifiers {

/// The templates of a configuration together with what there is to say. Both throw Error when a
/// template fails.
struct Rendering {
  std::function<std::string(const std::string& field)> text;
  std::function<std::string(const std::string& field)> html;  ///< escaped as html/template does
  Labels route_labels = {};  ///< those of the notification, expanded
};

/// Makes the data of a notification, which is not for nothing when there are thousands of alerts.
using MakeRendering = std::function<Rendering(const notify::Notification&)>;

/// Whether there is anything to expand in it.
bool holds_template(std::string_view field);

/// The fields of one message. The data is made when the first of them needs it.
class Fields {
 public:
  /// Both outlive it.
  Fields(const MakeRendering& make, const notify::Notification& notification)
      : make_(make), notification_(notification) {}

  /// Throws Error when the template fails, or when there are no templates.
  std::string text(const std::string& field);
  std::string html(const std::string& field);
  /// The notification's, expanded where they are templates.
  Labels route_labels();

 private:
  const Rendering& rendering();

  const MakeRendering& make_;
  const notify::Notification& notification_;
  std::optional<Rendering> made_;
};

}  // namespace tocsin::notifiers
