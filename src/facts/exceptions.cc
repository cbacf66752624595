#include "facts/exceptions.h"

#include <algorithm>
#include <utility>

namespace chimera::facts {
namespace {

constexpr std::ptrdiff_t kLookBack = 64;

bool same(const core::ColumnMeaning& a, const core::ColumnMeaning& b) {
  return a.role == b.role && a.metric == b.metric && a.definition == b.definition && a.statistic == b.statistic && a.unit == b.unit && a.rule == b.rule;
}

}  // namespace

void add_exception(core::TableMeaning& meaning, std::uint32_t row, std::uint32_t column, const core::ColumnMeaning& variant) {
  if (same(variant, meaning.columns[column])) return;
  // Rows alike follow each other: only those used last are looked at, so that a million names cost no more than that.
  const auto end = meaning.variants.size() > static_cast<std::size_t>(kLookBack) ? meaning.variants.rbegin() + kLookBack : meaning.variants.rend();
  const auto known = std::find_if(meaning.variants.rbegin(), end, [&](const auto& v) { return same(v, variant); });
  auto index = static_cast<std::uint32_t>(meaning.variants.size());
  if (known == end) meaning.variants.push_back(variant);
  else index = static_cast<std::uint32_t>(meaning.variants.rend() - known - 1);
  meaning.exceptions.push_back({row, column, index});
}

void sort_exceptions(core::TableMeaning& meaning) {
  auto& all = meaning.exceptions;
  const auto place = [](const core::CellException& e) { return std::pair(e.row, e.column); };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  // Keep the last of equal places: unique keeps the first, so it runs from the back.
  const auto keep = std::unique(all.rbegin(), all.rend(), [&](const auto& a, const auto& b) { return place(a) == place(b); });
  all.erase(all.begin(), keep.base());
}

}  // namespace chimera::facts
