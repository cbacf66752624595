// What the run that wrote a report recorded of itself: dates, inventory, settings, metrics.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "text/words.h"

namespace chimera::claims {

// Counts of files as a tool printed them: "Total files analyzed: 101", "CSV Files (28)".
struct FileCounts {
  std::optional<std::uint64_t> total;
  std::map<std::string, std::uint64_t> by_type;  // lower case: "csv", "json", "markdown"
  [[nodiscard]] bool empty() const { return !total && by_type.empty(); }
};
// Nothing where the text has no such lines.
[[nodiscard]] FileCounts read_file_counts(std::string_view text);

struct RunRecord {
  std::string path;
  std::vector<text::Date> dates;                // when it ran
  FileCounts files;
  std::vector<text::Date> file_dates;           // last modifications, as its inventory lists them
  std::map<std::string, std::string> settings;  // num_gpu, num_ctx, temperature, model, …
};

// Reads a record in any JSON layout by its keys. `report`: the report's name; where the record holds several agents or
// variants ("collector", "insight", "baseline"), those whose name is not in it are left aside.
[[nodiscard]] RunRecord read_run_record(const core::Document& document, std::string_view report);

}  // namespace chimera::claims
