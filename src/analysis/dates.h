// Dates that artifacts carry themselves: in their file names, in cells that say when, in their prose.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/corpus.h"

namespace chimera::analysis {

// The first calendar date of a text, as "2025-10-02": ISO dates and the compact form that file names use
// ("20251002-151204"). Nothing where no date of the years 1990 to 2099 stands there with non-digits around it.
[[nodiscard]] std::optional<std::string> find_date(std::string_view text);

// "2025-09-28" for seconds, milliseconds, microseconds or nanoseconds since 1970 that fall into the years 2001 to 2099.
[[nodiscard]] std::optional<std::string> date_of_epoch(double value);

struct DateRange {
  std::string first;  // "2025-09-28"; empty where there is none
  std::string last;
};

// What one document says of its own time: cells of time columns, then its file name, then (of Markdown and text) the
// dates in its prose; the first of these that has any.
[[nodiscard]] DateRange dates_of(const core::Corpus& corpus, core::DocumentId id);

}  // namespace chimera::analysis
