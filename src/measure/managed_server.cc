#include "measure/managed_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/files.h"
#include "engines/http.h"
#include "engines/models.h"

namespace chimera::measure {
namespace {

constexpr base::Nanoseconds kMs = 1'000'000;
constexpr std::size_t kLastLines = 8;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

// The port, or one that the system chooses for 0; absent where it is taken.
std::optional<int> bind_once(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return std::nullopt;
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // as servers do: what is closing is no hindrance
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  const bool bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(listener, 1) == 0 && ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(listener);
  return bound ? std::optional<int>(ntohs(address.sin_port)) : std::nullopt;
}

// Takes a body and forgets it.
class Nothing final : public engines::BodyReader {
 public:
  State read(std::string_view) override { return State::life; }
};

bool is_setting_name(std::string_view text) { return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos; }

// Calls text(part) and setting(name) for what a word consists of, in order. A brace that holds no name is text.
template <class Text, class Name>
void take_apart(std::string_view word, const Text& text, const Name& setting) {
  while (!word.empty()) {
    const std::size_t open = word.find('{');
    const std::size_t close = open == std::string_view::npos ? open : word.find('}', open);
    if (close == std::string_view::npos) return text(word);
    const std::string_view name = word.substr(open + 1, close - open - 1);
    if (is_setting_name(name)) {
      text(word.substr(0, open));
      setting(name);
      word.remove_prefix(close + 1);
    } else {
      text(word.substr(0, open + 1));
      word.remove_prefix(open + 1);
    }
  }
}

std::string last_lines(const std::string& file) {
  const auto bytes = base::RealFileSystem().read(file);
  if (!bytes || bytes->empty()) return "it wrote nothing";
  std::string_view text = *bytes;
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::size_t at = text.size();
  for (std::size_t lines = 0; lines < kLastLines && at != std::string_view::npos && at > 0; ++lines) at = text.rfind('\n', at - 1);
  return fmt::format("its last lines, in {}:\n{}", file, text.substr(at == std::string_view::npos ? 0 : at + (text[at] == '\n' ? 1 : 0)));
}

}  // namespace

struct ManagedServer::State {
  ServerSpec spec;
  const base::Clock* clock = nullptr;
  std::set<std::string> settings;
  CommandLine rendered;  // what runs
  std::optional<GuardedProcess> process;
  std::atomic<pid_t> running = 0;
  std::vector<std::string> logs;
  engines::HttpClient http;

  [[nodiscard]] base::Result<std::string> render(std::string_view word, const core::RunConfig& config) const {
    std::string out;
    std::string missing;
    base::Result<void> model;
    take_apart(
        word, [&](std::string_view text) { out += text; },
        [&](std::string_view name) {
          if (name == "port") {
            out += std::to_string(spec.port);
          } else if (const auto value = config.get(name); !value) {
            missing = name;
          } else if (name == "model" && engines::find_known_model(*value) != nullptr) {
            auto path = engines::find_model(*value);
            path ? static_cast<void>(out += *path) : static_cast<void>(model = tl::make_unexpected(path.error()));
          } else {
            out += *value;
          }
        });
    if (!missing.empty())
      return base::fail(base::ErrorKind::usage, fmt::format("the server's command needs {{{}}}, and there is no such setting", missing), missing == "model" ? "--model names it" : fmt::format("--set {}=VALUE, or leave it out of --serve-cmd", missing));
    TRY_VOID(model);
    return out;
  }

  [[nodiscard]] base::Result<CommandLine> render(const core::RunConfig& config) const {
    CommandLine line;
    for (const std::string& word : spec.command) {
      TRY(std::string rendered_word, render(word, config));
      line.arguments.push_back(std::move(rendered_word));
    }
    for (const auto& [key, value] : spec.environment) {
      TRY(std::string rendered_value, render(value, config));
      line.environment.emplace_back(key, std::move(rendered_value));
    }
    return line;
  }

  [[nodiscard]] base::Result<void> start() {
    if (!bind_once(spec.port)) return base::fail(base::ErrorKind::engine, fmt::format("port {} is in use by something else", spec.port), "end what listens there, or leave {port} free to be chosen");
    logs.push_back(fmt::format("{}.server-{}.log", spec.log_stem, logs.size() + 1));
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::path(logs.back()).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    const int output = ::open(logs.back().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) return base::fail(base::ErrorKind::input, fmt::format("cannot write {}: {}", logs.back(), std::system_category().message(errno)));
    auto started = GuardedProcess::start(rendered, output);
    ::close(output);
    if (!started) {
      started.error().error.kind = base::ErrorKind::engine;
      return tl::make_unexpected(started.error().error);
    }
    process.emplace(std::move(*started));
    running = process->pid();
    return {};
  }

  // The status of the first path that the server knows; 0 while nobody answers.
  [[nodiscard]] int health(const std::stop_token& stop) {
    engines::Timeouts timeouts;
    timeouts.connect = 1'000 * kMs;
    timeouts.first_token = 5'000 * kMs;
    timeouts.between_tokens = 5'000 * kMs;
    int status = 0;
    for (const std::string& path : spec.health) {
      Nothing reader;
      status = http.exchange({fmt::format("http://127.0.0.1:{}{}", spec.port, path), {}, {}}, reader, timeouts, stop).status;
      if (status != 404 && status != 405) return status;
    }
    return status;
  }

  [[nodiscard]] base::Result<void> wait_until_healthy(base::Nanoseconds begin, const std::stop_token& stop) {
    base::Nanoseconds pause = 10 * kMs;
    while (true) {
      if (stop.stop_requested()) return base::fail(base::ErrorKind::interrupted, "interrupted while the server was starting");
      const int status = health(stop);
      if (status == 200) return {};
      if (const auto end = process->ended(pause)) return base::fail(base::ErrorKind::engine, fmt::format("the server ended before it was ready ({}); {}", describe(*end), last_lines(logs.back())), quoted(rendered.arguments));
      if (clock->steady() - begin > spec.ready_within)
        return base::fail(base::ErrorKind::engine, fmt::format("the server was not ready within {} s ({}); {}", spec.ready_within / 1'000'000'000, status == 0 ? std::string("nobody answers") : fmt::format("{} answers {}", fmt::join(spec.health, ", "), status), last_lines(logs.back())), quoted(rendered.arguments));
      pause = std::min(pause * 2, 250 * kMs);
    }
  }

  void end() {
    if (!process) return;
    running = 0;
    process->stop(spec.stop_within);
    process.reset();
  }
};

ManagedServer::ManagedServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ManagedServer::ManagedServer(ManagedServer&&) noexcept = default;
ManagedServer& ManagedServer::operator=(ManagedServer&&) noexcept = default;
ManagedServer::~ManagedServer() {
  if (state_) state_->end();
}

base::Result<ManagedServer> ManagedServer::create(ServerSpec spec, const base::Clock& clock) {
  if (spec.command.empty()) return base::fail(base::ErrorKind::usage, "there is no command for the server");
  if (spec.health.empty()) spec.health = {"/health", "/api/version", "/v1/models"};
  const auto port = bind_once(spec.port);
  if (!port) return base::fail(base::ErrorKind::usage, fmt::format("port {} is in use", spec.port), "end what listens there, or leave the port to be chosen");
  spec.port = *port;
  auto state = std::make_unique<State>();
  bool has_port = false;
  const auto note = [&](std::string_view word) {
    take_apart(word, [](std::string_view) {}, [&](std::string_view name) { name == "port" ? static_cast<void>(has_port = true) : static_cast<void>(state->settings.emplace(name)); });
  };
  for (const std::string& word : spec.command) note(word);
  for (const auto& [key, value] : spec.environment) note(value);
  if (!has_port) return base::fail(base::ErrorKind::usage, "the server's command does not say where {port} goes", "llama-server ... --port {port}; in --serve-env: OLLAMA_HOST=127.0.0.1:{port}");
  state->spec = std::move(spec);
  state->clock = &clock;
  return ManagedServer(std::move(state));
}

base::Result<ManagedServer::Ready> ManagedServer::ensure(const core::RunConfig& config, const std::stop_token& stop) {
  State& state = *state_;
  TRY(CommandLine wanted, state.render(config));
  const bool same = state.rendered.arguments == wanted.arguments && state.rendered.environment == wanted.environment;
  if (state.process && same && !state.process->ended(0)) return Ready{};
  state.end();
  state.rendered = std::move(wanted);
  const base::Nanoseconds begin = state.clock->steady();
  TRY_VOID(state.start());
  if (auto healthy = state.wait_until_healthy(begin, stop); !healthy) {
    state.end();
    return tl::make_unexpected(healthy.error());
  }
  return Ready{true, state.clock->steady() - begin};
}

base::Result<void> ManagedServer::check(base::Nanoseconds wait) {
  if (!state_->process) return {};
  const auto end = state_->process->ended(wait);
  if (!end) return {};
  return base::fail(base::ErrorKind::engine, fmt::format("the server died ({}); {}", describe(*end), last_lines(state_->logs.back())), quoted(state_->rendered.arguments));
}

void ManagedServer::stop() { state_->end(); }
std::string ManagedServer::url() const { return fmt::format("http://127.0.0.1:{}", state_->spec.port); }
const std::set<std::string>& ManagedServer::settings() const { return state_->settings; }
std::optional<pid_t> ManagedServer::pid() const { return state_->process ? std::optional(state_->process->pid()) : std::nullopt; }
const std::atomic<pid_t>& ManagedServer::running() const { return state_->running; }
const std::vector<std::string>& ManagedServer::logs() const { return state_->logs; }
const std::vector<std::string>& ManagedServer::command() const { return state_->rendered.arguments; }

}  // namespace chimera::measure
