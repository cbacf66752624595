// Lines in which load generators say what they are about to do, each above the tables of its run:
//
//   Bombarding http://localhost:80/ for 10s using 8 connection(s)
//   Running 4s test @ http://localhost/a               (and "8 connections" below)
//   ** Preparing 9 concurrent users for battle.
//   spawning thread #0: 4 total client(s). 300 total requests
//   Running the test with following options:          (and "Number of threads: 4" below)
//   ====== GET ======                                 (and "50 parallel clients", "3 bytes payload" below)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// What begins in line `i`, counted in the document. Numbers that no setting is called by stay what they are.
[[nodiscard]] std::optional<SettingsLines> announced_run(const core::Document& document, std::size_t i, std::uint64_t end);

}  // namespace chimera::plaintext
