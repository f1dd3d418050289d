#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/query_text.h"
#include "cli/routes.h"
#include "cli/words.h"

namespace tocsin::cli {
namespace {

std::string grouping_text(const route::Route& route) {
  if (route.group_by_all) return "each alert by itself";
  if (route.group_by.empty()) return "all alerts together";
  return fmt::format("by {}", fmt::join(route.group_by, ", "));
}

/// What a node does not have from its parent (or, at the root, everything).
std::string settings_text(const route::Route& route, const route::Route* parent) {
  std::string text;
  const auto add = [&text](const std::string& words) {
    text += (text.empty() ? "" : "; ") + words;
  };
  if (parent == nullptr || route.receiver != parent->receiver) add("→ " + route.receiver);
  if (parent == nullptr || route.group_by != parent->group_by ||
      route.group_by_all != parent->group_by_all) {
    add(grouping_text(route));
  }
  const auto add_time = [&](const char* name, Duration route::Route::*member) {
    if (parent != nullptr && route.*member == parent->*member) return;
    add(fmt::format("{} {}", name, format_duration(route.*member)));
  };
  add_time("wait", &route::Route::group_wait);
  add_time("interval", &route::Route::group_interval);
  add_time("repeat", &route::Route::repeat_interval);
  if (!route.mute_time_intervals.empty()) {
    add(fmt::format("muted in {}", fmt::join(route.mute_time_intervals, ", ")));
  }
  if (!route.active_time_intervals.empty()) {
    add(fmt::format("only in {}", fmt::join(route.active_time_intervals, ", ")));
  }
  if (route.continue_after) add("continues");
  return for_terminal(text);
}

void show(const route::Route& route, const route::Route* parent, const std::string& before,
          const std::string& below, std::string& out) {
  const std::string settings = settings_text(route, parent);
  out += fmt::format("{}{}{}{}\n", before, condition_text(route), settings.empty() ? "" : "  ",
                     settings);
  for (std::size_t i = 0; i < route.routes.size(); ++i) {
    const bool last = i + 1 == route.routes.size();
    show(route.routes[i], &route, below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "),
         out);
  }
}

}  // namespace

Command add_routes_show(CLI::App& routes) {
  const auto options = std::make_shared<TreeOptions>();
  CLI::App* app = routes.add_subcommand(
      "show", "Print the routing tree; a node shows what it does not have from its parent");
  add_tree_options(*app, *options);
  return {app, [options] {
            std::string text;
            show(load_tree(*options)->route, nullptr, "", "", text);
            print_out(text);
            return 0;
          }};
}

}  // namespace tocsin::cli
