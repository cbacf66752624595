// A session in the formats of other tools. Pure functions.
#pragma once

#include <string>

#include "measure/summary.h"

namespace chimera::app {

// llama-bench -o json: a prompt test and a generation test for each trial, from the times of the model alone, or the client's
// where these were not told. Fields that the session does not know are left out.
[[nodiscard]] std::string llama_bench_json(const measure::TrialSession& session);
// llama-bench -o md: a row for each test.
[[nodiscard]] std::string llama_bench_markdown(const measure::TrialSession& session);

// The older project's three files. Their ttft_s was the server's; here it is the client's where that was measured.
struct CsvTrio {
  std::string baseline;       // repetitions of the first trial
  std::string param_tuning;   // repetitions of all
  std::string summary;        // means of each configuration, loads apart
};
[[nodiscard]] CsvTrio csv_trio(const measure::TrialSession& session);

// The trial log itself.
[[nodiscard]] std::string trial_log_text(const measure::TrialSession& session);

}  // namespace chimera::app
