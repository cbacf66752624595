#include "stream/known_rows.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace chimera::stream {
namespace {

constexpr std::size_t kFewestPlaces = 64;

std::uint64_t hash_of(core::CellKind kind, std::string_view text) { return base::hash_ends(text) ^ static_cast<std::uint64_t>(kind); }

std::uint64_t hash_of(const std::vector<std::uint64_t>& words) {
  std::uint64_t hash = words.size();
  for (const std::uint64_t word : words) {
    hash = (std::rotl(hash, 5) ^ word) * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 32U;
  }
  return hash;
}

}  // namespace

std::uint32_t KnownCells::look_up(core::CellKind kind, std::string_view text) {
  if (2 * (cells_.size() + 1) > places_.size()) grow();
  std::size_t place = hash_of(kind, text) & (places_.size() - 1);
  while (places_[place] != kNone) {
    if (is(cells_[places_[place] - 1], kind, text)) return places_[place];
    place = (place + 1) & (places_.size() - 1);
  }
  if (cells_.size() == kMost || bytes_ + text.size() > kMostBytes) return kNone;
  bytes_ += text.size();
  cells_.push_back({std::string(text), kind, kNone});
  return places_[place] = static_cast<std::uint32_t>(cells_.size());
}

void KnownCells::grow() {
  places_.assign(std::max(kFewestPlaces, 2 * places_.size()), kNone);
  for (std::uint32_t i = 0; i < cells_.size(); ++i) {
    std::size_t place = hash_of(cells_[i].kind, cells_[i].text) & (places_.size() - 1);
    while (places_[place] != kNone) place = (place + 1) & (places_.size() - 1);
    places_[place] = i + 1;
  }
}

void KnownRows::reset(std::size_t columns) {
  cells_.assign(columns, {});
  rows_.clear();
  ends_.clear();
  decisions_.clear();
  places_.clear();
  overflowed_ = false;
}

void KnownRows::begin(std::uint32_t table, const Decision& around) {
  row_.clear();
  row_.push_back(std::uint64_t{table} << 32U | around.config);
  row_.push_back(static_cast<std::uint64_t>(around.state));
  count_ = 0;
  unknown_ = false;
}

std::size_t KnownRows::place_of_row() const {
  std::size_t place = hash_of(row_) & (places_.size() - 1);
  for (; places_[place] != 0; place = (place + 1) & (places_.size() - 1)) {
    const std::size_t which = places_[place] - 1;
    const std::size_t begin = which == 0 ? 0 : ends_[which - 1];
    if (ends_[which] - begin == row_.size() && std::equal(row_.begin(), row_.end(), rows_.begin() + static_cast<std::ptrdiff_t>(begin))) break;
  }
  return place;
}

const Decision* KnownRows::find() {
  if (unknown_ || places_.empty()) return nullptr;
  const std::uint32_t found = places_[place_of_row()];
  return found == 0 ? nullptr : &decisions_[found - 1];
}

void KnownRows::remember(const Decision& decision) {
  if (unknown_) return;
  if (2 * (decisions_.size() + 1) > places_.size()) grow();
  const std::size_t place = place_of_row();
  CHECK(places_[place] == 0, "only what is not known is to be remembered");
  rows_.insert(rows_.end(), row_.begin(), row_.end());
  ends_.push_back(static_cast<std::uint32_t>(rows_.size()));
  decisions_.push_back(decision);
  places_[place] = static_cast<std::uint32_t>(decisions_.size());
}

void KnownRows::grow() {
  places_.assign(std::max(kFewestPlaces, 2 * places_.size()), 0);
  std::vector<std::uint64_t> row;
  for (std::size_t i = 0, begin = 0; i < decisions_.size(); begin = ends_[i++]) {
    row.assign(rows_.begin() + static_cast<std::ptrdiff_t>(begin), rows_.begin() + static_cast<std::ptrdiff_t>(ends_[i]));
    std::size_t place = hash_of(row) & (places_.size() - 1);
    while (places_[place] != 0) place = (place + 1) & (places_.size() - 1);
    places_[place] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace chimera::stream
