// The files of a job folder as JSON texts and back.
//
// Fails: input, saying what is wrong; the caller names the file.
#pragma once

#include <string>
#include <string_view>

#include "cluster/job.h"

namespace chimera::cluster {

[[nodiscard]] std::string to_json(const JobSpec& spec);
[[nodiscard]] base::Result<JobSpec> parse_spec(std::string_view json);
[[nodiscard]] std::string to_json(const TaskResult& result);
[[nodiscard]] base::Result<TaskResult> parse_result(std::string_view json);
[[nodiscard]] std::string to_line(const SubmittedArray& array);
// A last line that breaks off is left out.
[[nodiscard]] base::Result<std::vector<SubmittedArray>> parse_submissions(std::string_view lines);

}  // namespace chimera::cluster
