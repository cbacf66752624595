// What the last ingest saw, beside its store (FILE.seen): an ingest of the same files that finds them as they were need not open the
// store, which takes DuckDB longer than the walk.
//
// It says nothing of its own: it is believed only while the store is what it was then (its size, its time, and its first pages, into
// which DuckDB writes a new number at each checkpoint), has no log, and nobody holds it. Without it, or with any other one, the store
// is opened. Must not be called while this process has the store open: closing the file gives up the process's lock on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace chimera::store {

struct LastLook {
  std::string tree;            // hexadecimal digest of all that a walk tells of the roots
  std::uint64_t files = 0;     // all of them in the store as they are
  std::uint64_t readable = 0;  // of them
};

[[nodiscard]] std::string last_look_file(const std::string& store);
[[nodiscard]] std::optional<LastLook> last_look(const std::string& store);
// Of a store that is closed. A failure is none: the next ingest opens the store.
void keep_last_look(const std::string& store, const LastLook& look);

}  // namespace chimera::store
