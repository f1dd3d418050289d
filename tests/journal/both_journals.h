// A fixture for tests that run over the journal in memory and the one on disk alike.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "journal/memory_journal.h"
#include "journal/sqlite_journal.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {

enum class Kind { Memory, Sqlite };

class BothJournals : public testing::TestWithParam<Kind> {
 protected:
  BothJournals() {
    if (GetParam() == Kind::Sqlite) {
      journal_ = open_sqlite(folder_.path() / "data");
      journal_->load();
    } else {
      journal_ = std::make_unique<MemoryJournal>();
    }
  }

  Journal& journal() { return *journal_; }

  void commit(std::initializer_list<Change> changes) {
    journal().commit({changes.begin(), changes.size()});
  }

  /// What is in the journal after a restart.
  Contents restart() {
    if (GetParam() == Kind::Sqlite) {
      journal_.reset();
      journal_ = open_sqlite(folder_.path() / "data");
    }
    return journal_->load();
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Journal> journal_;
};

inline const auto kBothKinds = testing::Values(Kind::Memory, Kind::Sqlite);
inline const auto kKindName = [](const testing::TestParamInfo<Kind>& info) {
  return std::string(info.param == Kind::Memory ? "Memory" : "Sqlite");
};

}  // namespace tocsin::journal
