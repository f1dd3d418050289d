#include "notifiers/rendering.h"

#include <algorithm>

#include "model/error.h"

namespace tocsin::notifiers {

bool holds_template(std::string_view field) { return field.find("{{") != std::string_view::npos; }

const Rendering& Fields::rendering() {
  if (!make_) throw Error("a field holds a template, and there are no templates");
  if (!made_) made_ = make_(notification_);
  return *made_;
}

std::string Fields::text(const std::string& field) {
  return holds_template(field) ? rendering().text(field) : field;
}

Labels Fields::route_labels() {
  const Labels& raw = notification_.route_labels;
  const bool plain = std::none_of(raw.begin(), raw.end(),
                                  [](const LabelView& each) { return holds_template(each.value); });
  return plain ? raw : rendering().route_labels;
}

std::string Fields::html(const std::string& field) {
  // What is no template is edited as well: comments go, and a < that begins no tag is escaped.
  return make_ || holds_template(field) ? rendering().html(field) : field;
}

}  // namespace tocsin::notifiers
