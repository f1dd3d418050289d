// Where the project and what tests read beside it lie.
#pragma once

#include <filesystem>

namespace tocsin::test {

/// The project's root.
std::filesystem::path source_dir();
/// Test data written by others: $TOCSIN_CONFORMANCE_DIR, or the default. It need not be there.
std::filesystem::path conformance_dir();

}  // namespace tocsin::test
