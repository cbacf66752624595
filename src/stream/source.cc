#include "stream/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "sources/csv_shape.h"
#include "sources/json_elements.h"
#include "sources/read.h"
#include "stream/blocks.h"
#include "stream/part.h"

namespace chimera::stream {
namespace {

using core::Format;

// The beginning of a file as a document of its own.
struct Sample {
  std::string text;
  bool is_array = false;
  std::size_t begin = 0;  // of an array: offset of its first element
};

// Up to the last record that is whole.
std::string_view whole_records(std::string_view sample, bool at_end, Format declared) {
  if (at_end) return sample;
  const std::size_t cut = declared == Format::csv ? sources::csv_cut(sample) : sample.rfind('\n') + 1;
  return sample.substr(0, cut);
}

Sample sample_of(std::string_view head, bool at_end, Format declared) {
  const std::size_t begin = declared == Format::csv ? std::string_view::npos : sources::begins_array_of_objects(head);
  sources::ElementCut cut;
  if (begin != std::string_view::npos) cut = sources::cut_elements(head.substr(begin));
  // No array; or one on each line, perhaps; or an element that is longer than the sample.
  if (cut.end == 0 || cut.closed != at_end) return {std::string(whole_records(head, at_end, declared)), false, 0};
  if (at_end) return {std::string(head), true, begin};
  return {std::string(head.substr(0, begin + cut.end)) + "]", true, begin};
}

// All that stands in it are elements of the array and what these hold.
bool is_array_of_records(const core::Document& document, const core::Diagnostics& found) {
  using core::DiagnosticCode;
  const auto breaks = [](const core::Diagnostic& told) {
    return told.code == DiagnosticCode::json_syntax || told.code == DiagnosticCode::json_truncated || told.code == DiagnosticCode::json_foreign_text;
  };
  const auto is_part = [](const core::Table& table) {
    return (table.kind == core::TableKind::records && table.name.empty()) || (!table.rows.empty() && table.rows[0].parent_table != core::Row::kNone);
  };
  return document.artifact.format == Format::json && document.artifact.encoding == "UTF-8" && document.offsets.runs.empty() && !document.tables.empty() &&
         std::none_of(found.entries().begin(), found.entries().end(), breaks) && std::all_of(document.tables.begin(), document.tables.end(), is_part);
}

bool is_streamable(const core::Document& document) {
  if (document.artifact.encoding != "UTF-8" || document.tables.empty()) return false;
  // Only a mark at the beginning may stand between the text and the bytes.
  if (!document.offsets.runs.empty() || document.text.find('\n') == std::string::npos) return false;
  // What stands between records of a log is read as a text, which is read whole.
  if (std::any_of(document.tables.begin(), document.tables.end(), [](const core::Table& table) { return table.format != Format::unknown; })) return false;
  if (document.artifact.format == Format::jsonl) return true;
  if (document.artifact.format != Format::csv || document.tables.size() != 1 || document.tables[0].rows.empty() || document.tables[0].kind != core::TableKind::csv) return false;
  if (document.tables[0].whole_columns) return false;
  // Where most records are wider than the header, they are judged one by one.
  const auto header = sources::read_header(document.text, sources::detect_dialect(document.text), 0);
  return header && header->named == header->keys.size() && !header->named_by_cells;
}

// Rows begin behind the header: everything before them was read with the sample.
void begin_csv(State& state, const core::Document& sample) {
  const core::Table& table = sample.tables[0];
  state.csv.dialect = sources::detect_dialect(sample.text);
  const std::uint64_t data = table.rows[0].span.begin;
  const auto header = sources::read_header(sample.text, state.csv.dialect, 0);
  if (header && header->written()) state.csv.header = std::string(sample.at(header->records[0]));
  for (const core::Column& column : table.columns) {
    core::Column& empty = state.sample.tables[0].columns.emplace_back();
    empty.key = column.key;
    empty.unit = column.unit;
    empty.position = column.position;
    // Numbers with another unit than their column's were given one more.
    if (column.position == 0) ++state.csv_width;
  }
  state.sample.tables[0].columns.resize(state.csv_width);
  state.csv.columns.resize(state.csv_width);
  if (header) state.csv.kinds = sources::kinds_of_columns(sample.text, state.csv.dialect, *header);
  for (std::size_t c = 0; header && c < std::min(state.csv_width, header->marks.size()); ++c) state.csv.columns[c].mark = header->marks[c].mark;
  core::Document head = sample;
  head.text.resize(data);
  head.tables.clear();
  while (!head.ignored.empty() && head.ignored.back().span.begin >= data) head.ignored.pop_back();
  state.account = sources::account(head, {});
}

}  // namespace

struct Source::Shared {
  Shared(base::FileInfo listed_file, std::string where, const base::FileSystem& file_system, const facts::Interpreter& interpreter,
         core::FactCatalog& catalog, Attempt& attempt)
      : listed(std::move(listed_file)), on_disk(std::move(where)), files(file_system), state(interpreter, catalog, attempt.unfit) {}

  // Size and time are taken again after the reading: bytes that belong to no one moment are a loss, and said so.
  void note_change() {
    const auto after = files.stat(on_disk);
    if (after && after->size == listed.size && after->modified == listed.modified && blocks->size() == listed.size) return;
    state.diagnostics.add({core::DiagnosticCode::file_changed_while_read, listed.path, {}, "the file changed while it was read", "run again when nothing writes to it"});
  }

  base::FileInfo listed;
  std::string on_disk;
  const base::FileSystem& files;
  State state;
  std::unique_ptr<Blocks> blocks;
};

namespace {

tl::unexpected<base::Error> unfit(const State& state) {
  state.unfit = true;
  return base::fail(base::ErrorKind::input, fmt::format("{} begins as an array of objects and does not go on as one", state.artifact.path));
}

class Reader final : public core::FactReader {
 public:
  Reader(State& state, Blocks& blocks) : state_(state), blocks_(blocks), part_(state) {}

  [[nodiscard]] base::Result<bool> next(core::FactBatch& batch) override {
    while (!part_.next(batch)) {
      if (state_.unfit) return unfit(state_);
      TRY(const bool more, blocks_.next(block_));
      note_long_line();
      if (!more) return false;
      blocks_.add_to_digest(block_);
      part_.read(block_);
    }
    return true;
  }

 private:
  void note_long_line() {
    if (block_.too_long == 0) return;
    const std::lock_guard<std::mutex> lock(state_.long_lines_mutex);
    state_.long_lines.add({core::DiagnosticCode::line_too_long, state_.artifact.path, {block_.too_long_line, 0, 0, {}, {}},
                           fmt::format("{} bytes were passed over; lines of up to {} bytes are read", block_.too_long, Source::kLongestLine), {}});
  }

  State& state_;
  Blocks& blocks_;
  Block block_;
  Part part_;
};

}  // namespace

Source::Source(std::unique_ptr<Shared> shared) : shared_(std::move(shared)) {}
Source::~Source() = default;

base::Result<Head> Source::read_head(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                                 const facts::Interpreter& interpreter, const Options& options) {
  Head head;
  head.info = info;
  head.on_disk = on_disk;
  TRY(head.file, files.open_reader(on_disk));
  head.bytes.resize(options.sample_bytes);
  TRY(const std::size_t got, head.file->read(head.bytes.data(), head.bytes.size()));
  head.bytes.resize(got);
  Sample piece = sample_of(head.bytes, got < options.sample_bytes, sources::declared_format(info.path));
  head.is_array = piece.is_array;
  head.begin = piece.begin;
  head.sample = sources::read_document(info, std::move(piece.text), head.found);
  head.fits = head.is_array ? is_array_of_records(head.sample, head.found) : is_streamable(head.sample);
  if (head.fits) head.read = interpreter.interpret(head.sample, head.found);
  head.fits = head.fits && !head.read.needs_whole;
  return head;
}

std::unique_ptr<Source> Source::open(Head head, const base::FileSystem& files, const facts::Interpreter& interpreter,
                                                 core::FactCatalog& catalog, Attempt& attempt, const Options& options) {
  if (!head.fits) return nullptr;
  const core::Document& sample = head.sample;
  auto shared = std::make_unique<Shared>(head.info, head.on_disk, files, interpreter, catalog, attempt);
  State& state = shared->state;
  state.artifact = sample.artifact;
  state.artifact.tool = head.read.tool;
  state.sample.tables.emplace_back();
  state.tables.begin(sample, head.read, head.is_array);
  std::uint64_t begin = sample.offsets.shift;
  std::uint64_t line = 1;
  if (head.is_array) {
    state.unit = Unit::array_element;
    begin = head.begin;
    line += sources::count_bytes(std::string_view(head.bytes).substr(0, begin), '\n');
  } else if (sample.artifact.format == Format::csv) {
    state.unit = Unit::delimited_record;
    begin_csv(state, sample);
    begin = sample.offsets.to_source(sample.tables[0].rows[0].span.begin);
    line = sample.tables[0].rows[0].line;
  }
  // What concerns rows is told again as they are read.
  for (const core::Diagnostic& diagnostic : head.found.entries())
    if (diagnostic.place.line < line || diagnostic.code == core::DiagnosticCode::byte_order_mark) state.diagnostics.add(diagnostic);
  state.make_plan();
  shared->blocks = std::make_unique<Blocks>(std::move(head.file), head.bytes, begin, line, state.unit, options.block_bytes, kLongestLine);
  return std::unique_ptr<Source>(new Source(std::move(shared)));
}

base::Result<std::unique_ptr<Source>> Source::open(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                                               const facts::Interpreter& interpreter, core::FactCatalog& catalog,
                                                               Attempt& attempt, const Options& options) {
  TRY(Head head, read_head(info, on_disk, files, interpreter, options));
  return open(std::move(head), files, interpreter, catalog, attempt, options);
}

std::unique_ptr<core::FactReader> Source::reader() { return std::make_unique<Reader>(shared_->state, *shared_->blocks); }

base::Result<core::SourceSummary> Source::finish() {
  State& state = shared_->state;
  if (state.unfit || (state.is_array() && !state.closed)) return unfit(state);
  core::SourceSummary summary;
  state.artifact.size = shared_->blocks->size();
  state.artifact.digest = shared_->blocks->digest();
  const std::string& path = state.artifact.path;
  for (const Table& table : state.tables.tables()) {
    if (table.failed == 0) continue;
    state.diagnostics.add({core::DiagnosticCode::failed_row, path, table.first_failed,
                           fmt::format("{} of {} rows record a failure, not a measurement", table.failed, table.rows), {}});
  }
  if (state.nonfinite > 0)
    state.diagnostics.add({core::DiagnosticCode::table_nonfinite, path, {}, fmt::format("{} cells hold NaN or infinity", state.nonfinite), {}});
  if (state.sentinels > 0)
    state.diagnostics.add({core::DiagnosticCode::sentinel_value, path, {}, fmt::format("{} cells stand for no measurement: -1, or a time that nobody measured", state.sentinels), {}});
  state.diagnostics.append(std::move(state.long_lines));
  for (const auto& [code, more] : state.untold) state.diagnostics.add({code, path, {}, fmt::format("{} more of this kind", more), {}});
  shared_->note_change();
  summary.artifact = state.artifact;
  summary.coverage.emplace_back("fact", state.account.facts);
  summary.coverage.emplace_back("unread", state.account.unread);
  for (const auto& [reason, numbers] : state.account.ignored) summary.coverage.emplace_back(reason, numbers);
  summary.diagnostics = std::move(state.diagnostics);
  summary.diagnostics.sort();
  return summary;
}

}  // namespace chimera::stream
