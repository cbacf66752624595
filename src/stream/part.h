// One block of a large file on its way from bytes to facts: what the fast scan read, what the tolerant reader had to, and
// what became of every row.
//
// Threads: one at a time each; what they share is in State.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/fact_batch.h"
#include "sources/json_walk.h"
#include "stream/blocks.h"
#include "stream/known_rows.h"
#include "stream/state.h"
#include "stream/texts.h"

namespace chimera::stream {

class Part {
 public:
  explicit Part(State& state) : state_(state) {}

  // Reads `block`, which stays with this part until the next call. Waits for its turn.
  void read(Block& block);
  // Fills `batch` with the next rows of the block; false where there are no more.
  [[nodiscard]] bool next(core::FactBatch& batch);

 private:
  // Odd lines, or lines whose rows nobody has decided about, as a document of their own.
  struct Odd {
    core::Document document;
    facts::Interpretation read;
    std::vector<std::uint32_t> matches;
    std::vector<std::vector<std::uint32_t>> ordinals;  // per table, per row
    // As the catalog numbered them: tables, configurations, series of columns, and of what cells mean beside them.
    std::vector<std::uint32_t> entries;
    std::vector<std::uint32_t> configs;
    std::vector<std::vector<std::uint32_t>> series;
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> variants;
    std::vector<std::uint32_t> elements;  // of an array: of each the number of its row, in order
    [[nodiscard]] std::uint32_t series_at(std::uint32_t table, std::uint32_t row, std::uint32_t column) const;
    core::Diagnostics diagnostics;
  };
  struct RowResult {
    std::uint32_t ordinal = 0;
    std::uint32_t line = 0;    // in the block
    std::uint32_t config = 0;
    core::RowState state = core::RowState::ok;
    bool decided = false;
    bool open = false;  // its free settings are still to be added to its base
  };
  // A number that is a free setting of its row.
  struct FreeCell {
    std::uint32_t row = 0;
    const FreeSetting* setting = nullptr;  // of the plan
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };

  void scan();
  // `also`: what other parts have learnt, which is looked at under the turn.
  void decide(const Decisions* also);
  template <class Visit>
  void for_each_deciding(std::uint32_t row, std::vector<std::size_t>& cursors, Visit visit) const;
  [[nodiscard]] const Decision* find_decision(std::uint32_t row, const Decision& around, std::vector<std::size_t>& cursors, const Decisions* also);
  [[nodiscard]] std::vector<core::Span> undecided_lines() const;
  [[nodiscard]] Odd parse(const std::vector<core::Span>& lines);
  void join_lines(const std::vector<core::Span>& lines, core::Document& document) const;
  void join_elements(const std::vector<core::Span>& lines, core::Document& document) const;
  void note_piece(const Odd& odd);
  void take_turn(Odd& odd, const std::vector<core::Span>& undecided);
  void interpret(Odd& odd);
  void enter(Odd& odd);
  void enter_columns();
  void learn(const Odd& odd);
  [[nodiscard]] bool find_free_settings(const Odd& odd);
  [[nodiscard]] bool agree_without(const Odd& odd, std::uint32_t table, const std::vector<FreeSetting>& free) const;
  void add_free_settings();
  void decide_by_place(const Odd& odd);
  void judge_rows();
  void judge_loads(std::vector<std::uint8_t>& cold);
  void count_zeros(std::vector<std::uint8_t>& zeros, std::vector<std::uint8_t>& work);
  void judge_odd(Odd& odd);
  void number_rows(Odd& odd);
  void number_elements(Odd& odd) const;
  [[nodiscard]] std::string pointer_in_file(const Odd& odd, const std::string& pointer) const;
  void place_rows(const Odd& odd);
  void add_to_account(const Odd& odd);
  void tell(Odd& odd);
  void emit_odd(const Odd& odd);
  void add_odd_column(const Odd& odd, std::uint32_t table, std::uint32_t column, std::uint32_t from, std::uint32_t to, core::FactBatch& batch) const;
  void begin_groups();
  bool emit_group(core::FactBatch& batch);
  void add_column(std::uint32_t column, const std::uint32_t* rows, std::size_t count, core::FactBatch& batch);
  void add_sentinels(std::uint32_t column, const std::uint32_t* rows, std::size_t count, core::FactBatch& batch);
  [[nodiscard]] std::uint64_t line_in(const RowResult& row, std::uint32_t begin);
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;
  [[nodiscard]] std::string_view text(std::uint32_t begin, std::uint32_t size) const { return std::string_view(block_->bytes).substr(begin, size); }

  State& state_;
  Block* block_ = nullptr;
  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<sources::JsonWalk> walk_;
  std::unique_ptr<sources::CsvScan> csv_;
  sources::ScanBlock scanned_;
  sources::JsonWalk::Piece piece_ = sources::JsonWalk::Piece::open;  // of an array
  bool below_rows_ = false;             // numbers may stand in lines below that of their row
  std::uint32_t below_ = 0;             // lines between a row's first one and its last number that was asked for
  std::vector<RowResult> rows_;         // parallel to scanned_.rows
  std::vector<FreeCell> free_cells_;    // of rows that are open
  TextAccount texts_;                   // before the part's turn: most of the account's work, and nothing that the other parts need
  std::vector<std::string> pointers_;   // of rows inside others, where they are needed
  KnownRows known_;                     // those met before by this part
  std::vector<std::uint32_t> series_;   // per number column; and of what is no measurement
  std::vector<std::uint32_t> sentinels_;
  std::vector<bool> has_sentinels_;     // of this block
  std::vector<facts::Sentinels> none_;  // where it has: which those are
  std::vector<std::uint32_t> entries_;  // per table
  std::vector<core::FactBatch> ready_;  // made already: what the tolerant reader read
  std::size_t next_ready_ = 0;
  // Per table: its rows in rows_, and its columns that hold numbers.
  std::vector<std::vector<std::uint32_t>> group_rows_;
  std::vector<std::vector<std::uint32_t>> group_columns_;
  // Where next() is: among the tables, their rows, their columns; and per column, among its numbers.
  std::size_t group_ = 0;
  std::size_t from_ = 0;
  std::size_t column_ = 0;
  std::vector<std::uint32_t> cursors_;
};

}  // namespace chimera::stream
