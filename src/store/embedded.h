// The SQL that makes a store (schema.sql, views.sql), put into the program by cmake/Embed.cmake.
#pragma once

#include <span>

#include "base/embedded.h"

namespace chimera::store {

[[nodiscard]] std::span<const base::EmbeddedFile> embedded_data();

}  // namespace chimera::store
