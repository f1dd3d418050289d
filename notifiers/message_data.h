// What a message's templates are given: Alertmanager's Data, with Go's names.
#pragma once

#include "model/labels.h"
#include "notify/notification.h"
#include "template/functions.h"
#include "template/value.h"

namespace tocsin::notifiers {

class MessageTemplates;

/// Receiver (escaped for regular expressions), Status, Alerts (with Firing and Resolved),
/// NotificationReason, GroupLabels, CommonLabels, CommonAnnotations, RouteLabels, ExternalURL.
/// Shares the alerts, does not copy them. Source: Alertmanager template/template.go.
tmpl::Value message_data(const notify::Notification& notification, const Labels& route_labels = {});

/// What the templates of route labels say about this notification. They may ask for one another
/// with routeLabels; the reason they see is "unknown". Throws Error when one fails, or when they
/// ask for one another in a circle.
Labels expand_route_labels(const Labels& route_labels, const notify::Notification& notification,
                           const MessageTemplates& templates, Timestamp now);

/// The circle in which route labels ask for one another, in words; else empty.
std::string circle_of(const Labels& route_labels, const MessageTemplates& templates);

/// All functions and methods that messages' templates may call.
const tmpl::Functions& message_functions();

/// Go's regexp.QuoteMeta.
std::string regex_escaped(std::string_view text);

}  // namespace tocsin::notifiers
