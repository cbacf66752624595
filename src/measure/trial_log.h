// The file that a session is written to while it runs: one record a line, appended, synced before append() returns, never
// rewritten. Whatever ends the program, the log holds every record that was appended before; a line that a kill or a full
// disk broke off is taken away when the log is opened again.
//
// Owns the file and a lock on it, which ends with the process: one session at a time. Threads: append() may be called from
// several.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "core/trial_records.h"
#include "measure/trial_json.h"

namespace chimera::measure {

enum class LogMode {
  create,  // a new file; a usage error where there is one with content already
  resume,  // goes on with what is there, which is read; an input error where that is no trial log
  append   // the same: for commands whose every run is a session of its own
};

class TrialLog {
 public:
  // Makes the folders above. Input errors: the file cannot be opened, is locked by another session, is no trial log.
  [[nodiscard]] static base::Result<TrialLog> open(const std::string& path, LogMode mode);
  TrialLog(TrialLog&&) noexcept;
  TrialLog& operator=(TrialLog&&) noexcept;
  ~TrialLog();

  // An error of kind engine where the line cannot be written or synced; it is taken back, so that the file stays good.
  [[nodiscard]] base::Result<void> append(const core::TrialRecord& record);

  // Takes a file away that holds nothing: a session that could not begin leaves no trace.
  void drop_if_empty();

  // What stood in the file when it was opened.
  [[nodiscard]] const TrialLogContent& content() const;
  [[nodiscard]] const std::string& path() const;

 private:
  struct File;
  explicit TrialLog(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace chimera::measure
