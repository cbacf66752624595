// Lines that head a run in a log: comments, "# Tool version: 1.2" above "# Threads: 4 threads" and "# Parameters: (size = 10)", and names of jobs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/document.h"
#include "plaintext/settings_lines.h"

namespace chimera::plaintext {

// The kind of these lines: the head of the next run replaces all that one says.
inline constexpr std::string_view kRunHead = "run head";

// Three comments of names and values or more, the first of which says the version of the program; arguments in brackets are settings of their
// own. "# Run progress: 12 % complete" says nothing of use. Lines are counted in the document.
[[nodiscard]] std::optional<SettingsLines> run_head(const core::Document& document, std::size_t i, std::uint64_t end);

// "randread: (groupid=2, jobs=4): err= 0: pid=2691: Mon …" above deeper lines: the job that they are of, and what the brackets say.
inline constexpr std::string_view kJobHead = "job head";
[[nodiscard]] std::optional<SettingsLines> job_head(const core::Document& document, std::size_t i, std::uint64_t end);

// "Run status group 0 (all jobs):": what follows is of no single job.
[[nodiscard]] bool ends_jobs(std::string_view line);

// "# Run complete. Total time: 00:01:02": what follows is of no run.
[[nodiscard]] bool ends_runs(std::string_view line);

}  // namespace chimera::plaintext
