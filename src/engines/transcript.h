// The record of calls, one JSON object a line: schema/transcript.schema.json. A transcript is an artifact like any
// other, and what ReplayEngine plays back.
//
// Times are nanoseconds since the call began, by the clock of whoever recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engines/completion.h"

namespace chimera::engines {

inline constexpr std::string_view kTranscriptSchema = "chimera-transcript/1";

struct RecordedEvent {
  base::Nanoseconds at = 0;
  std::optional<Event> event;  // else text
  std::string text;
  Channel channel = Channel::content;
  std::optional<std::uint32_t> tokens;
};

struct RecordedCall {
  std::string engine;                         // kind of the engine that was asked
  std::optional<base::Nanoseconds> started;   // wall clock; absent in written scripts
  Request request;                            // timeouts and retries are not recorded: they are the caller's
  std::vector<RecordedEvent> events;          // in order of time; may be empty: then `outcome` has the text alone
  std::optional<base::Nanoseconds> duration;  // to the end of the call
  Outcome outcome;
};

// One line with its line feed.
[[nodiscard]] std::string to_line(const RecordedCall& call);

// A transcript, or the record of a run {"model","config","calls":[{"prompt","response"}]} as the older program's
// reports have it. Blank lines are passed over; a last line that breaks off is left out and becomes a note.
struct Transcript {
  std::vector<RecordedCall> calls;
  std::vector<std::string> notes;
};
[[nodiscard]] base::Result<Transcript> parse_transcript(std::string_view bytes);

// Appends lines to a file. A line that cannot be written whole (disk full) is taken back, so that the file stays good.
// Owns the file. Threads: append() may be called from several.
class TranscriptWriter {
 public:
  // Makes the folders above and the file where they are missing; goes on at the end of a file that is there.
  [[nodiscard]] static base::Result<TranscriptWriter> open(const std::string& path);
  TranscriptWriter(TranscriptWriter&&) noexcept;
  TranscriptWriter& operator=(TranscriptWriter&&) noexcept;
  ~TranscriptWriter();
  // An error of kind engine.
  [[nodiscard]] base::Result<void> append(const RecordedCall& call);

 private:
  struct File;
  explicit TranscriptWriter(std::unique_ptr<File> file);
  std::unique_ptr<File> file_;
};

}  // namespace chimera::engines
