// Alerts and what is said of them, in as few words as tests need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "notify/decide.h"

namespace tocsin::notify {

inline Told told(const Labels& labels, Status status) {
  Alert alert;
  alert.labels = labels;
  alert.fingerprint = labels.fingerprint();
  return {std::make_shared<const Alert>(std::move(alert)), status};
}

inline Fingerprint id_of(char name) {
  return Labels{{"alertname", std::string(1, name)}}.fingerprint();
}

/// One alert for each letter; small ones are resolved: "ABc".
inline std::vector<Told> alerts(const std::string& letters) {
  std::vector<Told> all;
  for (const char letter : letters) {
    const bool resolved = letter >= 'a';
    const char name = resolved ? static_cast<char>(letter - 'a' + 'A') : letter;
    all.push_back(
        told({{"alertname", std::string(1, name)}}, resolved ? Status::Resolved : Status::Firing));
  }
  return all;
}

/// "new alerts added", or in brackets why nothing is said.
inline std::string words(const Decision& decision) {
  return decision.say ? std::string(to_string(*decision.say))
                      : '(' + std::string(to_string(decision.quiet)) + ')';
}

}  // namespace tocsin::notify
