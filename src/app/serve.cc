#include "app/serve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/console.h"
#include "app/interrupt.h"
#include "app/serve_backend.h"
#include "base/log.h"
#include "ingest/into_store.h"
#include "serve/guard.h"
#include "serve/server.h"

namespace chimera::app {
namespace {

namespace fs = std::filesystem;

// A folder that goes when this does.
class Scratch {
 public:
  static base::Result<std::unique_ptr<Scratch>> make() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "chimera-serve-XXXXXX").string();
    if (error || ::mkdtemp(path.data()) == nullptr) return base::fail(base::ErrorKind::input, "no temporary folder can be made", "set TMPDIR to a folder that can be written");
    return std::unique_ptr<Scratch>(new Scratch(path));
  }
  ~Scratch() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return (fs::path(path_) / name).string(); }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

bool plain_token(const std::string& token) {
  return std::all_of(token.begin(), token.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~'; });
}

base::Result<void> read_into(const std::vector<std::string>& paths, const std::string& store, const CommonOptions& common) {
  ingest::StoreOptions options;
  options.ingest.roots = paths;
  options.ingest.progress = progress_line(common, "reading file");
  options.store = store;
  TRY(const ingest::StoreOutcome outcome, ingest::into_store(options, base::RealFileSystem(), base::SystemClock()));
  print_diagnostics(outcome.diagnostics, common);
  return {};
}

base::Result<void> serve(const ServeCommand& command, const CommonOptions& common) {
  std::vector<std::string> paths = command.paths;
  if (paths.empty()) paths.emplace_back(".");
  if (!plain_token(command.token)) return base::fail(base::ErrorKind::usage, "a token is made of letters, digits, and -_.~", "");
  const Interrupt interrupt;  // before any thread is started, so that none of them takes the signal
  std::unique_ptr<Scratch> scratch;
  std::string store = paths.front();
  if (paths.size() != 1 || !store::looks_like_store(store)) {
    TRY(scratch, Scratch::make());
    store = scratch->file("served.duckdb");
    TRY_VOID(read_into(paths, store, common));
  }
  TRY(const std::unique_ptr<StoreBackend> backend, StoreBackend::open(paths, store));
  TRY(const std::unique_ptr<serve::Server> server, serve::Server::bind({command.host, command.port, command.token}, *backend));
  const bool six = command.host.find(':') != std::string::npos;
  print(fmt::format("http://{}{}{}:{}/{}\n", six ? "[" : "", command.host, six ? "]" : "", server->port(), command.token.empty() ? "" : "?token=" + command.token));
  std::fflush(stdout);  // whoever reads it waits for it
  base::log_info("serving until Ctrl-C");
  server->run(interrupt.token());
  return {};
}

}  // namespace

int serve_command(const ServeCommand& command, const CommonOptions& common) {
  const auto done = serve(command, common);
  return done ? 0 : report_error(done.error());
}

}  // namespace chimera::app
