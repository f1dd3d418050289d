#include "notifiers/message_rendering.h"

#include "notifiers/message_data.h"

namespace tocsin::notifiers {
namespace {

/// What the fields of one message share.
struct Context {
  std::shared_ptr<const MessageTemplates> templates;
  Labels route_labels;
  std::string external_url;
  tmpl::Value data;
  std::function<std::string(std::string_view)> route_label;
  tmpl::Environment environment;
};

std::shared_ptr<const Context> context_of(std::shared_ptr<const MessageTemplates> templates,
                                          const notify::Notification& notification, Timestamp now) {
  auto context = std::make_shared<Context>();
  context->route_labels =
      expand_route_labels(notification.route_labels, notification, *templates, now);
  context->templates = std::move(templates);
  context->external_url = notification.external_url;
  context->data = message_data(notification, context->route_labels);
  context->route_label = [labels = &context->route_labels](std::string_view name) {
    return std::string(labels->get(name));
  };
  context->environment = {now, context->external_url, nullptr, &context->route_label};
  return context;
}

}  // namespace

MakeRendering make_rendering(std::shared_ptr<const MessageTemplates> templates, Timestamp now) {
  return [templates = std::move(templates), now](const notify::Notification& notification) {
    const auto context = context_of(templates, notification, now);
    return Rendering{[context](const std::string& field) {
                       return context->templates->text(field, context->data, context->environment);
                     },
                     [context](const std::string& field) {
                       return context->templates->html(field, context->data, context->environment);
                     },
                     context->route_labels};
  };
}

}  // namespace tocsin::notifiers
