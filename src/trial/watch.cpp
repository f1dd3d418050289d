#include "trial/watch.h"

namespace tocsin::trial {
namespace {

using Stamps = std::map<std::string, Stamp>;

/// Whether one of the files is not as it was; those that are new are looked at first now.
bool changed(const Outlook& outlook, Stamps& stamps) {
  bool is_changed = false;
  for (auto& [file, stamp] : stamps) {
    const Stamp now = outlook.look(file);
    is_changed |= now != stamp;
    stamp = now;
  }
  return is_changed;
}

}  // namespace

void watch(const Outlook& outlook) {
  Stamps stamps;
  for (const std::string& file : outlook.files) stamps[file] = outlook.look(file);
  do {
    Stamps next;
    for (const std::string& file : outlook.run()) {
      const auto known = stamps.find(file);
      next[file] = known != stamps.end() ? known->second : outlook.look(file);
    }
    stamps = std::move(next);
    do {
      if (!outlook.pause()) return;
    } while (!changed(outlook, stamps));
  } while (true);
}

}  // namespace tocsin::trial
