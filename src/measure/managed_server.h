// The user's own inference server, started with the settings that a measurement asks for: its command has placeholders for
// them, and it is started anew when one of these changes.
//
// Owns the server, which ends with it (guarded_process.h), and a port on the loopback. Threads: one at a time. Fails: engine errors
// with the last lines of what the server wrote.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "core/config.h"
#include "measure/guarded_process.h"

namespace chimera::measure {

// {port} is the server's port, {model} a file where that is one of ours; other words in braces are settings: {num_ctx}.
struct ServerSpec {
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> environment;  // values may hold placeholders too
  std::vector<std::string> health;  // paths; the first that is there at all must answer with 200. Empty: those of the presets
  int port = 0;                     // 0: one that is free
  std::string log_stem;             // "runs/a" gives runs/a.server-1.log, …
  base::Nanoseconds ready_within = 600'000'000'000;
  base::Nanoseconds stop_within = 10'000'000'000;
};

// Servers whose command we know.
struct ServerPreset {
  std::string_view name;      // llama-server, ollama, vllm
  std::string_view engine;    // that speaks with it: openai, ollama
  std::string_view command;
  std::string_view environment;  // "KEY=value KEY=value"
  std::string_view health;
};
[[nodiscard]] std::span<const ServerPreset> server_presets();

// Words as a shell parts them, with quotes and backslashes; nothing is expanded. A usage error where a quote is open.
[[nodiscard]] base::Result<std::vector<std::string>> split_words(std::string_view line);
// "KEY=value KEY2='a b'" as pairs.
[[nodiscard]] base::Result<std::vector<std::pair<std::string, std::string>>> split_environment(std::string_view text);
// A spec from what a user wrote: a preset's name, or a command.
[[nodiscard]] base::Result<ServerSpec> server_spec(std::string_view command, std::string_view environment);

class ManagedServer {
 public:
  // Usage errors: no command, a port that is in use.
  [[nodiscard]] static base::Result<ManagedServer> create(ServerSpec spec, const base::Clock& clock);
  ManagedServer(ManagedServer&&) noexcept;
  ManagedServer& operator=(ManagedServer&&) noexcept;
  ~ManagedServer();

  struct Ready {
    bool started = false;          // anew for this call
    base::Nanoseconds took = 0;    // from the start of the process until it was healthy; 0 where it ran already
  };
  // Returns when the server runs with these settings and is healthy. Usage errors: a placeholder without a setting. Engine
  // errors: cannot be started, ends before it is healthy, or is not in time; interrupted where `stop` asks.
  [[nodiscard]] base::Result<Ready> ensure(const core::RunConfig& config, const std::stop_token& stop);
  // An engine error where the server has ended by itself, or does within `wait`: how, and its last lines.
  [[nodiscard]] base::Result<void> check(base::Nanoseconds wait = 0);
  // Ends it; the next ensure() starts it anew.
  void stop();

  [[nodiscard]] std::string url() const;  // http://127.0.0.1:PORT
  [[nodiscard]] const std::set<std::string>& settings() const;  // named in the command: what it must be started anew for
  [[nodiscard]] std::optional<pid_t> pid() const;               // while it runs
  // The same for another thread, which may look at any time; 0 while none runs. Lives as long as this.
  [[nodiscard]] const std::atomic<pid_t>& running() const;
  [[nodiscard]] const std::vector<std::string>& logs() const;   // files, in the order of the starts
  [[nodiscard]] const std::vector<std::string>& command() const;  // that was started last

 private:
  struct State;
  explicit ManagedServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace chimera::measure
