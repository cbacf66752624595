#include "core/corpus.h"

#include <algorithm>

#include "base/check.h"

namespace chimera::core {
namespace {

bool has_role(const std::vector<Role>& roles, Role role) { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

}  // namespace

DocumentId Corpus::add(Document document, std::vector<TableMeaning> meaning, std::vector<RunConfig> configs) {
  CHECK(meaning.size() == document.tables.size(), "a document and its meaning have the same tables");
  CHECK(artifacts_.empty() || artifacts_.back().path < document.artifact.path, "documents are added in order of path");
  std::vector<std::uint32_t> shared;
  shared.reserve(configs.size());
  for (RunConfig& config : configs) {
    const auto [entry, fresh] = config_index_.emplace(config.fingerprint(), static_cast<std::uint32_t>(configs_.size()));
    if (fresh) configs_.push_back(std::move(config));
    shared.push_back(entry->second);
  }
  for (TableMeaning& table : meaning)
    for (std::uint32_t& config : table.configs) config = shared[config];
  artifacts_.push_back(document.artifact);
  hex_.push_back(base::to_hex(document.artifact.digest));
  documents_.push_back(std::move(document));
  meanings_.push_back(std::move(meaning));
  return {static_cast<std::uint32_t>(documents_.size() - 1)};
}

FactId Corpus::id(const CellRef& cell) const {
  const Document& in = document(cell.document);
  const FactId id = fact_id(hex_[cell.document.value], in.to_file(in.cell(cell).span()));
  const std::lock_guard lock(known_->mutex);
  known_->cells.emplace(id, cell);
  return id;
}

Fact Corpus::fact(const CellRef& ref) const {
  const Document& in = document(ref.document);
  const Cell& cell = in.cell(ref);
  CHECK(cell.kind == CellKind::number, "a fact is a number");
  const TableMeaning& meaning = meanings_[ref.document.value][ref.table];
  const ColumnMeaning& column = meaning.at(ref.row, ref.column);
  Fact fact;
  fact.id = id(ref);
  fact.metric = column.metric;
  fact.definition = column.definition;
  fact.statistic = column.statistic;
  fact.value = {cell.number, column.unit, cell.decimals};
  fact.raw = std::string(in.at(cell.span()));
  fact.config = configs_.empty() ? RunConfig{} : configs_[meaning.configs[ref.row]];
  fact.provenance = column.provenance;
  fact.state = meaning.states[ref.row];
  fact.role = column.role;
  fact.rule = column.rule;
  fact.evidence = {SourceRef{in.artifact.path, in.to_file(cell.span()), in.place(ref)}};
  return fact;
}

void Corpus::for_each_cell(const std::vector<Role>& roles, const std::function<void(const CellRef&)>& visit) const {
  for (std::uint32_t d = 0; d < documents_.size(); ++d) {
    for (std::uint32_t t = 0; t < documents_[d].tables.size(); ++t) {
      const Table& table = documents_[d].tables[t];
      for (std::uint32_t r = 0; r < table.rows.size(); ++r)
        for (std::uint32_t c = 0; c < table.columns.size(); ++c)
          if (table.columns[c].cells[r].kind == CellKind::number && has_role(roles, meanings_[d][t].at(r, c).role))
            visit(CellRef{DocumentId{d}, t, r, c});
    }
  }
}

std::optional<Fact> Corpus::find(FactId id) const {
  std::optional<CellRef> cell;
  {
    const std::lock_guard lock(known_->mutex);
    if (const auto known = known_->cells.find(id); known != known_->cells.end()) cell = known->second;
  }
  if (!cell) return std::nullopt;
  return fact(*cell);
}

void Corpus::for_each(const FactFilter& filter, const std::function<bool(const Fact&)>& visit) const {
  for (std::uint32_t d = 0; d < documents_.size(); ++d) {
    if (!filter.path.empty() && documents_[d].artifact.path != filter.path) continue;
    for (std::uint32_t t = 0; t < documents_[d].tables.size(); ++t) {
      const Table& table = documents_[d].tables[t];
      for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
        for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
          const ColumnMeaning& column = meanings_[d][t].at(r, c);
          if (table.columns[c].cells[r].kind != CellKind::number || !has_role(filter.roles, column.role)) continue;
          if (!filter.metric.empty() && column.metric != filter.metric) continue;
          if (!visit(fact(CellRef{DocumentId{d}, t, r, c}))) return;
        }
      }
    }
  }
}

std::string Corpus::bytes(const SourceRef& source) const {
  const auto at = std::lower_bound(artifacts_.begin(), artifacts_.end(), source.path,
                                   [](const Artifact& a, const std::string& path) { return a.path < path; });
  if (at == artifacts_.end() || at->path != source.path) return {};
  const Document& in = documents_[static_cast<std::size_t>(at - artifacts_.begin())];
  const std::uint64_t begin = in.offsets.to_decoded(source.bytes.begin);
  const std::uint64_t end = in.offsets.to_decoded(source.bytes.end);
  if (begin > end || end > in.text.size()) return {};
  return std::string(in.at({begin, end}));
}

}  // namespace chimera::core
