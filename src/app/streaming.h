// Large files as sources of facts, whatever they are: streamed where that is possible, else read whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/files.h"
#include "core/fact_batch.h"
#include "facts/interpret.h"

namespace chimera::app {

// Smaller files are read whole: nothing about them depends on what their beginning looks like.
inline constexpr std::uint64_t kStreamedFrom = std::uint64_t{32} << 20U;

// Whether the file is large enough and, by its beginning, JSON Lines or delimited text in UTF-8.
[[nodiscard]] bool may_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files);

// A source of the file's facts. Where it turns out that it cannot be streamed, it is read whole; where it cannot be read,
// its readers fail with the reason.
[[nodiscard]] std::unique_ptr<core::FactSource> open_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                                            const facts::Interpreter& interpreter, core::FactCatalog& catalog);

}  // namespace chimera::app
