// Everything that was read: the documents, what their tables mean, and the facts in them, in memory.
//
// Owns all of it. Threads: several may call const members at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"
#include "core/fact.h"
#include "core/lookup.h"

namespace chimera::core {

class Corpus final : public FactLookup {
 public:
  // Documents must be added in order of path (bytewise), each path once. `meaning` is parallel to the
  // document's tables, and its configs index `configs`, whose entries are shared between documents by fingerprint.
  DocumentId add(Document document, std::vector<TableMeaning> meaning, std::vector<RunConfig> configs);

  [[nodiscard]] const std::vector<Document>& documents() const { return documents_; }
  [[nodiscard]] const Document& document(DocumentId id) const { return documents_[id.value]; }
  [[nodiscard]] const std::vector<TableMeaning>& meaning(DocumentId id) const { return meanings_[id.value]; }
  [[nodiscard]] const RunConfig& config(ConfigId id) const { return configs_[id.value]; }
  [[nodiscard]] const std::vector<RunConfig>& configs() const { return configs_; }

  // The fact at a cell. CHECKs that the cell holds a number and re-reads it from the bytes (law 1).
  [[nodiscard]] Fact fact(const CellRef& cell) const;
  [[nodiscard]] FactId id(const CellRef& cell) const;
  // Calls `visit` for every cell that is a fact of one of `roles`, in order of document, table, row, column.
  void for_each_cell(const std::vector<Role>& roles, const std::function<void(const CellRef&)>& visit) const;

  [[nodiscard]] std::optional<Fact> find(FactId id) const override;
  void for_each(const FactFilter& filter, const std::function<bool(const Fact&)>& visit) const override;
  [[nodiscard]] const std::vector<Artifact>& artifacts() const override { return artifacts_; }
  [[nodiscard]] std::string bytes(const SourceRef& source) const override;

  Diagnostics diagnostics;

 private:
  std::vector<Document> documents_;
  std::vector<std::vector<TableMeaning>> meanings_;
  std::vector<RunConfig> configs_;
  std::unordered_map<std::uint64_t, std::uint32_t> config_index_;
  std::vector<Artifact> artifacts_;
  std::vector<std::string> hex_;  // of each artifact's digest
  // Ids handed out by id(), so that find() is a lookup. On the heap, so that a corpus can be moved.
  struct Known {
    std::mutex mutex;
    std::unordered_map<FactId, CellRef> cells;
  };
  std::unique_ptr<Known> known_ = std::make_unique<Known>();
};

}  // namespace chimera::core
