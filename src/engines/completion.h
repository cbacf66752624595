// One call of a language model as values: what is asked, what happens meanwhile, what came of it.
//
// The engine never takes a time for the caller: it tells a Sink what happens while it happens, in the thread of the
// call, and whoever wants times stamps there (measure/probe.h). What an engine or its server measured itself is kept
// apart, in ServerDurations. Whatever was not reported is absent, never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/config.h"

namespace chimera::engines {

enum class Role { system, user, assistant };

struct Message {
  Role role = Role::user;
  std::string content;
};

// What the text must look like; Capabilities say which kinds an engine can hold a model to.
struct Constraint {
  enum class Kind { none, gbnf, json_schema };
  Kind kind = Kind::none;
  std::string text;  // the grammar (its start rule is `root`) or the schema
};

// 0: no limit. Comments and keep-alive lines of a server do not count as life; text does.
struct Timeouts {
  base::Nanoseconds connect = 5'000'000'000;
  base::Nanoseconds first_token = 600'000'000'000;    // from the request sent to the first text; loading included
  base::Nanoseconds between_tokens = 60'000'000'000;  // from one text to the next, and to the end
};

// Only what fails before the first text and can pass by itself is tried again: no answer, 429, 500, 502, 503, 504.
struct Retries {
  unsigned attempts = 3;                             // in all; 1: none is repeated
  base::Nanoseconds first_wait = 500'000'000;        // doubles each time; a server's Retry-After goes before it
  base::Nanoseconds longest_wait = 30'000'000'000;   // a server that asks for more is not waited for
};

// Settings are core::RunConfig's keys: model, num_gpu, num_ctx, batch, ubatch, threads, flash_attn, kv_type,
// output_tokens, temperature, top_p, top_k, min_p, repeat_penalty, seed, … What an engine has no use for is a note.
struct Request {
  std::string prompt;             // to be continued as it stands; used where `messages` is empty
  std::vector<Message> messages;  // a chat, put into the model's own template
  core::RunConfig config;
  Constraint constraint;
  std::vector<std::string> stop;  // the text ends before the first of these
  Timeouts timeouts;
  Retries retries;
};

enum class Event {
  sent,       // the engine has the request and nothing else delays it; again for every attempt
  loaded,     // the model is ready
  prefilled,  // the prompt is evaluated; the first token comes next
};

enum class Channel { content, reasoning };  // reasoning: what a model says to itself, shown apart by its server

// Hears one call. All members run in the thread of the call and should return at once: the engine waits.
class Sink {
 public:
  virtual ~Sink() = default;
  // Embedded and replay tell every event; HTTP servers tell none of their own, so only `sent` comes from these.
  virtual void on_event(Event event) = 0;
  // Text as it comes: never empty, whole UTF-8 characters. `tokens`: how many made it, where the engine knows; a chunk
  // is not a token.
  virtual void on_text(std::string_view text, Channel channel, std::optional<std::uint32_t> tokens) = 0;
};

struct Counts {
  std::optional<std::uint64_t> prompt_tokens;
  std::optional<std::uint64_t> cached_tokens;  // of the prompt, taken from a cache and not evaluated
  std::optional<std::uint64_t> completion_tokens;
  std::optional<std::uint64_t> reasoning_tokens;  // of completion_tokens
};

// By the engine's own clock and its own definitions (docs/engines.md).
struct ServerDurations {
  std::optional<base::Nanoseconds> total;
  std::optional<base::Nanoseconds> load;
  std::optional<base::Nanoseconds> prompt_eval;
  std::optional<base::Nanoseconds> eval;
  std::optional<std::uint64_t> eval_steps{};  // that `eval` took; absent: one for each token of the completion
};

enum class Finish {
  stop,    // the model ended, or a stop text came
  length,  // the asked number of tokens, or the context, is used up
  other,   // see finish_as_reported
  broken   // it did not come to an end: see the failure
};

struct Completion {
  std::string text;
  std::string reasoning;
  Finish finish = Finish::broken;
  std::string finish_as_reported;
  Counts counts;
  ServerDurations server;
  core::RunConfig effective;       // settings as the engine reports them, not as asked
  std::string usage;               // the report of counts and durations as it came (JSON); may be empty
  std::vector<std::string> notes;  // what the caller should know: a setting not used, a prompt that may have been cut
  unsigned attempts = 0;
};

enum class FailureKind {
  unreachable,       // nobody answers there
  timed_out,         // no connection, no first text, or no further text in time
  cut,               // the answer broke off
  refused,           // the server says no; `status` has its code where it has one
  no_such_model,
  malformed,         // an answer that is not in the protocol
  redirected,        // to somewhere that was not asked for
  context_overflow,  // the prompt does not fit
  out_of_memory,
  bad_model,         // the model file cannot be used
  unsupported,       // this engine cannot do that
  not_recorded,      // replay: no such call in the transcript
  transcript,        // the call went well, but its record could not be written
  cancelled
};

struct Failure {
  FailureKind kind = FailureKind::refused;
  std::optional<int> status;  // of HTTP
  base::Error error;          // kind engine (exit code 4), interrupted where cancelled, usage where the request makes no sense
};

// A failure does not take away what came before it: the text, counts and notes so far stand in `completion`.
struct Outcome {
  Completion completion;
  std::optional<Failure> failure;
};

[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] std::string_view to_string(Event event);
[[nodiscard]] std::string_view to_string(Finish finish);
[[nodiscard]] std::string_view to_string(FailureKind kind);

}  // namespace chimera::engines
