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

// "# function 'x86-64' (unrolled)" and "# Running 'sched/pipe' benchmark:" above values: which of several they are of. The first replaces the one
// before, the second all of them.
[[nodiscard]] std::optional<SettingsLines> quoted_head(const core::Document& document, std::size_t i, std::uint64_t end);

// "randread: (groupid=2, jobs=4): err= 0: pid=2691: Mon …" above deeper lines: the job that they are of, and what the brackets say.
inline constexpr std::string_view kJobHead = "job head";
[[nodiscard]] std::optional<SettingsLines> job_head(const core::Document& document, std::size_t i, std::uint64_t end);

// "  read: IOPS=9774, BW=1222MiB/s" and what stands deeper below it: which of the operations of a job that is. Where that ends is a line.
inline constexpr std::string_view kJobPart = "part of a job";
struct JobPart {
  SettingsLines settings;
  std::size_t end = 0;
};
[[nodiscard]] std::optional<JobPart> job_part(const core::Document& document, std::size_t i, std::uint64_t end);

// "err=28 (file:io_u.c:1876, …, error=No space left on device)" of a job that ended with an error: what it was; empty where it ended well.
[[nodiscard]] core::Span error_of_job(std::string_view text, core::Span line);

// "Run status group 0 (all jobs):": what follows is of no single job.
[[nodiscard]] bool ends_jobs(std::string_view line);

// "# Run complete. Total time: 00:01:02": what follows is of no run.
[[nodiscard]] bool ends_runs(std::string_view line);

}  // namespace chimera::plaintext
