// What all readers of one large file share while it is read in blocks: its tables, what was decided about rows, and the account.
//
// Threads: everything but the constant members and the plan belongs to whoever has the turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/fact_batch.h"
#include "sources/account.h"
#include "stream/blocks.h"
#include "stream/decisions.h"
#include "stream/plan.h"
#include "stream/tables.h"

namespace chimera::stream {

struct State {
  State(const facts::Interpreter& interpreter, core::FactCatalog& catalog_in, std::atomic<bool>& unfit_out) : catalog(catalog_in), tables(interpreter, catalog_in), unfit(unfit_out) {}

  core::FactCatalog& catalog;
  core::Artifact artifact;
  Unit unit = Unit::line;
  core::Document sample;             // of delimited text: the header's columns, without rows
  sources::CsvPlan csv;
  std::size_t csv_width = 0;
  Turn turn;
  Tables tables;
  Decisions decisions;
  // Of configurations with free settings, as the catalog numbered them: by fingerprint, and the names of what is free.
  std::map<std::pair<std::uint64_t, std::vector<std::string>>, std::uint32_t> bases;
  core::Diagnostics diagnostics;
  std::uint64_t told = 0;            // diagnostics, so that a million of them stay readable
  std::map<core::DiagnosticCode, std::uint64_t> untold;  // how many more there were
  sources::Account account;
  std::uint64_t nonfinite = 0;
  std::uint64_t sentinels = 0;       // -1 where something was measured
  std::mutex long_lines_mutex;
  core::Diagnostics long_lines;      // of any thread, whoever has the turn
  bool closed = false;               // the array ended
  std::atomic<bool>& unfit;          // something stands where only elements of an array may: nothing read so far counts
  [[nodiscard]] bool is_json() const { return unit != Unit::delimited_record; }
  [[nodiscard]] bool is_array() const { return unit == Unit::array_element; }
  // Made anew from the tables, by whoever has the turn; read by all.
  void make_plan();
  [[nodiscard]] std::shared_ptr<const Plan> plan();

 private:
  std::mutex mutex_;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace chimera::stream
