// The OAuth2 tokens of a client: each is fetched once for all requests that need it.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "net/token.h"
#include "net/transfer.h"

namespace tocsin::net {

class TokenCache {
 public:
  using Start = std::function<void(Request, Client::Done)>;
  using Resume = std::function<void(Transfer)>;
  using Fail = std::function<void(Transfer, const std::string& why)>;

  /// `start` sends a request to a token server; `resume` gets what has its token now, `fail` what
  /// gets none. None of them is called after this is gone.
  TokenCache(Start start, Resume resume, Fail fail);

  /// Gives the transfer its token, or keeps it until there is one: then false, and it was moved
  /// from. REQUIRES: it is a Request whose settings have oauth2.
  bool provide(Transfer& transfer);
  /// After an answer 401: whether it is worth another try, with a token fetched anew.
  bool renew(Transfer& transfer);
  /// Takes out what has waited beyond its deadline, and says when the next one will have.
  std::vector<Transfer> expire(Steady::time_point now, Steady::time_point& next);
  bool waiting() const { return waiting_ > 0; }

 private:
  struct Entry {
    OAuth2 settings;
    std::shared_ptr<const HttpSettings> http;
    ClientAuthentication how = ClientAuthentication::Header;
    bool how_is_known = false;
    bool fetching = false;
    std::string authorization;  ///< empty: none is there
    Steady::time_point expiry;
    std::deque<Transfer> waiting;
  };

  Entry& entry_of(const OAuth2& settings);
  void fetch(Entry& entry);
  void on_answer(Entry& entry, const Result& result);
  void take(Entry& entry, const Token& token);
  void give_up(Entry& entry, const std::string& why);

  Start start_;
  Resume resume_;
  Fail fail_;
  std::list<Entry> entries_;  ///< they stay where they are while they are being fetched
  std::size_t waiting_ = 0;
};

}  // namespace tocsin::net
