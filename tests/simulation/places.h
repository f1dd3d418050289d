// The receivers: how they behave, what they heard, and what each must be taken to believe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "net/http.h"
#include "simulation/plan.h"
#include "simulation/scene.h"
#include "simulation/witness.h"

namespace tocsin::simulation {

/// What comes back of a request, and when.
struct Reply {
  Duration after{0};
  bool heard = false;  ///< the receiver acted on it
  net::Result result;
};

/// What a receiver was last told of an alert.
struct Belief {
  std::int64_t row = 0;
  bool firing = false;
  Duration since{0};
  int tree_version = 0;
};

class Places {
 public:
  explicit Places(Scene& scene, Witness& witness) : scene_(scene), witness_(witness) {}

  void trouble(const ReceiverTrouble& trouble);
  void calm();

  /// A request comes in for a decision. Checks what has to hold of it.
  Reply request(const std::string& url, const Decision& decision, Duration timeout, bool on_disk);
  /// Nobody knows whether it was heard: not the engine, at least.
  void perhaps_heard(const std::string& url, const Decision& decision);
  /// The engine learned that it has to wait.
  void told_to_wait(const std::string& url, Duration time);
  /// A request is about to be sent under a rate limit: checks that it may be.
  void started(const ChannelSpec& channel);
  /// Whether another one would be too many.
  bool is_full(const ChannelSpec& channel) const;
  /// Holds that are over when the engine has its turn are forgotten.
  void turn();
  /// A name that a receiver got while the process was away is a new receiver to it.
  void renamed(const std::string& url);
  /// What the engine learned is on disk.
  void written();
  /// The process died; decisions after this row were lost with a failing disk.
  void killed(std::int64_t last_row);
  void clock_set_back();
  /// Until when nothing may be sent there.
  Timestamp held_until(const std::string& url) const;

  const std::map<Fingerprint, Belief>& beliefs(const std::string& url) const;

  std::uint64_t attempts = 0;
  std::uint64_t messages = 0;    ///< that were heard
  std::uint64_t duplicates = 0;  ///< of those, the ones that could not be avoided

 private:
  struct Hold {
    Timestamp since, until;
  };
  struct Place {
    ReceiverTrouble trouble;
    Duration trouble_ends{0};
    Hold held, held_on_disk;
    std::vector<Timestamp> starts, starts_on_disk;  ///< of requests
    std::map<Fingerprint, Belief> beliefs;
    std::map<Fingerprint, std::vector<Belief>> older;  ///< should the newer ones be lost
    std::map<std::string, Decision> last;              ///< by group id
    /// Groups of which something else was tried since then, and nobody knows whether it was heard.
    std::set<std::string> perhaps;
  };
  void hear(Place& place, const std::string& url, const Decision& decision, bool on_disk);
  bool may_repeat(const Place& place, const Decision& before, const Decision& now) const;

  Scene& scene_;
  Witness& witness_;
  std::map<std::string, Place> places_;
  bool news_ = false;  ///< that may not be on disk
};

}  // namespace tocsin::simulation
