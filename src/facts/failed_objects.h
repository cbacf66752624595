// A failure that stands inside an object of its row: whether it is the row's, or that object's alone.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"

namespace chimera::facts {

// By table and row: objects in it that failed, by the path of their members, "states/a" of "states/a/error".
using FailedObjects = std::multimap<std::pair<std::uint32_t, std::uint32_t>, std::string_view>;

// For each column of the table the object that its failures speak of; empty where they speak of their whole row, and of
// other columns. An object fails alone where others beside it measure by the same names, {"eager": {"tok_s": 5},
// "graph": {"tok_s": 0, "error": "oom"}}, or where the document around it holds lists of rows elsewhere. Objects that only
// hold others ("results") are their row.
[[nodiscard]] std::vector<std::string_view> objects_that_fail(const Catalog& catalog, const core::Document& document, std::uint32_t table,
                                                              const core::TableMeaning& meaning);

// Whether the row stands in one of the objects.
[[nodiscard]] bool stands_in(const core::Document& document, const core::Row& row, const FailedObjects& objects);

// The numbers of the table in these objects measured nothing. Exceptions of `meaning` are sorted again.
void discard_measurements(const core::Table& table, const FailedObjects& objects, core::TableMeaning& meaning);

}  // namespace chimera::facts
