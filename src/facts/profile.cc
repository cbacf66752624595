#include "facts/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#include "text/number_formats.h"
#include "text/words.h"

namespace chimera::facts {
namespace {

using core::CellKind;

constexpr std::size_t kProse = 160;   // a name is shorter
constexpr std::size_t kDateEnd = 3;   // a date may stand behind a bracket or quote

bool starts_with_date(std::string_view text) {
  const auto dates = text::find_dates(text.substr(0, 48));
  return !dates.empty() && dates.front().begin <= kDateEnd && text.size() < 48;
}

// Two separators: "fp16/int8" is none, "C:\\x\\y" and "/tmp/x" are.
bool is_path(std::string_view text) {
  const auto separators = std::count_if(text.begin(), text.end(), [](char c) { return c == '/' || c == '\\'; });
  return separators >= 2 && text.find(' ') == std::string_view::npos;
}

// "<engine.Environment object at 0x7f34cd39ff50>": where it stood in memory.
bool holds_address(std::string_view text) {
  constexpr std::string_view kAt = " at 0x";
  constexpr std::size_t kLeast = 6;
  const std::size_t at = text.find('<') == std::string_view::npos ? std::string_view::npos : text.find(kAt);
  if (at == std::string_view::npos) return false;
  const std::size_t begin = at + kAt.size();
  return std::min(text.find_first_not_of("0123456789abcdefABCDEF", begin), text.size()) >= begin + kLeast;
}

// "2de4efaa-20ca-4206-9bfc-190b093e08e9", "worker_6af508db": its last piece has letters and digits, all hexadecimal, and so many that
// nobody typed it. Numbers and words are none.
bool is_made_up(std::string_view text) {
  constexpr std::size_t kLeast = 8;
  if (holds_address(text)) return true;
  const std::size_t last = text.find_last_of("-_:/. ");
  const std::string_view piece = last == std::string_view::npos ? text : text.substr(last + 1);
  if (piece.size() < kLeast) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [](char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return std::all_of(piece.begin(), piece.end(), [&](char c) { return digit(c) || letter(c); }) && std::any_of(piece.begin(), piece.end(), digit) && std::any_of(piece.begin(), piece.end(), letter);
}

// "8K", "128k", "1.5M".
bool is_size(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.size() < 2 || std::string_view("kKM").find(text.back()) == std::string_view::npos) return false;
  const std::string_view number = text.substr(0, text.size() - 1);
  const std::size_t point = number.find_first_not_of(kDigits);
  if (point == 0) return false;
  return point == std::string_view::npos || (number[point] == '.' && point + 1 < number.size() && number.find_first_not_of(kDigits, point + 1) == std::string_view::npos);
}

// "17:14:05", "9:05:00.250".
bool is_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  const std::size_t hours = digit(1) ? 2 : 1;
  if (!digit(0) || text.size() < hours + 6 || text[hours] != ':' || text[hours + 3] != ':') return false;
  for (const std::size_t i : {1U, 2U, 4U, 5U})
    if (!digit(hours + i)) return false;
  const std::string_view behind = text.substr(hours + 6);
  return behind.empty() || (behind[0] == '.' && behind.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

void look_at_number(const core::Cell& cell, double& previous, Profile& profile) {
  if (profile.numbers == 0) profile.minimum = profile.maximum = cell.number;
  profile.ascending = profile.ascending && (profile.numbers == 0 || cell.number > previous);
  profile.descending = profile.descending && (profile.numbers == 0 || cell.number < previous);
  profile.never_falls = profile.never_falls && (profile.numbers == 0 || cell.number >= previous);
  ++profile.numbers;
  previous = cell.number;
  if (cell.decimals > 0 || cell.number != std::floor(cell.number)) profile.integers = false;
  profile.minimum = std::min(profile.minimum, cell.number);
  profile.maximum = std::max(profile.maximum, cell.number);
  if (cell.number > 0) profile.least = profile.least > 0 ? std::min(profile.least, cell.number) : cell.number;
}

void look_at_text(std::string_view text, Profile& profile) {
  const bool first = profile.texts == 0;
  ++profile.texts;
  profile.dates = (first || profile.dates) && starts_with_date(text);
  profile.clocks = (first || profile.clocks) && is_time_of_day(text);
  profile.quantizations = (first || profile.quantizations) && text::names_number_format(text);
  profile.paths = (first || profile.paths) && is_path(text);
  profile.identifiers = (first || profile.identifiers) && is_made_up(text);
  profile.sizes = (first || profile.sizes) && is_size(text);
  profile.json = (first || profile.json) && text.size() > 1 && text.front() == '{';
  profile.prose = profile.prose || text.size() > kProse || text.find('\n') != std::string_view::npos;
}

// Counts different values, up to kManyLevels. A number never equals a text.
class Levels {
 public:
  explicit Levels(std::size_t cells) {
    std::size_t places = 4;
    while (places < 2 * std::min(cells, kManyLevels)) places *= 2;
    places_.resize(places);
  }
  void add(double number) {
    const double value = number == 0 ? 0 : number;  // -0 is 0
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    add(bits * 0x9E3779B97F4A7C15U, [&](const Place& place) { return place.text.data() == nullptr && place.number == value; }, {{}, value, true});
  }
  void add(std::string_view text) {
    add(std::hash<std::string_view>()(text), [&](const Place& place) { return place.text.data() != nullptr && place.text == text; }, {text, 0, true});
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  struct Place {
    std::string_view text;  // no data: a number
    double number = 0;
    bool taken = false;
  };
  template <typename Equal>
  void add(std::uint64_t hash, const Equal& equal, const Place& value) {
    if (count_ == kManyLevels) return;
    std::size_t at = (hash ^ hash >> 32U) & (places_.size() - 1);
    for (; places_[at].taken; at = (at + 1) & (places_.size() - 1))
      if (equal(places_[at])) return;
    places_[at] = value;
    ++count_;
  }

  std::vector<Place> places_;  // twice as many as can be taken; a power of two
  std::size_t count_ = 0;
};

}  // namespace

Profile profile_of(const core::Document& document, const core::Column& column) {
  Profile profile;
  profile.rows = column.cells.size();
  double previous = 0;
  Levels levels(column.cells.size());
  for (const core::Cell& cell : column.cells) {
    if (cell.kind == CellKind::number && !std::isnan(cell.number)) {
      look_at_number(cell, previous, profile);
      levels.add(cell.number);
    } else if (cell.kind == CellKind::boolean) {
      ++profile.booleans;
      levels.add(std::string_view(cell.number == 0 ? "false" : "true"));
    } else if (cell.kind == CellKind::text) {
      const std::string_view text = text::trim(document.at(cell.span()));
      if (text.empty()) continue;
      look_at_text(text, profile);
      levels.add(text);
    }
  }
  profile.distinct = levels.count();
  return profile;
}

bool looks_chosen(double value) {
  constexpr double kLargest = 1e12;       // messages and arrays are swept up to gigabytes
  constexpr double kOfMemory = 1 << 30;  // more bytes than that are multiples of 64 by their pages
  if (!(value > 0) || value > kLargest) return false;
  if (value < 1) {
    double scaled = value;
    while (scaled < 10) scaled *= 10;
    return std::abs(scaled - std::round(scaled)) < 1e-9 * scaled;  // two digits at most
  }
  if (value != std::floor(value)) return false;
  auto rest = static_cast<std::uint64_t>(value);
  const bool large = value > kOfMemory;
  if (rest < 100 || (!large && rest % 64 == 0)) return true;
  while (rest % 2 == 0) rest /= 2;
  if (rest == 1 || (large && rest < 16)) return true;
  rest = static_cast<std::uint64_t>(value);
  while (rest % 10 == 0) rest /= 10;
  return rest < 100;
}

bool plausible_epoch_seconds(double value) {
  constexpr double kFrom = 978307200;   // 2001-01-01
  constexpr double kUntil = 3155760000; // 2070-01-01
  return value >= kFrom && value < kUntil;
}

bool plausible_epoch(double value) {
  for (const double scale : {1.0, 1e3, 1e6, 1e9})
    if (plausible_epoch_seconds(value / scale)) return true;
  return false;
}

}  // namespace chimera::facts
