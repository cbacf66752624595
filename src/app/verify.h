// `chimera verify`: judges reports that anybody wrote against artifacts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "claims/verify.h"
#include "core/corpus.h"

namespace chimera::app {

struct VerifyCommand {
  std::string report;                // a file, or "-" for standard input
  std::vector<std::string> against;  // folders or files
  std::string run;                   // the run record of the report; may be empty
  std::string html;                  // where to write the page; may be empty
  std::string sarif;                 // where to write the SARIF log; may be empty
  std::string batch;                 // a list of reports instead of one
  bool jsonl = false;                // {"id","text"} lines from standard input instead
};

// Exit code: 1 where something is contradicted or unsupported, 3 where nothing can be read.
[[nodiscard]] int verify_command(const VerifyCommand& command, const CommonOptions& common);

// {"claims":[…],"summary":{…}} with the members of INTERFACES; `lead` (may be empty) is put before them.
[[nodiscard]] std::string verdicts_json(const std::vector<claims::Verdict>& verdicts, std::string_view text, std::string_view lead);

}  // namespace chimera::app
