// A file cut into blocks of whole records, one after the other, with its digest computed on the way.
//
// Threads: next() and add_to_digest() may be called from several.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/sha256.h"

namespace chimera::stream {

// Something that is done for one block after the other, whichever thread has it.
class Turn {
 public:
  void wait_for(std::uint64_t number);
  void done();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ = 0;
};

struct Block {
  std::uint64_t number = 0;
  std::uint64_t begin = 0;     // offset in the file of the first byte
  std::uint64_t first_line = 1;
  std::size_t size = 0;        // bytes of the file; a line end may stand behind them that the file lacks
  std::string bytes;           // with room behind them for scans that read ahead
  std::vector<std::uint32_t> lines;  // offsets in bytes at which lines begin; one behind the last line end
  std::size_t too_long = 0;    // bytes passed over before this block: lines too long to be records
  std::uint64_t too_long_line = 0;
};

// What a file is cut into: lines, records that may go on over line ends in quotes, elements of an array.
enum class Unit { line, delimited_record, array_element };

class Blocks {
 public:

  // `head` was read already and stands at the beginning of the file; the first block begins at `begin`, in line `line`.
  Blocks(std::unique_ptr<base::ByteReader> file, const std::string& head, std::uint64_t begin, std::uint64_t line, Unit unit,
               std::size_t block_bytes, std::size_t longest_line);
  // False at the end of the file. An array element longer than a line may be is handed out in pieces, which nobody can read.
  [[nodiscard]] base::Result<bool> next(Block& block);
  // For each block once, in any order: waits for those before it.
  void add_to_digest(const Block& block);
  [[nodiscard]] base::Digest digest() { return sha_.finish(); }
  [[nodiscard]] std::uint64_t size() const { return end_; }

 private:
  [[nodiscard]] std::string_view pending() const { return std::string_view(pending_).substr(0, held_); }
  [[nodiscard]] std::size_t cut(std::string_view text) const;
  void hand_out(std::size_t size, Block& block);
  [[nodiscard]] base::Result<bool> fill(std::size_t wanted);
  [[nodiscard]] base::Result<void> pass_over_line(Block& block);

  std::mutex mutex_;
  std::unique_ptr<base::ByteReader> file_;
  std::string pending_;        // begins with what was read and not handed out
  std::size_t held_ = 0;       // bytes of that
  std::uint64_t begin_ = 0;    // offset of its first byte
  std::uint64_t line_ = 1;
  std::uint64_t end_ = 0;      // of what was read
  std::uint64_t number_ = 0;
  bool at_end_ = false;
  Unit unit_;
  std::size_t block_bytes_;
  std::size_t longest_line_;
  base::Sha256 sha_;
  Turn digest_turn_;
};

}  // namespace chimera::stream
