#include "store/writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/sha256.h"
#include "core/hash.h"
#include "store/stored_configs.h"
#include "store/stored_meanings.h"
#include "store/embedded.h"

namespace chimera::store {
namespace {

constexpr std::size_t kPerUpdate = 5000;  // files

using core::FactSource;

// Numbers that are unique in the store.
struct Numbers {
  std::atomic<std::uint32_t> tables{0};
  std::uint32_t artifacts = 0;
  StoredConfigs configs;                 // which are shared by all of it
  StoredMeanings meanings;               // likewise
};

// What one artifact enters while its cells are read.
class ArtifactCatalog final : public core::FactCatalog {
 public:
  explicit ArtifactCatalog(Numbers& numbers) : numbers_(numbers) {}

  std::uint32_t table(const core::TableEntry& entry) override {
    const std::uint32_t id = numbers_.tables++;
    const std::lock_guard lock(mutex_);
    tables.emplace_back(id, entry);
    return id;
  }
  std::uint32_t series(const core::SeriesEntry& one) override { return numbers_.meanings.meaning(one); }
  std::uint32_t config(const core::RunConfig& config) override { return numbers_.configs.add(config); }
  std::uint32_t base(const core::RunConfig& shared, const std::vector<std::string>& names) override { return numbers_.configs.add_base(shared, names); }
  std::uint32_t configs(std::vector<core::FreeConfig> configs) override { return numbers_.configs.add(configs); }
  void place(core::RecordPlace place) override {
    const std::lock_guard lock(mutex_);
    places.push_back(std::move(place));
  }

  std::vector<std::pair<std::uint32_t, core::TableEntry>> tables;
  std::vector<core::RecordPlace> places;

 private:
  Numbers& numbers_;
  std::mutex mutex_;
};

std::string_view to_string(core::TableKind kind) {
  switch (kind) {
    case core::TableKind::object: return "object";
    case core::TableKind::records: return "records";
    case core::TableKind::keyed: return "keyed";
    case core::TableKind::series: return "series";
    case core::TableKind::csv: return "csv";
    case core::TableKind::markdown: return "markdown";
    case core::TableKind::listing: return "listing";
    case core::TableKind::transposed: return "transposed";
  }
  return "object";
}

std::string_view to_string(core::Origin origin) {
  switch (origin) {
    case core::Origin::imported: return "imported";
    case core::Origin::measured: return "measured";
    case core::Origin::written: return "written";
  }
  return "imported";
}

// One file on its way.
struct Part {
  std::uint32_t id = 0;
  IncomingFile file;
  std::unique_ptr<ArtifactCatalog> catalog;
  std::unique_ptr<FactSource> source;
  core::SourceSummary summary;
};

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// Appends rows to one table: row(appender, item) for each item.
template <class Items, class Row>
base::Result<void> append(const Connection& connection, const char* table, const Items& items, Row row) {
  TRY(Appender appender, Appender::open(connection, "stored", table));
  for (const auto& item : items) row(appender, item);
  return appender.close();
}

base::Result<void> append_artifacts(const Connection& connection, const std::vector<Part>& parts, base::Nanoseconds now) {
  TRY_VOID(append(connection, "artifacts", parts, [&](Appender& out, const Part& part) {
    const core::Artifact& artifact = part.summary.artifact;
    const bool known = artifact.digest != base::Digest{};
    const std::string hex = known ? base::to_hex(artifact.digest) : "";
    out.number(part.id).number(part.file.root).text(part.file.path).text(hex).number(core::Hash().text(hex).state()).number(part.file.size);
    out.integer(part.file.modified).integer(part.file.retry ? 0 : now).boolean(false).boolean(part.file.own).text(core::to_string(artifact.format));
    out.text(artifact.encoding).text(artifact.tool).text(to_string(artifact.origin)).end_row();
  }));
  TRY_VOID(append(connection, "contents", parts, [](Appender& out, const Part& part) {
    if (!part.file.content) return;
    std::string_view rest = *part.file.content;
    std::uint64_t piece = 0;
    do {
      out.number(part.id).number(piece++).bytes(rest.substr(0, kContentPiece)).end_row();
      rest.remove_prefix(std::min(rest.size(), kContentPiece));
    } while (!rest.empty());
  }));
  TRY_VOID(append(connection, "coverage", parts, [](Appender& out, const Part& part) {
    for (const auto& [fate, numbers] : part.summary.coverage) out.number(part.id).text(fate).number(numbers).end_row();
  }));
  return append(connection, "diagnostics", parts, [](Appender& out, const Part& part) {
    for (const core::Diagnostic& found : part.summary.diagnostics.entries()) {
      const core::DiagnosticInfo& about = core::info(found.code);
      out.number(part.id).text(about.code).text(about.name).text(core::to_string(about.severity)).number(found.place.line).number(found.place.column);
      out.number(found.place.row).text(found.place.header).text(found.place.pointer).text(found.message).text(found.hint).end_row();
    }
  });
}

base::Result<void> append_tables(const Connection& connection, const std::vector<Part>& parts) {
  TRY_VOID(append(connection, "tables", parts, [](Appender& out, const Part& part) {
    for (const auto& [id, table] : part.catalog->tables) out.number(id).number(part.id).text(to_string(table.kind)).text(table.name).number(table.header_line).end_row();
  }));
  return append(connection, "places", parts, [](Appender& out, const Part& part) {
    for (const core::RecordPlace& place : part.catalog->places) {
      out.number(place.table).number(place.row).text(place.pointer);
      if (place.parent_table == core::Row::kNone) out.null().null().end_row();
      else out.number(place.parent_table).number(place.parent_row).end_row();
    }
  });
}

// Statements that take artifacts away, with all that is known of them. `ids`: "(1,2)" or "(SELECT …)", which is asked again until they are gone.
std::string removal_of(const std::string& ids) {
  return fmt::format(
      "CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM stored.tables WHERE artifact IN {0};"
      // Only the rows of one file share a configuration without a fingerprint.
      "DELETE FROM stored.configs WHERE fingerprint IS NULL AND id IN (SELECT (cells.context >> 3) & 536870911 FROM stored.rows WHERE cells.context >> 32 IN (SELECT id FROM gone));"
      "DELETE FROM stored.rows WHERE cells.context >> 32 IN (SELECT id FROM gone);"
      "DELETE FROM stored.places WHERE \"table\" IN (SELECT id FROM gone);"
      "DELETE FROM stored.tables WHERE artifact IN {0}; DELETE FROM stored.coverage WHERE artifact IN {0};"
      "DELETE FROM stored.diagnostics WHERE artifact IN {0}; DELETE FROM stored.contents WHERE artifact IN {0};"
      "DELETE FROM stored.artifacts WHERE id IN {0}; DROP TABLE gone;",
      ids);
}

base::Result<void> remove_superseded(Connection& connection, const std::vector<Part>& parts) {
  std::vector<std::uint32_t> gone;
  for (const Part& part : parts)
    if (part.file.supersedes) gone.push_back(*part.file.supersedes);
  return gone.empty() ? base::Result<void>() : connection.run(removal_of(fmt::format("({})", fmt::join(gone, ","))));
}

std::string_view adopting_sql() {
  for (const base::EmbeddedFile& file : embedded_data())
    if (file.name == "src/store/adopt.sql") return file.bytes;
  CHECK(false, "the SQL of the store is in the program");
  return {};
}

// Files that are in both, by the places of their roots.
constexpr const char* kSameFiles =
    "(SELECT m.id FROM stored.artifacts m JOIN stored.roots r ON r.id = m.root JOIN shard.stored.artifacts s ON s.path = m.path JOIN shard.stored.roots t ON t.id = s.root AND t.place = r.place)";

// What an ingest asks of a root: known since the store was opened, for each question takes DuckDB about a millisecond.
struct KnownRoot {
  std::uint32_t id = 0;
  std::vector<base::WalkProblem> problems;  // sorted by path
};

base::Result<std::map<std::string, KnownRoot>> load_roots(Connection& connection) {
  std::map<std::string, KnownRoot> roots;
  std::unordered_map<std::uint32_t, KnownRoot*> by_id;
  TRY(Rows known, connection.query("SELECT id, place FROM stored.roots"));
  while (known.next()) {
    KnownRoot& root = roots[std::string(known.text(1))];
    root.id = static_cast<std::uint32_t>(known.number(0));
    by_id[root.id] = &root;
  }
  TRY(Rows problems, connection.query("SELECT root, kind, path, reason FROM stored.problems ORDER BY path"));
  while (problems.next()) {
    const auto root = by_id.find(static_cast<std::uint32_t>(problems.number(0)));
    if (root != by_id.end())
      root->second->problems.push_back({static_cast<base::WalkProblem::Kind>(problems.number(1)), std::string(problems.text(2)), std::string(problems.text(3))});
  }
  return roots;
}

bool is_same(const base::WalkProblem& a, const base::WalkProblem& b) { return a.kind == b.kind && a.path == b.path && a.reason == b.reason; }

}  // namespace

struct Writer::State {
  State(Store&& opened, RowFunction&& function, const base::Clock& now) : store(std::move(opened)), rows(std::move(function)), clock(now) {}
  Store store;
  RowFunction rows;
  std::map<std::string, KnownRoot> roots;  // by place
  const base::Clock& clock;
  Numbers numbers;
  bool numbers_known = false;
  bool open = false;  // a transaction
  unsigned threads = 0;  // that were asked for since it was opened; 0: none

  base::Result<Written> write(std::vector<Part>& parts);
  base::Result<void> load_numbers();
  void forget_numbers() {
    numbers_known = false;
  }
  void roll_back() {
    (void)store.connection().run("ROLLBACK");  // the error that led here is the one to tell
    forget_numbers();                          // what was numbered is not in the store
    open = false;
  }
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

base::Result<Writer> Writer::open(const std::string& path, const DuckOptions& options, const base::Clock& clock, const std::string& program, std::string_view blank) {
  TRY(Store store, Store::open_or_create(path, options, clock, program, blank));
  TRY(RowFunction rows, RowFunction::add_to(store.connection()));
  auto state = std::make_unique<State>(std::move(store), std::move(rows), clock);
  TRY(state->roots, load_roots(state->store.connection()));
  return Writer(std::move(state));
}

base::Result<void> Writer::State::load_numbers() {
  if (numbers_known) return {};
  numbers_known = true;
  Connection& connection = store.connection();
  TRY(Rows next, connection.query("SELECT (SELECT coalesce(max(id) + 1, 0) FROM stored.artifacts), (SELECT coalesce(max(id) + 1, 0) FROM stored.tables)"));
  if (next.next()) {
    numbers.artifacts = static_cast<std::uint32_t>(next.number(0));
    numbers.tables = static_cast<std::uint32_t>(next.number(1));
  }
  TRY_VOID(numbers.meanings.load(connection));
  return numbers.configs.load(connection);
}

base::Result<std::uint32_t> Writer::root(const StoredRoot& root) {
  const auto known = state_->roots.find(root.place);
  if (known != state_->roots.end()) return known->second.id;
  const auto id = static_cast<std::uint32_t>(state_->roots.size());  // none is ever taken out
  TRY_VOID(state_->store.connection().run(fmt::format("INSERT INTO stored.roots VALUES ({}, {}, {}, {}, {})", id, quoted(root.typed), quoted(root.place), quoted(root.name), root.is_file)));
  state_->roots[root.place].id = id;
  return id;
}

base::Result<std::vector<StoredArtifact>> Writer::artifacts() {
  TRY(Rows rows, state_->store.connection().query("SELECT id, root, path, digest <> '', size, modified, ingested, deleted, own FROM stored.artifacts"));
  std::vector<StoredArtifact> all;
  while (rows.next())
    all.push_back({static_cast<std::uint32_t>(rows.number(0)), static_cast<std::uint32_t>(rows.number(1)), std::string(rows.text(2)), rows.boolean(3),
                   rows.number(4), rows.integer(5), rows.integer(6), rows.boolean(7), rows.boolean(8)});
  return all;
}

base::Result<std::unordered_map<std::uint32_t, std::string>> Writer::digests() {
  TRY(Rows rows, state_->store.connection().query("SELECT id, digest FROM stored.artifacts"));
  std::unordered_map<std::uint32_t, std::string> all;
  while (rows.next()) all.emplace(static_cast<std::uint32_t>(rows.number(0)), rows.text(1));
  return all;
}

base::Result<Written> Writer::State::write(std::vector<Part>& parts) {
  Connection& connection = store.connection();
  std::vector<FactSource*> sources;
  for (Part& part : parts) {
    part.source = part.file.open(*part.catalog);
    sources.push_back(part.source.get());
  }
  TRY_VOID(remove_superseded(connection, parts));
  TRY(const std::uint64_t count, rows.insert(connection, sources, numbers.meanings));
  for (Part& part : parts) {
    TRY(part.summary, part.source->finish());
  }
  TRY_VOID(append_artifacts(connection, parts, clock.wall()));
  TRY_VOID(append_tables(connection, parts));
  TRY_VOID(numbers.meanings.write(connection));
  TRY_VOID(numbers.configs.write(connection));
  Written written{count, {}};
  for (Part& part : parts) written.summaries.push_back(std::move(part.summary));
  return written;
}

base::Result<Written> Writer::write(std::vector<IncomingFile> files, Commit commit) {
  TRY_VOID(state_->load_numbers());
  std::vector<Part> parts;
  parts.reserve(files.size());
  for (IncomingFile& file : files)
    parts.push_back({state_->numbers.artifacts++, std::move(file), std::make_unique<ArtifactCatalog>(state_->numbers), nullptr, {}});
  if (!state_->open) TRY_VOID(state_->store.connection().run("BEGIN"));
  state_->open = true;
  auto written = state_->write(parts);
  if (!written) state_->roll_back();
  else if (commit == Commit::now) TRY_VOID(this->commit());
  return written;
}

base::Result<void> Writer::commit() {
  if (!state_->open) return {};
  auto done = state_->store.connection().run("COMMIT");
  if (done) state_->open = false;
  else state_->roll_back();
  return done;
}

base::Result<void> Writer::commit_last() {
  if (!state_->open) return {};
  // A commit that is larger than this is not written to the log, but checkpointed.
  TRY_VOID(state_->store.connection().run("SET checkpoint_threshold = '1KB'"));
  return commit();
}

base::Result<void> Writer::use_threads(unsigned threads) {
  if (threads == std::exchange(state_->threads, threads)) return {};
  return state_->store.connection().run(fmt::format("SET threads = {}", threads));
}

base::Result<Adopted> Writer::adopt_attached(const std::string& shard) {
  Connection& connection = state_->store.connection();
  auto meta = connection.query("SELECT version, (SELECT count(*) FROM shard.stored.artifacts) FROM shard.stored.meta");
  if (!meta || !meta->next() || meta->number(0) != kSchemaVersion)
    return base::fail(base::ErrorKind::input, fmt::format("{} is no store of this version of chimera", shard), "nothing was changed");
  Adopted adopted;
  adopted.files = meta->number(1);
  std::vector<StoredRoot> roots;
  {
    TRY(Rows rows, connection.query("SELECT typed, place, name, is_file FROM shard.stored.roots ORDER BY id"));
    while (rows.next()) roots.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)), rows.boolean(3)});
  }
  for (const StoredRoot& one : roots) {
    TRY(const std::uint32_t id, root(one));
    static_cast<void>(id);
  }
  {
    TRY(Rows same, connection.query(fmt::format("SELECT count(*) FROM {}", kSameFiles)));
    if (same.next()) adopted.replaced = same.number(0);
    TRY(Rows fates, connection.query("SELECT fate, sum(numbers)::UBIGINT FROM shard.stored.coverage GROUP BY fate ORDER BY fate"));
    while (fates.next()) adopted.coverage.emplace_back(fates.text(0), fates.number(1));
  }
  TRY_VOID(state_->load_numbers());
  // Looking for cells to take away reads all there are, which would make many shards slow for nothing.
  const auto done = connection.run(fmt::format("BEGIN; CREATE OR REPLACE TEMP TABLE adopting AS SELECT {}::UINTEGER AS artifacts, {}::UINTEGER AS tables, {}::UINTEGER AS configs; {} {} DROP TABLE adopting; COMMIT;",
                                               state_->numbers.artifacts, state_->numbers.tables.load(), state_->numbers.configs.next(), adopted.replaced > 0 ? removal_of(kSameFiles) : std::string(), adopting_sql()));
  state_->forget_numbers();
  if (done) return adopted;
  (void)connection.run("ROLLBACK");  // the error that led here is the one to tell
  return tl::make_unexpected(done.error());
}

base::Result<Adopted> Writer::adopt(const std::string& shard) {
  Connection& connection = state_->store.connection();
  auto attached = connection.run(fmt::format("ATTACH {} AS shard (READ_ONLY)", quoted(shard)));
  if (!attached) return base::fail(base::ErrorKind::input, fmt::format("cannot open the store {}: {}", shard, attached.error().message));
  auto adopted = adopt_attached(shard);
  (void)connection.run("DETACH shard");  // its file stays readable either way
  return adopted;
}

base::Result<void> Writer::note(std::uint32_t root, const Seen& seen) {
  const auto place = std::find_if(state_->roots.begin(), state_->roots.end(), [&](const auto& one) { return one.second.id == root; });
  CHECK(place != state_->roots.end(), "what is noted belongs to a root of the store");
  std::vector<base::WalkProblem>& known = place->second.problems;
  const bool same = std::equal(known.begin(), known.end(), seen.problems.begin(), seen.problems.end(), is_same);
  // A transaction costs a sync of the disk: none where there is nothing to note.
  if (seen.deleted.empty() && seen.unchanged.empty() && same) return {};
  std::string sql = "BEGIN;";
  if (!seen.deleted.empty()) sql += fmt::format("UPDATE stored.artifacts SET deleted = true WHERE id IN ({});", fmt::join(seen.deleted, ","));
  for (std::size_t first = 0; first < seen.unchanged.size(); first += kPerUpdate) {  // a statement for each file would take seconds over thousands
    std::string rows;
    for (std::size_t i = first; i < std::min(seen.unchanged.size(), first + kPerUpdate); ++i) rows += fmt::format("{}({}, {})", rows.empty() ? "" : ",", seen.unchanged[i], seen.times[i]);
    sql += fmt::format("UPDATE stored.artifacts SET deleted = false, modified = seen.modified, ingested = {} FROM (VALUES {}) AS seen(id, modified) WHERE artifacts.id = seen.id;", state_->clock.wall(), rows);
  }
  sql += fmt::format("DELETE FROM stored.problems WHERE root = {};", root);
  for (const base::WalkProblem& problem : seen.problems)
    sql += fmt::format("INSERT INTO stored.problems VALUES ({}, {}, {}, {});", root, static_cast<int>(problem.kind), quoted(problem.path), quoted(problem.reason));
  const auto done = state_->store.connection().run(sql + "COMMIT");
  if (done) known = seen.problems;
  else (void)state_->store.connection().run("ROLLBACK");
  return done;
}

}  // namespace chimera::store
