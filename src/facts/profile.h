// What the values of a column look like, before anything is known about their meaning.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/document.h"

namespace chimera::facts {

struct Profile {
  std::size_t rows = 0;
  std::size_t numbers = 0;
  std::size_t booleans = 0;
  std::size_t texts = 0;      // not empty
  std::size_t distinct = 0;   // texts as written, numbers by value, counted up to kManyLevels
  bool integers = true;       // every number was written without a point
  bool ascending = true;      // numbers rise from row to row
  bool descending = true;     // or fall
  bool never_falls = true;    // they rise or stay as they are
  double minimum = 0;
  double maximum = 0;
  double least = 0;           // the smallest number above zero; 0 where none is
  bool dates = false;         // every text begins with a date
  bool clocks = false;        // every text is a time of day: 17:14:05
  bool prose = false;         // long texts, or texts of several lines
  bool quantizations = false; // every text is a name like q4_0, Q5_K_M, fp16, int8, awq
  bool paths = false;         // every text is a path or an address
  bool identifiers = false;   // every text ends in what only a machine makes up: a UUID, or eight hexadecimal digits and more
  bool sizes = false;         // every text is a number of thousands or millions: 8K, 1.5M
  bool json = false;          // every text is an object written out
};

inline constexpr std::size_t kManyLevels = 1024;

[[nodiscard]] Profile profile_of(const core::Document& document, const core::Column& column);

// A number as people choose them: 1, 24, 512, 1500, 3072, 0.05; of what is merely counted one in ten looks so.
[[nodiscard]] bool looks_chosen(double value);
// A moment in seconds, milli-, micro- or nanoseconds since 1970, of the years 2001 to 2070.
[[nodiscard]] bool plausible_epoch(double value);
[[nodiscard]] bool plausible_epoch_seconds(double value);

}  // namespace chimera::facts
