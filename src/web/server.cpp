#include "web/server.h"

#include <chrono>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/error.h"
#include "web/front/front.h"

namespace tocsin::web {
namespace {

/// The other place that reads the wall clock: `now` of a request is when it is handled.
Timestamp wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

class Server::Site {
 public:
  explicit Site(ServerSettings settings) : settings_(std::move(settings)) {
    Protection protection(settings_.web_config_file);
    keeps_others_out_ = protection.first().keeps_others_out();
    is_tls_ = protection.first().tls != nullptr;
    front_ =
        std::make_unique<Front>(settings_.limits, std::move(protection), settings_.route_prefix);
  }
  ~Site() { front_->stop(); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  int bind(const Address& address) {
    if (!is_loopback(address)) check_exposure(address);
    Listening listening = listen_on(address);
    front_->add(std::move(listening.socket));
    return listening.port;
  }

  std::vector<Address> bind_inherited() {
    std::vector<Address> addresses;
    for (Inherited& each : inherited_sockets()) {
      if (!is_loopback(each.address)) check_exposure(each.address);
      front_->add(std::move(each.socket));
      addresses.push_back(std::move(each.address));
    }
    return addresses;
  }

  void serve(Router router) {
    router_ = std::move(router);
    router_.move_under(settings_.route_prefix);
    front_->start(
        {[this](Request request) { return router_.handle(std::move(request), wall_clock()); },
         wall_clock, [this] { router_.metrics()->refuse_get(); }});
  }

  void stop() { front_->stop(); }
  bool is_tls() const { return is_tls_; }

 private:
  void check_exposure(const Address& address) {
    if (!keeps_others_out_ && !settings_.allow_unprotected) {
      throw Error(fmt::format(
          "{0} can be reached from other machines, and everybody there could silence alerts{2}: "
          "give --web.config.file with basic_auth_users, or with client_auth_type "
          "RequireAndVerifyClientCert; or listen on 127.0.0.1:{1}; or, when a firewall or proxy "
          "keeps others out, add --web.allow-unprotected",
          address.to_string(), address.port,
          is_tls_ ? " (TLS alone keeps nobody out, nor does a certificate that nobody verifies)"
                  : ""));
    }
    if (!settings_.allow_unprotected) front_->require_protection();
    if (!keeps_others_out_) {
      spdlog::warn("{}: everybody who can reach this address is let in", address.to_string());
    } else if (!is_tls_) {
      spdlog::warn(
          "{}: passwords cross the network unencrypted; tls_server_config in {} would hide "
          "them",
          address.to_string(), settings_.web_config_file);
    }
  }

  ServerSettings settings_;
  bool keeps_others_out_ = false;
  bool is_tls_ = false;
  Router router_;
  std::unique_ptr<Front> front_;  // its threads use the others
};

Server::Server(ServerSettings settings) : site_(std::make_unique<Site>(std::move(settings))) {}

Server::~Server() = default;

std::string Server::scheme() const { return site_->is_tls() ? "https" : "http"; }

int Server::bind(const Address& address) { return site_->bind(address); }

std::vector<Address> Server::bind_inherited() { return site_->bind_inherited(); }

void Server::serve(Router router) { site_->serve(std::move(router)); }

void Server::stop() { site_->stop(); }

}  // namespace tocsin::web
