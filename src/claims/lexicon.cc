#include "claims/lexicon.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/one_of.h"

namespace chimera::claims {
namespace {

using Entry = std::pair<std::string_view, Comparison>;

// Sorted by word.
constexpr std::array kComparisons = {
    Entry{"best", {Sense::better, true}},        Entry{"better", {Sense::better, false}},
    Entry{"comparable", {Sense::same, false}},   Entry{"decreased", {Sense::less, false}},
    Entry{"decreases", {Sense::less, false}},    Entry{"degraded", {Sense::worse, false}},
    Entry{"degrades", {Sense::worse, false}},    Entry{"doubled", {Sense::more, false}},
    Entry{"doubles", {Sense::more, false}},      Entry{"exceeded", {Sense::more, false}},
    Entry{"exceeds", {Sense::more, false}},      Entry{"faster", {Sense::faster, false}},
    Entry{"fastest", {Sense::faster, true}},     Entry{"fewest", {Sense::less, true}},
    Entry{"greater", {Sense::more, false}},      Entry{"greatest", {Sense::more, true}},
    Entry{"halved", {Sense::less, false}},       Entry{"higher", {Sense::more, false}},
    Entry{"highest", {Sense::more, true}},       Entry{"improved", {Sense::better, false}},
    Entry{"improvement", {Sense::better, false}}, Entry{"improves", {Sense::better, false}},
    Entry{"increased", {Sense::more, false}},    Entry{"increases", {Sense::more, false}},
    Entry{"indistinguishable", {Sense::same, false}}, Entry{"larger", {Sense::more, false}},
    Entry{"largest", {Sense::more, true}},       Entry{"longer", {Sense::more, false}},
    Entry{"longest", {Sense::more, true}},       Entry{"lower", {Sense::less, false}},
    Entry{"lowest", {Sense::less, true}},        Entry{"optimal", {Sense::better, true}},
    Entry{"outperformed", {Sense::better, false}}, Entry{"outperforms", {Sense::better, false}},
    Entry{"quicker", {Sense::faster, false}},    Entry{"quickest", {Sense::faster, true}},
    Entry{"reduced", {Sense::less, false}},      Entry{"reduces", {Sense::less, false}},
    Entry{"reduction", {Sense::less, false}},    Entry{"shorter", {Sense::less, false}},
    Entry{"shortest", {Sense::less, true}},      Entry{"similar", {Sense::same, false}},
    Entry{"slower", {Sense::slower, false}},     Entry{"slowest", {Sense::slower, true}},
    Entry{"smaller", {Sense::less, false}},      Entry{"smallest", {Sense::less, true}},
    Entry{"speedup", {Sense::faster, false}},    Entry{"stronger", {Sense::better, false}},
    Entry{"top", {Sense::better, true}},
    Entry{"unchanged", {Sense::same, false}},    Entry{"weaker", {Sense::worse, false}},
    Entry{"winner", {Sense::better, true}},      Entry{"worse", {Sense::worse, false}},       Entry{"worst", {Sense::worse, true}},
};

constexpr std::array kWithThan = {
    Entry{"above", {Sense::more, false}}, Entry{"below", {Sense::less, false}}, Entry{"fewer", {Sense::less, false}},
    Entry{"less", {Sense::less, false}},  Entry{"more", {Sense::more, false}},
};

constexpr std::array kNumberWords = std::to_array<std::pair<std::string_view, double>>({
    {"double", 2}, {"dozen", 12}, {"eight", 8}, {"eighteen", 18}, {"eighty", 80}, {"eleven", 11}, {"fifteen", 15}, {"fifty", 50},
    {"five", 5}, {"forty", 40}, {"four", 4}, {"fourteen", 14}, {"half", 0.5}, {"hundred", 100}, {"million", 1e6},
    {"nine", 9}, {"nineteen", 19}, {"ninety", 90}, {"quadruple", 4}, {"seven", 7}, {"seventeen", 17}, {"seventy", 70},
    {"six", 6}, {"sixteen", 16}, {"sixty", 60}, {"ten", 10}, {"thirteen", 13}, {"thirty", 30}, {"thousand", 1000},
    {"three", 3}, {"thrice", 3}, {"triple", 3}, {"twelve", 12}, {"twenty", 20}, {"twice", 2}, {"two", 2},
});

constexpr std::array kApproximations = std::to_array<std::string_view>({"about",  "almost",  "approximately", "approx",
                                                             "around", "circa", "nearly", "roughly"});

constexpr std::array kCounted = std::to_array<std::string_view>({
    "artifact", "artifacts", "case",    "cases",   "configuration", "configurations", "copies", "copy",  "document",
    "documents", "error",    "errors",  "factor",  "factors",       "file",           "files",  "level", "levels",
    "line",     "lines",     "measurement", "measurements", "model", "models",        "prompt", "prompts", "repetition",
    "repetitions", "request", "requests", "row",    "rows",         "run",            "runs",   "sample", "samples",
    "times"});

constexpr std::array kExtensions = std::to_array<std::string_view>({
    "bin",  "bz2", "cc",   "cfg",  "cpp",  "csv", "db",  "gguf", "gz",  "html", "ini", "ipynb", "jpg", "json", "jsonl",
    "log",  "md",  "out",  "parquet", "pdf", "png", "py", "rs",  "sh",  "tsv",  "txt", "xml",   "yaml", "yml"});

constexpr std::array kDenials = std::to_array<std::string_view>({"cannot", "neither", "never", "no", "none", "nor", "not", "t", "without"});  // "t" of "isn't"
static_assert(std::is_sorted(kDenials.begin(), kDenials.end()));

constexpr std::array kWishes = std::to_array<std::string_view>(
    {"aim", "aiming", "anticipated", "consider", "create", "desired", "expect", "expected",
     "goal", "goals", "hypothesize", "hypothetical", "ideally", "implement", "plan", "planned", "proposed", "recommend", "recommended",
     "should", "target", "targets", "threshold"});
constexpr std::array kMaybes = std::to_array<std::string_view>({"can", "could", "may", "might", "would"});
constexpr std::array kIllustrations = std::to_array<std::string_view>({"assume", "assumed", "assuming", "example", "fictional", "illustrative", "placeholder"});
constexpr std::array kWishfulHeadings = std::to_array<std::string_view>(
    {"action item", "future", "hypothetical", "methodology", "next step", "proposed", "recommend", "roadmap", "suggest"});
constexpr std::array kDerived = std::to_array<std::string_view>(
    {"change", "cost", "cv", "decrease", "delta", "difference", "gain", "gap", "improvement", "increase", "reduction", "speedup", "spread", "variance", "vs"});
constexpr std::array kSettingNames = std::to_array<std::string_view>(
    {"activation function", "attention head", "batch size", "beam width", "dropout", "dropout rate", "epoch", "hidden layer", "hidden size", "layer number",
     "learning rate", "momentum", "number of layer", "optimizer", "optimizer setting", "regularization", "sequence length", "weight decay"});
constexpr std::array kUniversals = std::to_array<std::string_view>({"all", "always", "any", "consistently", "each", "every", "never"});
constexpr std::array kFrequencies = std::to_array<std::string_view>({"daily", "hourly", "monthly", "weekly", "yearly"});
constexpr std::array kQuality = std::to_array<std::string_view>({"accuracy", "auc", "bleu", "bleu score", "error rate", "exact match", "f 1", "f 1 score", "precision", "recall", "rouge", "rouge score"});
constexpr std::array kReporting = std::to_array<std::string_view>({"capture", "contain", "give", "include", "list", "measure", "provide", "record", "report", "show"});
constexpr std::array kSeries = std::to_array<std::string_view>({"drift", "periodicity", "seasonal", "seasonality", "trend", "trends"});
constexpr std::array kMovements = std::to_array<std::string_view>(
    {"activity", "change", "changes", "deviation", "fluctuation", "fluctuations", "increase", "spikes", "throttling", "variation", "variations"});
static_assert(std::is_sorted(kWishes.begin(), kWishes.end()));
static_assert(std::is_sorted(kMaybes.begin(), kMaybes.end()));
static_assert(std::is_sorted(kIllustrations.begin(), kIllustrations.end()));
static_assert(std::is_sorted(kDerived.begin(), kDerived.end()));
static_assert(std::is_sorted(kSettingNames.begin(), kSettingNames.end()));
static_assert(std::is_sorted(kUniversals.begin(), kUniversals.end()));
static_assert(std::is_sorted(kFrequencies.begin(), kFrequencies.end()));
static_assert(std::is_sorted(kQuality.begin(), kQuality.end()));
static_assert(std::is_sorted(kReporting.begin(), kReporting.end()));
static_assert(std::is_sorted(kSeries.begin(), kSeries.end()));
static_assert(std::is_sorted(kMovements.begin(), kMovements.end()));
static_assert(std::is_sorted(kCounted.begin(), kCounted.end()));
static_assert(std::is_sorted(kExtensions.begin(), kExtensions.end()));
static_assert(std::is_sorted(kComparisons.begin(), kComparisons.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; }));

template <class Table>
std::optional<Comparison> look_up(const Table& table, std::string_view word) {
  for (const auto& [name, comparison] : table)
    if (name == word) return comparison;
  return std::nullopt;
}

}  // namespace

std::optional<Comparison> find_comparison(std::string_view word) {
  const auto at = std::lower_bound(kComparisons.begin(), kComparisons.end(), word,
                                   [](const Entry& entry, std::string_view w) { return entry.first < w; });
  if (at == kComparisons.end() || at->first != word) return std::nullopt;
  return at->second;
}

std::optional<Comparison> find_with_than(std::string_view word) { return look_up(kWithThan, word); }

std::optional<double> find_number_word(std::string_view word) {
  for (const auto& [name, value] : kNumberWords)
    if (name == word) return value;
  return std::nullopt;
}

bool is_approximation(std::string_view word) {
  return base::is_one_of(word, kApproximations);
}

bool is_counted_thing(std::string_view word) { return std::binary_search(kCounted.begin(), kCounted.end(), word); }

bool is_wish(std::string_view word) { return std::binary_search(kWishes.begin(), kWishes.end(), word); }

bool is_maybe(std::string_view word) { return std::binary_search(kMaybes.begin(), kMaybes.end(), word); }

bool is_illustration(std::string_view word) { return std::binary_search(kIllustrations.begin(), kIllustrations.end(), word); }

bool announces_wishes(std::string_view heading) {
  return std::any_of(kWishfulHeadings.begin(), kWishfulHeadings.end(), [&](std::string_view word) { return heading.find(word) != std::string_view::npos; });
}

bool is_derived_word(std::string_view word) { return std::binary_search(kDerived.begin(), kDerived.end(), word); }

bool is_setting_name(std::string_view phrase) { return std::binary_search(kSettingNames.begin(), kSettingNames.end(), phrase); }

bool is_universal(std::string_view word) { return std::binary_search(kUniversals.begin(), kUniversals.end(), word); }

bool is_denial(std::string_view word) { return std::binary_search(kDenials.begin(), kDenials.end(), word); }

bool is_frequency(std::string_view word) { return std::binary_search(kFrequencies.begin(), kFrequencies.end(), word); }

bool is_quality_metric(std::string_view phrase) { return std::binary_search(kQuality.begin(), kQuality.end(), phrase); }

bool is_reporting(std::string_view word) { return std::binary_search(kReporting.begin(), kReporting.end(), word); }

bool is_series_word(std::string_view word) { return std::binary_search(kSeries.begin(), kSeries.end(), word); }

bool is_movement(std::string_view word) { return std::binary_search(kMovements.begin(), kMovements.end(), word); }

bool is_file_extension(std::string_view extension) {
  return std::binary_search(kExtensions.begin(), kExtensions.end(), extension);
}

}  // namespace chimera::claims
