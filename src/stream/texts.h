// The account of the numbers in the texts of a block: in names, times and sentences. The same texts come again and again: what one holds
// is found out once.
//
// Threads: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fact.h"
#include "sources/account.h"
#include "sources/scan_block.h"
#include "stream/plan.h"

namespace chimera::stream {

// Counts numbers of cells whose column has this role.
void count(sources::Account& account, core::Role role, std::uint64_t numbers);

class TextAccount {
 public:
  // Of what was scanned in `bytes`, by a plan whose number columns are `columns`.
  void take(std::string_view bytes, const sources::ScanBlock& scanned, const std::vector<Plan::Place>& columns);
  // Of the block that was taken last; numbers of cells that are spelled as texts are counted with their columns.
  [[nodiscard]] const sources::Account& account() const { return account_; }

 private:
  // How many numbers of a text met which fate.
  struct Numbers {
    std::uint64_t dates = 0;
    std::uint64_t identifiers = 0;
    std::uint64_t texts = 0;
  };
  struct Seen {
    std::string text;
    std::size_t digits = 0;  // behind it
    core::Role role = core::Role::unread;
    bool quoted = false;
    bool used = false;
    std::uint32_t next = 0;  // in seen_: what stood behind it last
    Numbers numbers;
  };
  struct Text {
    std::string_view written;
    bool quoted = false;
    // So that "1,234" is the number it is.
    [[nodiscard]] std::string_view with_quotes() const { return quoted ? std::string_view(written.data() - 1, written.size() + 2) : written; }
  };

  [[nodiscard]] static Text text_of(std::string_view bytes, const sources::ScanText& at);
  [[nodiscard]] static Numbers numbers_in(std::string_view written, core::Role role);
  [[nodiscard]] static bool fits(const Seen& seen, const Text& text, core::Role role);
  [[nodiscard]] std::uint32_t look_up(const Text& text, core::Role role);

  sources::Account account_;
  static constexpr std::size_t kPlaces = 2048;
  std::array<Seen, kPlaces> seen_;    // by hash, or at the next place that was free; emptied when half of them are used
  std::size_t count_ = 0;             // that are
  std::vector<std::uint32_t> last_;   // per column of the block, in seen_: the text before, which the next one often repeats
};

}  // namespace chimera::stream
