#include "core/document_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"

namespace chimera::core {
namespace {

// Lines of ascending offsets, most of which are near the one asked for before.
class LineCursor {
 public:
  explicit LineCursor(const std::vector<std::uint64_t>& lines) : lines_(lines) {}
  [[nodiscard]] std::uint64_t at(std::uint64_t offset) {
    if (lines_.empty()) return 0;
    const auto from = lines_[line_] <= offset ? lines_.begin() + static_cast<std::ptrdiff_t>(line_) : lines_.begin();
    auto end = from + 1;
    for (std::ptrdiff_t step = 1; end < lines_.end() && *end <= offset; step *= 2) end += std::min(step, lines_.end() - end);
    line_ = static_cast<std::size_t>(std::upper_bound(from, end, offset) - lines_.begin()) - 1;
    return line_ + 1;
  }

 private:
  const std::vector<std::uint64_t>& lines_;
  std::size_t line_ = 0;
};

}  // namespace

class DocumentReader final : public FactReader {
 public:
  explicit DocumentReader(DocumentSource& source) : source_(source), lines_(source.document_.lines) {}

  [[nodiscard]] base::Result<bool> next(FactBatch& batch) override {
    batch.clear();
    for (;;) {
      const std::size_t i = source_.next_++;
      if (i >= source_.parts_.size()) return false;
      const DocumentSource::Part& part = source_.parts_[i];
      if (part.column == DocumentSource::kRows) rows(part, batch);
      else cells(part, batch);
      if (batch.count() > 0) return true;
    }
  }

 private:
  void rows(const DocumentSource::Part& part, FactBatch& batch) {
    const Table& table = source_.document_.tables[part.table];
    const TableMeaning& meaning = source_.meaning_[part.table];
    batch.holds = FactBatch::Holds::records;
    batch.table = source_.tables_[part.table];
    for (std::uint32_t r = part.from; r < part.to; ++r) {
      const Row& row = table.rows[r];
      const Span span = source_.document_.to_file(row.span);
      batch.push(0, span.begin, static_cast<std::uint32_t>(std::min<std::uint64_t>(span.size(), 0xFFFFFFFF)), r, row.line,
                 source_.configs_[meaning.configs[r]], meaning.states[r]);
    }
  }

  void cells(const DocumentSource::Part& part, FactBatch& batch) {
    const std::vector<Cell>& cells = source_.document_.tables[part.table].columns[part.column].cells;
    const TableMeaning& meaning = source_.meaning_[part.table];
    batch.holds = FactBatch::Holds::cells;
    batch.series = part.series;
    const ColumnMeaning* wanted = part.variant == DocumentSource::kNoVariant ? &meaning.columns[part.column] : &meaning.variants[part.variant];
    for (std::uint32_t r = part.from; r < part.to; ++r) {
      const Cell& cell = cells[r];
      if (cell.kind != CellKind::number || (!meaning.exceptions.empty() && &meaning.at(r, part.column) != wanted)) continue;
      const Span span = source_.document_.to_file(cell.span());
      batch.push(cell.number, span.begin, static_cast<std::uint32_t>(span.size()), r, lines_.at(cell.begin),
                 source_.configs_[meaning.configs[r]], meaning.states[r]);
    }
  }

  DocumentSource& source_;
  LineCursor lines_;
};

DocumentSource::DocumentSource(const Document& document, const std::vector<TableMeaning>& meaning, const std::vector<RunConfig>& configs,
                               FactCatalog& catalog, SourceSummary summary)
    : document_(document), meaning_(meaning), summary_(std::move(summary)) {
  CHECK(meaning.size() == document.tables.size(), "a document and its meaning have the same tables");
  configs_.reserve(configs.size());
  for (const RunConfig& config : configs) configs_.push_back(catalog.config(config));
  if (configs_.empty()) configs_.push_back(catalog.config({}));
  for (std::uint32_t t = 0; t < document.tables.size(); ++t) enter_table(t, catalog);
}

void DocumentSource::enter_table(std::uint32_t t, FactCatalog& catalog) {
  const Table& table = document_.tables[t];
  tables_.push_back(catalog.table({table.kind, table.name, table.header_line}));
  for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
    const Row& row = table.rows[r];
    const bool inside = row.parent_table != Row::kNone;
    if (!inside && (row.pointer.empty() || row.pointer == fmt::format("{}/{}", table.name, r))) continue;
    catalog.place({tables_[t], r, row.pointer, inside ? tables_[row.parent_table] : Row::kNone, row.parent_row});
  }
  if (!table.rows.empty()) add_parts({t, kRows, kNoVariant, 0, 0, 0}, table.rows.size());
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) enter_column(t, c, catalog);
}

void DocumentSource::enter_column(std::uint32_t t, std::uint32_t c, FactCatalog& catalog) {
  const Column& column = document_.tables[t].columns[c];
  const TableMeaning& meaning = meaning_[t];
  if (std::none_of(column.cells.begin(), column.cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number; })) return;
  const std::uint32_t position = column.position > 0 ? column.position : c + 1;
  const auto enter = [&](std::uint32_t variant, const ColumnMeaning& means) {
    add_parts({t, c, variant, catalog.series({tables_[t], column.key, position, means}), 0, 0}, column.cells.size());
  };
  enter(kNoVariant, meaning.columns[c]);
  std::set<std::uint32_t> variants;
  for (const CellException& exception : meaning.exceptions)
    if (exception.column == c && column.cells[exception.row].kind == CellKind::number) variants.insert(exception.variant);
  for (const std::uint32_t variant : variants) enter(variant, meaning.variants[variant]);
}

void DocumentSource::add_parts(const Part& whole, std::size_t rows) {
  for (std::size_t from = 0; from < rows; from += FactBatch::kCapacity) {
    Part part = whole;
    part.from = static_cast<std::uint32_t>(from);
    part.to = static_cast<std::uint32_t>(std::min(rows, from + FactBatch::kCapacity));
    parts_.push_back(part);
  }
}

std::unique_ptr<FactReader> DocumentSource::reader() { return std::make_unique<DocumentReader>(*this); }

base::Result<SourceSummary> DocumentSource::finish() { return std::move(summary_); }

}  // namespace chimera::core
