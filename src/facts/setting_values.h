// What a cell says that a setting is.
#pragma once

#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/document.h"
#include "facts/catalog.h"

namespace chimera::facts {

// As a setting has it: "true" and "false", "inf", without the blanks around it.
[[nodiscard]] std::string_view value_of(const core::Document& document, const core::Cell& cell);

// The same with what stands behind the number as the column's unit: "8GB" and "70B" are other settings than "8" and "70". What counts
// things says so by its name: a num_ctx of "256 tokens" is one of 256.
[[nodiscard]] std::string_view value_of(const core::Document& document, const core::Column& column, const core::Cell& cell);

// "8 (confirm)" of a number in a cell of Markdown that a remark stands behind; the number alone where none does.
[[nodiscard]] std::string_view with_remark(const core::Document& document, const core::Cell& cell);

// Whether a number comes again with another remark, so that only this tells rows apart.
[[nodiscard]] bool remarks_tell_apart(const core::Document& document, const core::Column& column);

// Settings in an object written out inside a cell: {""temperature"":0.3,""top_p"":0.9}. Nested values are passed over.
[[nodiscard]] std::vector<core::Setting> parse_options(const Catalog& catalog, std::string_view written);

}  // namespace chimera::facts
