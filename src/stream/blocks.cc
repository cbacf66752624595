#include "stream/blocks.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sources/csv_scan.h"
#include "sources/json_elements.h"
#include "sources/scan_block.h"

namespace chimera::stream {
namespace {

constexpr std::size_t kRoom = 64;  // behind the bytes of a block
// Half as long as the one behind it, each: what the first rows decide holds for most of the others, and it takes long to find out.
constexpr std::uint64_t kSmallBlocks = 2;

}  // namespace

void Turn::wait_for(std::uint64_t number) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return next_ == number; });
}

void Turn::done() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++next_;
  }
  changed_.notify_all();
}

Blocks::Blocks(std::unique_ptr<base::ByteReader> file, const std::string& head, std::uint64_t begin, std::uint64_t line, Unit unit,
                           std::size_t block_bytes, std::size_t longest_line)
    : file_(std::move(file)), begin_(begin), line_(line), end_(head.size()), unit_(unit), block_bytes_(block_bytes), longest_line_(longest_line) {
  sha_.add(std::string_view(head).substr(0, begin));
  pending_ = head.substr(begin);
  held_ = pending_.size();
}

// Whether `wanted` bytes are pending, or all that are left.
base::Result<bool> Blocks::fill(std::size_t wanted) {
  if (held_ >= wanted || at_end_) return held_ >= wanted;
  if (pending_.size() < wanted) pending_.resize(wanted);  // which writes zeros: memory that was there before has none to write
  TRY(const std::size_t got, file_->read(pending_.data() + held_, wanted - held_));
  held_ += got;
  end_ += got;
  at_end_ = held_ < wanted;
  return !at_end_;
}

// Drops bytes up to the next line end; nothing else is known to be safe.
base::Result<void> Blocks::pass_over_line(Block& block) {
  block.too_long_line = line_;
  while (true) {
    const std::size_t found = pending().find('\n');
    const std::size_t count = found == std::string::npos ? held_ : found + 1;
    sha_.add(pending().substr(0, count));
    block.too_long += count;
    begin_ += count;
    pending_.erase(0, count);
    held_ -= count;
    if (found != std::string::npos) return ++line_, base::Result<void>();
    if (at_end_ && held_ == 0) return {};
    TRY(const bool more, fill(block_bytes_));
    (void)more;
  }
}

// Behind the last unit that ends in the text; 0 where none does.
std::size_t Blocks::cut(std::string_view text) const {
  switch (unit_) {
    case Unit::line: return text.rfind('\n') + 1;
    case Unit::delimited_record: return sources::csv_cut(text);
    case Unit::array_element: return sources::cut_elements(text).end;
  }
  return 0;
}

void Blocks::hand_out(std::size_t size, Block& block) {
  block.number = number_++;
  block.begin = begin_;
  block.first_line = line_;
  block.size = size;
  // Little is left behind the cut: that is what is copied.
  std::swap(block.bytes, pending_);
  held_ -= size;
  if (pending_.size() < held_) pending_.resize(held_);
  std::memcpy(pending_.data(), block.bytes.data() + size, held_);
  block.bytes.resize(size);
  begin_ += size;
  const bool whole_line = block.bytes.back() == '\n';
  if (!whole_line) block.bytes += '\n';
  block.bytes.reserve(block.bytes.size() + kRoom);
  sources::find_line_begins(block.bytes, block.lines);
  line_ += block.lines.size() - (whole_line ? 1 : 2);
}

base::Result<bool> Blocks::next(Block& block) {
  const std::lock_guard<std::mutex> lock(mutex_);
  block.too_long = 0;
  std::size_t wanted = number_ < kSmallBlocks ? std::max<std::size_t>(1, block_bytes_ >> (kSmallBlocks - number_)) : block_bytes_;
  while (true) {
    TRY(const bool full, fill(wanted));
    if (held_ == 0) return false;
    const std::size_t size = full ? cut(pending().substr(0, wanted)) : held_;
    if (size > 0 && size <= longest_line_ + block_bytes_) return hand_out(size, block), true;
    if (wanted <= longest_line_) {
      wanted *= 2;
      continue;
    }
    // There is no next line to go on with.
    if (unit_ == Unit::array_element) return hand_out(held_, block), true;
    // The digest is one of all bytes in order: blocks before this one must be in it.
    digest_turn_.wait_for(number_);
    TRY_VOID(pass_over_line(block));
    wanted = block_bytes_;
  }
}

void Blocks::add_to_digest(const Block& block) {
  digest_turn_.wait_for(block.number);
  sha_.add(std::string_view(block.bytes).substr(0, block.size));
  digest_turn_.done();
}

}  // namespace chimera::stream
