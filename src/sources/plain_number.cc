#include "sources/plain_number.h"

#include <charconv>
#include <system_error>

namespace chimera::sources {

const char* parse_plain_number_slowly(const char* begin, double& value) {
  const char* end = begin + 1;
  while ((*end >= '0' && *end <= '9') || *end == '.' || (*end | 0x20) == 'e' || *end == '+' || *end == '-') ++end;
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end ? end : nullptr;
}

}  // namespace chimera::sources
