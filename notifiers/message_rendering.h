// The templates of a configuration as channels use them.
#pragma once

#include <memory>

#include "model/time.h"
#include "notifiers/message_templates.h"
#include "notifiers/rendering.h"

namespace tocsin::notifiers {

/// Renders with these templates at this time. Its use throws Error when a template fails.
MakeRendering make_rendering(std::shared_ptr<const MessageTemplates> templates, Timestamp now);

}  // namespace tocsin::notifiers
