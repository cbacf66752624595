// Lists that are written out over the product of others.
#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "core/fact.h"

namespace chimera::facts {

// What each row of `table`, a list in a JSON object, was measured with, where `beside` names a list of lists in the same object and the
// rows are the product of these, the last of which changes fastest: with `"params": [["a", "b"], ["x"]]` the rows of `"result": [1, 2]`
// are param1=a, param2=x and param1=b, param2=x. Parallel to the rows; nothing for those of objects where the numbers do not agree.
[[nodiscard]] std::vector<std::vector<core::Setting>> product_settings(const core::Document& document, const core::Table& table, const std::string& beside);

}  // namespace chimera::facts
