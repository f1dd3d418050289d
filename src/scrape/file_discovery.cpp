// Files of targets: looked at every few seconds, read when they look different.
#include <algorithm>
#include <filesystem>
#include <glob.h>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scrape/discovery.h"

namespace tocsin::scrape {
namespace {

constexpr Duration kLook = std::chrono::seconds{2};

/// What tells that a file was written anew.
struct Looks {
  std::filesystem::file_time_type written;
  std::uintmax_t size = 0;
  bool operator==(const Looks&) const = default;
};

std::vector<std::string> paths_of(const std::vector<std::string>& patterns) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    glob_t found{};
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      paths.insert(paths.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
  }
  return paths;
}

class Files : public Discovery {
 public:
  Files(FileDiscovery settings, const Outside& outside)
      : settings_(std::move(settings)), outside_(outside) {}

  std::string_view kind() const override { return "file"; }

  Timestamp turn(Timestamp now) override {
    if (is_early(now, next_look_, kLook)) return next_look_;
    next_look_ = now + kLook;
    if (!is_early(now, next_refresh_, settings_.refresh_interval)) {
      next_refresh_ = now + settings_.refresh_interval;
      looks_.clear();
    }
    look();
    return next_look_;
  }

 private:
  void look() {
    const std::vector<std::string> paths = paths_of(settings_.files);
    bool changed = version() == 0;
    for (const std::string& path : paths) {
      std::error_code error;
      const Looks looks{std::filesystem::last_write_time(path, error),
                        std::filesystem::file_size(path, error)};
      const auto known = looks_.find(path);
      if (known != looks_.end() && known->second == looks) continue;
      looks_[path] = looks;
      read(path);
      changed = true;
    }
    const auto is_gone = [&paths](const std::string& known) {
      return std::find(paths.begin(), paths.end(), known) == paths.end();
    };
    std::erase_if(broken_, is_gone);
    const std::size_t gone =
        std::erase_if(by_path_, [&](const auto& each) { return is_gone(each.first); });
    if (!changed && gone == 0) return;
    if (broken_.empty()) succeed();
    gather();
  }

  void read(const std::string& path) {
    try {
      std::vector<TargetGroup> groups = outside_.read_target_file(path);
      for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i].source = fmt::format("{}:{}", path, i);
        groups[i].labels.set("__meta_filepath", path);
      }
      by_path_[path] = std::move(groups);
      broken_.erase(path);
    } catch (const Error& error) {
      broken_.insert(path);
      fail(fmt::format("{}: {}", path, error.what()));
    }
  }

  void gather() {
    std::vector<TargetGroup> all;
    for (const auto& [path, groups] : by_path_) all.insert(all.end(), groups.begin(), groups.end());
    set_groups(std::move(all));
  }

  FileDiscovery settings_;
  const Outside& outside_;
  Timestamp next_look_, next_refresh_;
  std::map<std::string, Looks> looks_;
  std::map<std::string, std::vector<TargetGroup>> by_path_;  ///< as they were last good
  std::set<std::string> broken_;
};

}  // namespace

std::unique_ptr<Discovery> discover_files(FileDiscovery settings, const Outside& outside) {
  return std::make_unique<Files>(std::move(settings), outside);
}

}  // namespace tocsin::scrape
