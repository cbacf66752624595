// Law 2: every number of a document is a fact, ignored for a named reason, or unread; the three add up.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "text/number.h"

namespace chimera::sources {

struct Account {
  std::uint64_t numbers = 0;  // what the scan of the decoded text counts (text/number.h)
  std::uint64_t facts = 0;
  std::map<std::string, std::uint64_t> ignored;  // by reason
  std::uint64_t unread = 0;
};

// What a comma between digits is in a document of this format: in JSON and in delimited text a separator.
[[nodiscard]] text::Commas commas_of(core::Format format);

// `meaning` is parallel to the document's tables. CHECKs that the parts add up to `numbers`.
[[nodiscard]] Account account(const core::Document& document, const std::vector<core::TableMeaning>& meaning);

// The same, number by number, in order: what `ingest --map` prints.
struct Accounted {
  core::Span span;
  std::string fate;  // "fact", "unread", or the reason it was ignored for
};
[[nodiscard]] std::vector<Accounted> account_each(const core::Document& document, const std::vector<core::TableMeaning>& meaning);

}  // namespace chimera::sources
