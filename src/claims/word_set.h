// The words and numbers of a text, for one question: does it hold this one?
//
// Owns hashes, not the text. Threads: none of its own.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace chimera::claims {

class WordSet {
 public:
  // Runs of letters and digits, without regard to case; a point between digits belongs to the number: "14.59", "rtx".
  // Linear.
  explicit WordSet(std::string_view text);
  // `word`: one such run, lower case. Never misses one; wrong for less than one word in 2^40.
  [[nodiscard]] bool holds(std::string_view word) const;

 private:
  void insert(std::uint64_t hash);
  std::vector<std::uint64_t> slots_;  // open addressing; 0 is free
  std::size_t used_ = 0;
};

}  // namespace chimera::claims
