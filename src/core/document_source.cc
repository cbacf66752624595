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
      batch.table = source_.tables_[part.table];
      batch.places = part.places;
      add_rows(part, batch);
      for (std::size_t s = part.first; s < part.last; ++s) add_cells(part, source_.series_[s], batch);
      if (part.places || batch.columns() > 0) return true;
      batch.clear();
    }
  }

 private:
  void add_rows(const DocumentSource::Part& part, FactBatch& batch) {
    const Table& table = source_.document_.tables[part.table];
    const TableMeaning& meaning = source_.meaning_[part.table];
    for (std::uint32_t r = part.from; r < part.to; ++r) {
      const Row& row = table.rows[r];
      const Span span = source_.document_.to_file(row.span);
      batch.push(r, row.line, span.begin, static_cast<std::uint32_t>(std::min<std::uint64_t>(span.size(), 0xFFFFFFFF)), source_.configs_[meaning.configs[r]], meaning.states[r]);
    }
  }

  void add_cells(const DocumentSource::Part& part, const DocumentSource::Series& series, FactBatch& batch) {
    const std::vector<Cell>& cells = source_.document_.tables[part.table].columns[series.column].cells;
    const TableMeaning& meaning = source_.meaning_[part.table];
    const ColumnMeaning* wanted = series.variant == DocumentSource::kColumn ? &meaning.columns[series.column] : &meaning.variants[series.variant];
    FactBatch::Column& column = batch.add_column(series.series, true);
    bool some = false;
    for (std::uint32_t r = part.from; r < part.to; ++r) {
      const Cell& cell = cells[r];
      if (cell.kind != CellKind::number || (!meaning.exceptions.empty() && &meaning.at(r, series.column) != wanted)) continue;
      const Span span = source_.document_.to_file(cell.span());
      column.set(r - part.from, cell.number, span.begin, static_cast<std::uint32_t>(span.size()));
      column.line[r - part.from] = lines_.at(cell.begin);
      some = true;
    }
    if (!some) batch.drop_column();
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
  const std::size_t first = series_.size();
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) enter_column(t, c, catalog);
  add_parts(t, first);
}

void DocumentSource::enter_column(std::uint32_t t, std::uint32_t c, FactCatalog& catalog) {
  const Column& column = document_.tables[t].columns[c];
  const TableMeaning& meaning = meaning_[t];
  if (std::none_of(column.cells.begin(), column.cells.end(), [](const Cell& cell) { return cell.kind == CellKind::number; })) return;
  const std::uint32_t position = column.position > 0 ? column.position : c + 1;
  const auto enter = [&](std::uint32_t variant, const ColumnMeaning& means) { series_.push_back({c, variant, catalog.series({column.key, position, means})}); };
  enter(kColumn, meaning.columns[c]);
  std::set<std::uint32_t> variants;
  for (const CellException& exception : meaning.exceptions)
    if (exception.column == c && column.cells[exception.row].kind == CellKind::number) variants.insert(exception.variant);
  for (const std::uint32_t variant : variants) enter(variant, meaning.variants[variant]);
}

// The table's series are those from `first` on.
void DocumentSource::add_parts(std::uint32_t t, std::size_t first) {
  const std::size_t rows = document_.tables[t].rows.size();
  for (std::size_t from = 0; from < rows; from += FactBatch::kRows) {
    Part part{t, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(std::min(rows, from + FactBatch::kRows)), first, first, true};
    do {
      part.first = part.last;
      part.last = std::min(series_.size(), part.first + FactBatch::kColumns);
      parts_.push_back(part);
      part.places = false;
    } while (part.last < series_.size());
  }
}

std::unique_ptr<FactReader> DocumentSource::reader() { return std::make_unique<DocumentReader>(*this); }

base::Result<SourceSummary> DocumentSource::finish() { return std::move(summary_); }

}  // namespace chimera::core
