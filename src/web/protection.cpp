#include "web/protection.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};

}  // namespace

Protection::Protection(std::string file) : file_(std::move(file)) {
  if (file_.empty()) {
    config_ = std::make_shared<const WebConfig>();
    return;
  }
  config_ = std::make_shared<const WebConfig>(load_web_config(file_));
  stamp_ = stamp();
}

std::string Protection::stamp() const {
  std::string all;
  for (const std::string& file : config_->files) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) {
      all += "gone;";
      continue;
    }
    all += fmt::format("{}.{}.{}.{};", about.st_ino, about.st_size, about.st_mtim.tv_sec,
                       about.st_mtim.tv_nsec);
  }
  return all;
}

std::string Protection::objection(const WebConfig& read) const {
  if ((read.tls == nullptr) != (config_->tls == nullptr)) {
    return "TLS is turned on and off by a restart only";
  }
  if (required_ && !read.keeps_others_out()) {
    return "other machines can reach this address, and now everybody there would be let in; keep "
           "basic_auth_users or client_auth_type RequireAndVerifyClientCert, or restart with "
           "--web.allow-unprotected";
  }
  return "";
}

void Protection::reload() {
  try {
    auto read = std::make_shared<const WebConfig>(load_web_config(file_));
    if (const std::string why = objection(*read); !why.empty()) {
      spdlog::error("{}: {}; nothing was changed, and what was read before goes on", file_, why);
      return;
    }
    config_ = std::move(read);
    spdlog::info("the web configuration was read again file={}", file_);
  } catch (const Error& error) {
    spdlog::error("the web configuration was not reloaded: {}", error.what());
  }
}

const std::shared_ptr<const WebConfig>& Protection::current(
    std::chrono::steady_clock::time_point now) {
  if (file_.empty() || now < next_look_) return config_;
  next_look_ = now + kBetweenLooks;
  std::string seen = stamp();
  if (seen != stamp_) {
    reload();
    stamp_ = stamp();
  }
  return config_;
}

}  // namespace tocsin::web
