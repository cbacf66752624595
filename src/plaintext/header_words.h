// What the words of a header of a table say of what stands below it.
#pragma once

#include <string_view>

namespace chimera::plaintext {

// "Parameter", "Setting": what in a table of two columns are the names of values.
[[nodiscard]] bool names_settings(std::string_view header);
[[nodiscard]] bool names_values(std::string_view header);
// "Model", "GPU", "Batch": what the rows of a table are about where they are no metrics.
[[nodiscard]] bool names_things(std::string_view header);

}  // namespace chimera::plaintext
