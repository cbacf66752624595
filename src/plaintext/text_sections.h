// How the tables of a text belong together: what stands in front of several alike blocks of values, what heads each of them, and which
// sections are parts of others.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/document.h"
#include "plaintext/growing_table.h"

namespace chimera::plaintext {

// What was seen of them while the lines were read.
struct SectionNotes {
  std::map<std::uint64_t, core::Span> headings;  // by where each begins: of the values below it; an empty one ends the one before it
  std::map<std::string, std::string> outer;      // by the name of a section: the one that it is part of
  std::set<std::uint64_t> preambles;             // where the rows begin that tell_rows_apart() took for what stands before others
};

// Of listings of several rows: the headings that tell their rows apart go into a column "group", and names that stand before the first
// of these rows alone into a listing of their own, "Model: x" above "Prompt: a … Prompt: b …".
void tell_rows_apart(const core::Document& document, SectionNotes& notes, std::vector<LocatedTable>& tables);

// Gives rows the rows that they are part of as parents: those of a table and of a section those of the listing above or around it, and
// rows of a listing what stood before them all.
void link_tables(const SectionNotes& notes, std::vector<core::Table>& tables);

}  // namespace chimera::plaintext
