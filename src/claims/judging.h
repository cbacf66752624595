// What the judges of foreign reports share: the text, its sayings, the evidence, and how claims are begun and compared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/binder.h"
#include "claims/run_record.h"
#include "claims/values.h"
#include "claims/verdicts.h"

namespace chimera::claims {

struct Judging {
  std::string_view text;
  const Scan& scan;
  const std::vector<Saying>& sayings;
  const Evidence& evidence;
  const RunRecord* run = nullptr;
  std::vector<bool> quoting;  // documents that hold sentences of the report itself: no witnesses for its words

  // Whether the run says that it read nothing.
  [[nodiscard]] bool read_nothing() const { return run != nullptr && run->files.total && *run->files.total == 0; }
  [[nodiscard]] const Mention& mention(std::size_t index) const { return scan.mentions[index]; }
  [[nodiscard]] std::string_view at(core::Span span) const { return text.substr(span.begin, span.size()); }
  [[nodiscard]] Verdict begin(ClaimKind kind, core::Span span) const;
  [[nodiscard]] Verdict begin(ClaimKind kind, const Mention& mention) const;
};

// Documents that hold sentences of the report: records of its run, copies with another head.
[[nodiscard]] std::vector<bool> find_quoting(std::string_view text, const std::vector<Saying>& sayings, const Evidence& evidence);

// The piece that the mention's digits begin in, or the number of pieces.
[[nodiscard]] std::size_t piece_at(const Saying& saying, std::uint64_t offset);

// Documents that file names in the saying mean, in order; empty where it names none that exist.
[[nodiscard]] std::vector<std::uint32_t> files_in(const Judging& judging, const Saying& saying);

// The table as the number at piece `at` is to read it: of several names of one kind the one in brackets behind it is its own, as in
// "72.5 tok/s (1 thread), 74.5 tok/s (2 threads)".
[[nodiscard]] SheetView with_own_names(const Judging& judging, const SheetView& view, const Saying& saying, std::size_t at);

// The unit a number is stated in: its own, or that of the header of its column; null where none is written.
[[nodiscard]] core::UnitPtr stated_unit(const Judging& judging, const Saying& saying, const Mention& mention);

// The other end of a range that the mention is an end of, "0.05 - 0.5 s"; null where it is none.
[[nodiscard]] const Mention* range_partner(const Judging& judging, const Saying& saying, const Mention& mention);

enum class Fit { equal, different, other_dimension };
// Whether the stated number in `unit` (null: none written) is the candidate's value as displayed.
[[nodiscard]] Fit fit(const Mention& stated, core::UnitPtr unit, const Candidate& candidate);

// "77.53 tok/s", "5.77 s (max of 36 rows)".
[[nodiscard]] std::string shown(const Candidate& candidate);

// The statistics that the saying states about the number at piece `at`, outermost first.
[[nodiscard]] std::vector<core::Statistic> statistics_about(const Judging& judging, const Saying& saying, std::size_t at,
                                                            const ColumnPhrase* phrase, const std::vector<bool>& taken);

// A wish, a plan, a possibility, also by the heading it stands under: nothing there is meant as a fact. What "might" says is
// so for what follows it alone: of the bytes from `before` on.
[[nodiscard]] bool is_hypothetical(const Judging& judging, const Saying& saying, std::uint64_t before = ~std::uint64_t{0});
// Called an example: whatever it names may be made up openly.
[[nodiscard]] bool is_sample(const Judging& judging, const Saying& saying);
// Speaks of what its author computed from other numbers.
[[nodiscard]] bool speaks_of_derived(const Saying& saying);

// "11.8 % faster", "1.6 times higher": a relation between two values, which the author computed.
[[nodiscard]] bool is_compared(const Judging& judging, const Saying& saying, const Mention& mention);

// Digits that say something: not leading zeros, not trailing ones of a whole number.
[[nodiscard]] int significant_digits(std::string_view digits);
// A dimension that only something measured has: not a count, a share or a bare number.
[[nodiscard]] bool is_measure(core::Dimension d);

}  // namespace chimera::claims
