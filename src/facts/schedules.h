// What is set anew with every step of a training, its learning rate, is a course and no setting of the steps.
#pragma once

#include "core/document.h"
#include "core/fact.h"
#include "facts/shape.h"

namespace chimera::facts {

// In a table of steps, factors whose fractions differ from row to row become responses.
void read_schedules(const core::Document& document, const core::Table& table, const TableShape& shape, core::TableMeaning& meaning);

}  // namespace chimera::facts
