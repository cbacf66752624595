// Texts that say what a row is of.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/catalog.h"
#include "facts/shape.h"

namespace chimera::facts {

// Once all settings are known: what they leave undecided, a text in front of the measurements decides. Where rows that
// measured have equal settings, the first text column that tells them apart ("label", "approach" of a known "model") is a
// setting too, and so on; nothing that a machine made up, that numbers the rows, or is long. The other way round a
// name of a configuration, "g40_c1024" beside num_gpu and num_ctx, is none where the settings beside it decide it.
// `told`: a recipe has told what the texts of the document are.
void read_labels(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, bool told, core::TableMeaning& meaning);

// Once it is known what rows say of their numbers, in tables of some rows that no recipe knows: columns that were passed over for their names,
// "Commit", "Notes", "Metric" of words that are no metrics, "Run" of names, "Status" of words that say no outcome, are settings where rows
// of equal settings measured the same thing and differ in nothing else.
void read_left_labels(const Catalog& catalog, const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
