// Compares what there is three times: in the engine's memory, on its disk and in the oracle's
// model.
#pragma once

#include "engine/book.h"
#include "journal/journal.h"
#include "simulation/model.h"

namespace tocsin::simulation {

/// Throws Broken unless the book is what would be loaded from the disk.
void same_book(const engine::Book& book, const journal::Contents& contents);

/// Throws Broken unless rules, alerts and silences on disk are those of the model.
void as_expected(const journal::Contents& contents, const Model& model, Timestamp now);

}  // namespace tocsin::simulation
