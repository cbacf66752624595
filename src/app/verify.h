// `chimera verify`: judges reports that anybody wrote against artifacts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands.h"
#include "base/result.h"
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

// Judges one text after another against folders that it keeps in memory.
class AuditDesk {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<AuditDesk>> open(const std::vector<std::string>& against);
  ~AuditDesk();
  // {"text":…,"claims":[…],"summary":{…}}: the text as it was read, which the claims' bytes count in. An input error where
  // it is none.
  [[nodiscard]] base::Result<std::string> judge(std::string bytes);

 private:
  struct State;
  explicit AuditDesk(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// {"claims":[…],"summary":{…}} with the members of INTERFACES; `lead` (may be empty) is put before them.
[[nodiscard]] std::string verdicts_json(const std::vector<claims::Verdict>& verdicts, std::string_view text, std::string_view lead);

}  // namespace chimera::app
