// What a name says about the number under it: metric, definition, statistic, unit. Values are not looked at here.
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "facts/catalog.h"
#include "facts/name_parts.h"

namespace chimera::facts {

struct NameReading;

// What names were read as, for the next document: many files have the same columns. Forgets nothing, and takes nothing
// more when it is full. Threads: any.
class NameMemory {
 public:
  // `path` and `written` as read_name() is given them; null where that was not read yet.
  [[nodiscard]] std::shared_ptr<const NameReading> find(const std::vector<std::string>& path, core::UnitPtr written) const;
  void add(const std::vector<std::string>& path, core::UnitPtr written, const NameReading& reading);

 private:
  static constexpr std::size_t kMost = 1U << 14U;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const NameReading>> readings_;
};

// Takes every name apart once: the columns of a document share most pieces of their paths.
class NameParts {
 public:
  explicit NameParts(const Catalog& catalog, NameMemory* memory = nullptr, Percentiles percentiles = Percentiles::any)
      : catalog_(catalog), memory_(memory), percentiles_(percentiles) {}
  [[nodiscard]] NameMemory* memory() const { return memory_; }
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  // Stays valid as long as this object.
  const NamePart& of(const std::string& name);

 private:
  const Catalog& catalog_;
  NameMemory* memory_;  // of all documents that are read with this catalog
  Percentiles percentiles_;
  std::unordered_map<std::string, NamePart> parts_;
};

struct NameReading {
  const MetricEntry* metric = nullptr;
  std::string definition;                    // "ttft", "ttft:cold", "itl:chunk_gap"
  std::optional<core::Statistic> statistic;
  core::UnitPtr unit = nullptr;
  std::string unknown_unit;
  bool standard_error = false;               // the definition says so where a metric is known
  bool odd_percentile = false;               // of the name itself, not of an object that is called like a metric
  const SettingEntry* setting = nullptr;     // set only where no metric of the whole name is
  bool chosen = false;                       // stands inside "settings", "options", …
  bool picked = false;                       // stands inside "best_config", "winner", …: with the settings of one of several what it measured
  bool surroundings = false;                 // stands inside "environment", "model", …
  std::string leaf;                          // words of the last piece that says something: "prompt index"
  std::string own_name;                      // that, as a key of its own, without statistic words: "queue_depth"
  std::string full_name;                     // with them: "max_queue_depth"
  std::string parent;                        // words of the piece before it
};

// `path` from the outermost piece to the name itself; at least one piece. Every order of statistic and unit words is
// understood ("mean_ttft_ms", "ttft/p50", "latency_percentiles/p99"), a parent completes its child ("gpu/memory_used").
// `written` is the unit that stands with the values, null where none does; it takes precedence over the name's.
[[nodiscard]] NameReading read_name(NameParts& names, const std::vector<std::string>& path, core::UnitPtr written);
[[nodiscard]] NameReading read_name(const Catalog& catalog, const std::vector<std::string>& path, core::UnitPtr written);

// The same where "P40" and "P100" are what devices or prompts are called: of percentiles only the usual ones count.
[[nodiscard]] NameReading read_labelled(const Catalog& catalog, const std::vector<std::string>& path, core::UnitPtr written);

// "a/b/c" into its pieces; array positions and "*" are left out.
[[nodiscard]] std::vector<std::string> split_path(std::string_view path);

}  // namespace chimera::facts
