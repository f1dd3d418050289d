#include "config/alertmanager_yaml.h"

namespace tocsin::config {

std::string Config::alertmanager_yaml() const {
  YamlWriter out;
  out.mapping("global", [&] {
    out.plain("resolve_timeout", format_duration(global.resolve_timeout));
    write_http(out, http);
  });
  write_routing(out, *this);
  write_receivers(out, receivers);
  out.texts("templates", template_globs);
  return out.result();
}

}  // namespace tocsin::config
