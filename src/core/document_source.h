// The facts of a Document in memory, in batches: every row of every table with its number cells.
//
// Owns nothing: document and meaning outlive it. Batches are given out in the order of tables and rows.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/fact_batch.h"

namespace chimera::core {

class DocumentSource final : public FactSource {
 public:
  // `meaning` is parallel to the document's tables and indexes `configs`. Everything is entered in the catalog here.
  // What finish() says beside the artifact is given by the caller, who has it already.
  DocumentSource(const Document& document, const std::vector<TableMeaning>& meaning, const std::vector<RunConfig>& configs,
                 FactCatalog& catalog, SourceSummary summary);
  [[nodiscard]] std::unique_ptr<FactReader> reader() override;
  [[nodiscard]] base::Result<SourceSummary> finish() override;

 private:
  friend class DocumentReader;
  // What a column of a table, or some of its cells (CellException), mean to the catalog. `variant` kColumn: what the column itself means.
  struct Series {
    std::uint32_t column = 0;
    std::uint32_t variant = 0;
    std::uint32_t series = 0;
  };
  static constexpr std::uint32_t kColumn = 0xFFFFFFFF;
  // Rows [from, to) of a table with some of its series: one batch.
  struct Part {
    std::uint32_t table = 0;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::size_t first = 0;  // into series_
    std::size_t last = 0;   // behind its last
    bool places = false;    // the first of these rows
  };

  void enter_table(std::uint32_t table, FactCatalog& catalog);
  void enter_column(std::uint32_t table, std::uint32_t column, FactCatalog& catalog);
  void add_parts(std::uint32_t table, std::size_t first);

  const Document& document_;
  const std::vector<TableMeaning>& meaning_;
  std::vector<std::uint32_t> configs_;  // of the document -> as the catalog numbered them
  std::vector<std::uint32_t> tables_;   // likewise
  std::vector<Series> series_;          // table by table
  std::vector<Part> parts_;
  std::atomic<std::size_t> next_{0};
  SourceSummary summary_;
};

}  // namespace chimera::core
