// Writes JSON of one line into a string: no tree in memory, members in the order they are given.
//
// Bytes that are no UTF-8 become U+FFFD, as a JSON text must be UTF-8. Numbers are the shortest text that reads back as
// the same double; what JSON has no number for (NaN, infinity) is null.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chimera::report {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return close('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(double value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  // A member of an object.
  JsonWriter& text(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& number(std::string_view name, double value) { return key(name).number(value); }
  JsonWriter& integer(std::string_view name, std::uint64_t value) { return key(name).integer(static_cast<std::int64_t>(value)); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void quote(std::string_view value);

  std::string& out_;
  bool first_ = true;  // of its object or array, or behind a key: no comma before it
};

}  // namespace chimera::report
