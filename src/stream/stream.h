// Large files as sources of facts, whatever they are: streamed where that is possible, else read whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "core/fact_batch.h"
#include "facts/interpret.h"
#include "stream/source.h"

namespace chimera::stream {

// Smaller files are read whole: nothing about them depends on what their beginning looks like.
inline constexpr std::uint64_t kStreamedFrom = std::uint64_t{32} << 20U;

// Whether the file is large enough and, by its beginning, JSON Lines, an array of objects or delimited text in UTF-8.
[[nodiscard]] bool may_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files);

// A source of the file's facts; `head` is its beginning where that was read already. Where its first megabyte shows that it cannot be
// streamed, it is read whole; where that shows later, its readers fail and `attempt` says so; where it cannot be read, they fail with the reason.
[[nodiscard]] std::unique_ptr<core::FactSource> open_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                                            const facts::Interpreter& interpreter, core::FactCatalog& catalog, Attempt& attempt,
                                                            std::optional<Head> head = {});

}  // namespace chimera::stream
