// Finds out which of the expected things is which of those that came.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace tocsin::trial {

/// For each expected one the index of what came for it, such that as many as possible have one and
/// no two have the same. Where `fits` takes constant time: expected² times got at worst.
std::vector<std::optional<std::size_t>> match_up(
    std::size_t expected, std::size_t got,
    const std::function<bool(std::size_t expected, std::size_t got)>& fits);

}  // namespace tocsin::trial
