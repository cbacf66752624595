#include "sources/csv_labelled.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plaintext/benchstat.h"
#include "plaintext/spans.h"
#include "plaintext/unit_columns.h"
#include "plaintext/written_cell.h"
#include "sources/csv_records.h"

namespace chimera::sources {
namespace {

constexpr std::size_t kReach = 4096;  // bytes in which the first block begins
constexpr std::string_view kInterval = "CI";

// What one of the files has in a block.
struct Labelled {
  core::Span label;
  std::size_t value = 0;  // its columns: the values, and behind them their intervals
};

class Reader {
 public:
  Reader(core::Document& document, char delimiter) : document_(document), text_(document.text), reader_(text_, delimiter) {}

  bool read() {
    RawRecord above;
    RawRecord record;
    while (reader_.next(record)) {
      if (const auto files = header(above, record)) {
        end_table();
        // The names of files are cells.
        if (!ignored_.empty() && ignored_.back().span.begin == above.span.begin) ignored_.pop_back();
        begin_table(record, *files);
      } else if (record.blank() || read_context(record)) {
      } else if (columns_ && !record.cells[0].empty()) {
        read_row(record);
      } else {
        ignored_.push_back({record.span, columns_ ? "key" : "preamble"});
      }
      std::swap(above, record);
    }
    end_table();
    if (tables_.empty()) return false;
    document_.ignored.insert(document_.ignored.end(), ignored_.begin(), ignored_.end());
    document_.tables = std::move(tables_);
    return true;
  }

 private:
  [[nodiscard]] std::string_view at(const RawRecord& record, std::size_t c) const {
    return c < record.cells.size() ? text_.substr(record.cells[c].begin, record.cells[c].end - record.cells[c].begin) : std::string_view();
  }

  // "pkg: a/b" above a block: what all blocks below it are of, until it is said again.
  bool read_context(const RawRecord& record) {
    const std::string_view said = text_.substr(record.span.begin, record.span.size());
    const std::size_t colon = said.find(": ");
    if (colon == std::string_view::npos || colon == 0 || said.substr(0, colon).find_first_of(" ,") != std::string_view::npos) return false;
    end_table();
    const std::string name(said.substr(0, colon));
    const auto known = std::find_if(context_.begin(), context_.end(), [&](const auto& each) { return each.first == name; });
    const core::Span value{record.span.begin + colon + 2, record.span.end};
    if (known == context_.end()) context_.emplace_back(name, value);
    else known->second = value;
    return true;
  }

  // Names of files above "x/op,CI" of one quantity, an empty first cell in front of both.
  [[nodiscard]] std::optional<std::vector<Labelled>> header(const RawRecord& above, const RawRecord& record) const {
    if (record.cells.size() < 3 || above.cells.size() != record.cells.size() || !record.cells[0].empty() || !above.cells[0].empty()) return std::nullopt;
    std::vector<Labelled> files;
    for (std::size_t c = 1; c + 1 < record.cells.size(); ++c) {
      if (at(record, c + 1) != kInterval) continue;
      if (!plaintext::is_measured_per_operation(at(record, c)) || at(record, c) != at(record, 1)) return std::nullopt;
      files.push_back({above.cells[c].span(), c});
    }
    return files.empty() || files.front().value != 1 ? std::nullopt : std::optional(std::move(files));
  }

  void begin_table(const RawRecord& record, std::vector<Labelled> files) {
    files_ = std::move(files);
    const std::string metric(at(record, 1));
    unit_ = plaintext::unit_per_operation(metric);
    const std::string key = plaintext::key_per_operation(metric);
    columns_.emplace(core::TableKind::records, std::string());
    columns_->add_column("Benchmark", {});
    columns_->add_column("variant", {});
    columns_->add_column(key + "/median", {});
    columns_->add_column(key + "/\xC2\xB1", {});
    for (const auto& [name, value] : context_) columns_->add_column(name, {});
    ignored_.push_back({record.span, "key"});
  }

  void read_row(const RawRecord& record) {
    if (at(record, 0) == "geomean") return;
    for (const Labelled& file : files_) {
      if (at(record, file.value).empty()) continue;
      const core::Span value = record.cells[file.value].span();
      plaintext::WrittenCell written = plaintext::read_written_cell(text_, value);
      if (written.cell.kind != core::CellKind::number || written.cell.size != value.size()) continue;
      written.unit = unit_;
      columns_->add_row(plaintext::row_at(document_, record.span));
      columns_->put(0, {plaintext::text_cell(record.cells[0].span()), {}, {}});
      columns_->put(1, {plaintext::text_cell(file.label), {}, {}});
      columns_->put(2, written);
      for (std::size_t c = 0; c < context_.size(); ++c) columns_->put(4 + c, {plaintext::text_cell(context_[c].second), {}, {}});
      if (!at(record, file.value + 1).empty()) columns_->put(3, plaintext::read_written_cell(text_, record.cells[file.value + 1].span()));
    }
  }

  void end_table() {
    if (columns_ && columns_->row_count() > 0) tables_.push_back(columns_->finish());
    columns_.reset();
  }

  core::Document& document_;
  std::string_view text_;
  RecordReader reader_;
  std::optional<plaintext::UnitColumns> columns_;
  std::vector<Labelled> files_;
  std::string_view unit_;
  std::vector<core::Table> tables_;
  std::vector<std::pair<std::string, core::Span>> context_;
  std::vector<core::Ignored> ignored_;
};

}  // namespace

bool read_labelled_blocks(core::Document& document, char delimiter) {
  const std::size_t interval = std::string_view(document.text).substr(0, kReach).find(delimiter + std::string(kInterval));
  return interval != std::string_view::npos && Reader(document, delimiter).read();
}

}  // namespace chimera::sources
