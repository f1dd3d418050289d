#include "support/places.h"

#include <cstdlib>

namespace tocsin::test {

std::filesystem::path source_dir() { return TOCSIN_SOURCE_DIR; }

std::filesystem::path conformance_dir() {
  const char* given = std::getenv("TOCSIN_CONFORMANCE_DIR");
  return given != nullptr ? given : source_dir() / "../shared/conformance";
}

}  // namespace tocsin::test
