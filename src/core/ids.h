// Identifiers as distinct types, so that one kind cannot be handed over as another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace chimera::core {

template <class Tag, class Number>
struct Id {
  Number value{};
  auto operator<=>(const Id&) const = default;
};

// Position of a document in its Corpus.
using DocumentId = Id<struct DocumentTag, std::uint32_t>;
// Position of a configuration in its Corpus.
using ConfigId = Id<struct ConfigTag, std::uint32_t>;
// A fact, by what it says and where: stable over runs and machines (see fact.h). Zero names no fact.
using FactId = Id<struct FactTag, std::uint64_t>;

}  // namespace chimera::core

template <class Tag, class Number>
struct std::hash<chimera::core::Id<Tag, Number>> {
  std::size_t operator()(const chimera::core::Id<Tag, Number>& id) const noexcept { return std::hash<Number>{}(id.value); }
};
