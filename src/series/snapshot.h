// The store in a file. Within series only.
//
// "TOCSERIE", the version (4 bytes, the lowest first), then blocks, each behind its length and its
// CRC-32 (4 bytes each). A block is 'S': texts, then series whose labels are numbers of these
// texts, with their chunks, the open one last; or 'E', the last block: how many series and samples
// there were.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "series/head.h"

namespace tocsin::series {

inline constexpr std::string_view kMagic = "TOCSERIE";
inline constexpr std::uint32_t kSnapshotVersion = 1;

/// Bytes of the block for the used places from `begin` up to, not including, `end`; counts what is
/// in it. Empty where there is nothing.
std::string snapshot_block(const Head& head, Slot begin, Slot end, std::uint64_t& series,
                           std::uint64_t& samples);

/// Adds what is in it, but for chunks outside of [oldest, newest] and what the bound on memory
/// refuses. Throws Error for what snapshot_block() did not write.
void read_snapshot_block(std::string_view block, std::int64_t oldest, std::int64_t newest,
                         Head& head, Loaded& loaded);

}  // namespace tocsin::series
