// Which key paths the records of a JSON Lines text or the elements of an array have, for a walk that meets the same ones again and again
// (json_walk.h). Made from records that were read in full; says nothing about what the values mean.
//
// Immutable once walks use it; threads may share one.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chimera::sources {

struct JsonPlan {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // What becomes of the value under one key. A value of a kind that has no place here makes its line odd.
  struct Key {
    std::string spelling;          // as in the text, escapes and all
    std::array<std::uint64_t, 2> head{};  // its first bytes with the closing quote, and which of them count
    std::array<std::uint64_t, 2> mask{};
    std::uint32_t name_numbers = 0;  // numbers in the key itself
    bool scalars = false;          // numbers, texts, booleans and null may stand here
    std::uint32_t numbers = kNone; // column of its numbers; kNone: they are not wanted
    std::uint32_t kept = kNone;    // column of whole cells, texts too
    std::uint32_t object = kNone;  // into objects: its members are members of the same row
    std::uint32_t array = kNone;   // into arrays
  };
  struct Object {
    std::vector<Key> keys;         // in the order in which they are expected
    std::unordered_map<std::string, std::uint32_t> index;  // by spelling
  };
  // Elements are rows of their own, objects of one group and scalars of another.
  struct Array {
    std::uint32_t numbers = kNone;  // column of the scalars; kNone: there are none
    std::uint32_t scalar_group = kNone;
    std::uint32_t object = kNone;
    std::uint32_t group = kNone;
  };
  // Records whose keys are mostly the same (json.h). A record belongs to the first family that it fits.
  struct Family {
    std::uint32_t object = kNone;
    std::uint32_t group = kNone;
    std::vector<std::uint32_t> rivals;  // earlier families that one of its records might fit as well
  };

  std::vector<Object> objects;
  std::vector<Array> arrays;
  std::vector<Family> families;      // of the lines
  std::uint32_t elements = kNone;    // into arrays: the one that is the document
  std::uint32_t number_columns = 0;
  std::uint32_t kept_columns = 0;

  // The key spelled so, made where it is new.
  Key& key(std::uint32_t object, std::string_view spelling);
  [[nodiscard]] std::uint32_t find(std::uint32_t object, std::string_view spelling) const;
  std::uint32_t add_object();
  std::uint32_t add_array();
  void add_family(std::uint32_t object, std::uint32_t group);
  // To be called before a walk, after all has been added: finds the rivals.
  void finish();
};

// Whether a record of `keys` keys, `hits` of them among the `known` ones of a family, belongs to it.
[[nodiscard]] bool fits_family(std::size_t keys, std::size_t known, std::size_t hits);

}  // namespace chimera::sources
