#include "measure/managed_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "engines/http.h"
#include "engines/openai.h"
#include "engines/test_sink.h"
#include "measure/proc.h"
#include "measure/served_engine.h"

namespace chimera::measure {
namespace {

constexpr base::Nanoseconds kSecond = 1'000'000'000;

bool runs(int pid) {
  const auto stat = Proc().text("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->find(") Z ") == std::string::npos;
}

bool ends(int pid) {
  for (int i = 0; i < 200 && runs(pid); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return !runs(pid);
}

// Stands still until the server answers, however busy the machine is; by then two seconds have gone.
class PatientClock final : public base::Clock {
 public:
  void watch(const std::string& url) { url_ = url; }
  [[nodiscard]] base::Nanoseconds wall() const override { return real_.wall(); }
  [[nodiscard]] base::Nanoseconds steady() const override {
    const bool answered = answers_;  // so that who asked before it did asks once more
    answers_ = answers_ || ++asked_ > kMostAsked || (!url_.empty() && engines::HttpClient().get({url_ + "/arguments", {}, {}}).has_value());
    return answered ? 2 * kSecond + real_.steady() - begin_ : 0;
  }

 private:
  static constexpr int kMostAsked = 10'000;
  base::SystemClock real_;
  base::Nanoseconds begin_ = real_.steady();
  std::string url_;
  mutable bool answers_ = false;
  mutable int asked_ = 0;
};

class Served : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/python3", X_OK) != 0) GTEST_SKIP() << "needs python3";
    std::string form = (std::filesystem::temp_directory_path() / "served.XXXXXX").string();
    folder_ = ::mkdtemp(form.data());
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  ServerSpec spec(const std::string& more) {
    ServerSpec made = *server_spec("python3 tests/fake_server.py --port {port} " + more, "");
    made.log_stem = folder_ + "/log";
    made.ready_within = 20 * kSecond;
    made.stop_within = 2 * kSecond;
    return made;
  }
  ManagedServer server(const std::string& more) { return std::move(*ManagedServer::create(spec(more), clock_)); }
  static core::RunConfig config(const std::string& num_ctx) {
    core::RunConfig made;
    made.set("model", "fake");
    made.set("num_ctx", num_ctx);
    made.set("temperature", "0");
    return made;
  }

  base::SystemClock clock_;
  std::string folder_;
};

TEST(ServerCommand, IsPartedAsAShellWould) {
  EXPECT_EQ(*split_words(R"(a 'b c' "d \"e" f\ g '' h'i'j)"), (std::vector<std::string>{"a", "b c", "d \"e", "f g", "", "hij"}));
  EXPECT_TRUE(split_words("  ")->empty());
  EXPECT_EQ(split_words("a 'b").error().kind, base::ErrorKind::usage);
  EXPECT_EQ(split_environment("A=1 B='x y'")->at(1).second, "x y");
  EXPECT_FALSE(split_environment("novalue").has_value());
  EXPECT_EQ(quoted({"a", "b c", "it's", ""}), "a 'b c' 'it'\\''s' ''");
}

TEST(ServerCommand, PresetsNameTheirSettings) {
  const base::SystemClock clock;
  const auto llama = ManagedServer::create(*server_spec("llama-server", ""), clock);
  ASSERT_TRUE(llama.has_value());
  EXPECT_EQ(llama->settings(), (std::set<std::string>{"batch", "model", "num_ctx", "num_gpu"}));
  const ServerSpec ollama = *server_spec("ollama", "OLLAMA_CONTEXT_LENGTH={num_ctx}");
  EXPECT_EQ(ollama.command, (std::vector<std::string>{"ollama", "serve"}));
  EXPECT_EQ(ollama.environment.size(), 2U);
  EXPECT_EQ(ollama.health, std::vector<std::string>{"/api/version"});
  const auto without = ManagedServer::create(*server_spec("my-server --threads {threads}", ""), clock);
  ASSERT_FALSE(without.has_value());
  EXPECT_NE(without.error().message.find("{port}"), std::string::npos);
}

TEST_F(Served, StartsWaitsUntilHealthyAndEnds) {
  ManagedServer managed = server("--delay 0.2 --loading 0.3 {num_ctx}");
  const auto ready = managed.ensure(config("1024"), {});
  ASSERT_TRUE(ready.has_value()) << ready.error().message;
  EXPECT_TRUE(ready->started);
  EXPECT_GE(ready->took, kSecond / 2);
  const int pid = managed.pid().value();
  EXPECT_TRUE(runs(pid));
  EXPECT_EQ(*engines::HttpClient().get({managed.url() + "/arguments", {}, {}}), R"(["1024"])");
  managed.stop();
  EXPECT_FALSE(runs(pid));
  EXPECT_EQ(managed.pid(), std::nullopt);
  EXPECT_NE(base::RealFileSystem().read(folder_ + "/log.server-1.log")->find("fake server:"), std::string::npos) << "what it writes is kept";
}

TEST_F(Served, StartsAnewOnlyWhereASettingOfItsCommandChanges) {
  ManagedServer managed = server("{num_ctx}");
  ASSERT_TRUE(managed.ensure(config("1024"), {}).has_value());
  const int first = managed.pid().value();
  core::RunConfig warmer = config("1024");
  warmer.set("temperature", "0.8");
  EXPECT_FALSE(managed.ensure(warmer, {})->started);
  EXPECT_EQ(managed.pid(), first);
  EXPECT_TRUE(managed.ensure(config("4096"), {})->started);
  EXPECT_NE(managed.pid(), first);
  EXPECT_FALSE(runs(first));
  EXPECT_EQ(managed.logs().size(), 2U);
}

TEST_F(Served, AServerThatEndsBeforeItIsReadyIsToldWithItsLastLines) {
  ManagedServer managed = server("--fail 'error: unknown model architecture'");
  const auto ready = managed.ensure(config("1"), {});
  ASSERT_FALSE(ready.has_value());
  EXPECT_EQ(ready.error().kind, base::ErrorKind::engine);
  EXPECT_NE(ready.error().message.find("exit code 3"), std::string::npos) << ready.error().message;
  EXPECT_NE(ready.error().message.find("unknown model architecture"), std::string::npos) << ready.error().message;
}

TEST_F(Served, AServerThatNeverGetsHealthyIsGivenUpAndEnded) {
  ServerSpec slow = spec("--loading 1000 --child " + folder_ + "/child");
  slow.ready_within = kSecond;
  PatientClock clock;
  ManagedServer managed = std::move(*ManagedServer::create(slow, clock));
  clock.watch(managed.url());
  const auto ready = managed.ensure(config("1"), {});
  ASSERT_FALSE(ready.has_value());
  EXPECT_NE(ready.error().message.find("not ready within 1 s (/health, /api/version, /v1/models answers 503)"), std::string::npos) << ready.error().message;
  const auto child = base::RealFileSystem().read(folder_ + "/child");
  ASSERT_TRUE(child.has_value()) << child.error().message;
  EXPECT_TRUE(ends(std::stoi(*child))) << "what it started in a session of its own ends too";
}

TEST_F(Served, AMissingProgramSettingOrPortIsSaid) {
  ServerSpec missing = spec("");
  missing.command[0] = "no-such-server";
  EXPECT_EQ(ManagedServer::create(missing, clock_)->ensure(config("1"), {}).error().message, "command not found: no-such-server");
  EXPECT_EQ(server("-b {batch}").ensure(config("1"), {}).error().message, "the server's command needs {batch}, and there is no such setting");
  ManagedServer one = server("");
  ASSERT_TRUE(one.ensure(config("1"), {}).has_value());
  ServerSpec taken = spec("");
  taken.port = std::stoi(one.url().substr(one.url().rfind(':') + 1));
  const auto other = ManagedServer::create(taken, clock_);
  ASSERT_FALSE(other.has_value());
  EXPECT_NE(other.error().message.find("is in use"), std::string::npos);
}

TEST_F(Served, OneThatIgnoresSigtermIsKilled) {
  ManagedServer managed = server("--ignore-term");
  ASSERT_TRUE(managed.ensure(config("1"), {}).has_value());
  const int pid = managed.pid().value();
  managed.stop();
  EXPECT_FALSE(runs(pid));
}

TEST_F(Served, OursBlocksSignalsAndTheServerStillEndsAtSigterm) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);  // as app/interrupt.h does
  auto started = GuardedProcess::start({{"sleep", "300"}, {}}, STDERR_FILENO);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(started.has_value());
  started->stop(20 * kSecond);
  const auto end = started->ended(0);
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->signal, SIGTERM) << describe(*end);
}

TEST_F(Served, AFileServedUnderItsPathIsNamedAsAsked) {
  const std::string file = folder_ + "/tiny.gguf";
  ASSERT_TRUE(base::write_file(file, "GGUF").has_value());
  ManagedServer managed = server("--name {model}");
  engines::OpenAiEngine openai({managed.url(), ""});
  ServedEngine engine(openai, managed);
  engines::Request request;
  request.prompt = "x";
  request.config = config("1");
  request.config.set("model", file);
  const auto model = engine.model(request.config);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->name, "tiny.gguf");
  EXPECT_EQ(model->bytes, 4U);
  EXPECT_EQ(model->digest, "b83633aa785344791618f2fddf131b010ea04912a60430760b070bad293f65bd");
  engines::TestSink sink;
  EXPECT_EQ(engine.complete(request, sink, {}).completion.effective.get("model"), "tiny.gguf");
}

TEST_F(Served, AnInterruptEndsTheWait) {
  ManagedServer managed = server("--loading 1000");
  std::stop_source source;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    source.request_stop();
  });
  const auto ready = managed.ensure(config("1"), source.get_token());
  ASSERT_FALSE(ready.has_value());
  EXPECT_EQ(ready.error().kind, base::ErrorKind::interrupted);
}

// A process of its own holds the server and is killed.
TEST_F(Served, NothingOutlivesUs) {
  const std::string pids = folder_ + "/pids";
  const pid_t holder = ::fork();
  if (holder == 0) {
    ManagedServer managed = server("--child " + folder_ + "/child");
    if (!managed.ensure(config("1"), {})) ::_exit(1);
    std::ofstream(pids) << managed.pid().value() << std::flush;
    std::filesystem::rename(pids, pids + ".whole");
    ::pause();
  }
  for (int i = 0; i < 1000 && !std::filesystem::exists(pids + ".whole"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const int pid = std::stoi(*base::RealFileSystem().read(pids + ".whole"));
  const int child = std::stoi(*base::RealFileSystem().read(folder_ + "/child"));
  EXPECT_TRUE(runs(pid));
  ::kill(holder, SIGKILL);
  ::waitpid(holder, nullptr, 0);
  EXPECT_TRUE(ends(pid));
  EXPECT_TRUE(ends(child));
}

TEST_F(Served, AnEngineIsServedWithTheSettingsOfEachCall) {
  ManagedServer managed = server("-c {num_ctx}");
  engines::OpenAiEngine openai({managed.url(), ""});
  ServedEngine engine(openai, managed);
  engines::Request request;
  request.prompt = "x";
  request.config = config("2048");
  engines::TestSink sink;
  const engines::Outcome cold = engine.complete(request, sink, {});
  ASSERT_FALSE(cold.failure.has_value()) << cold.failure->error.message;
  EXPECT_EQ(cold.completion.text, " word word word word");
  EXPECT_EQ(cold.completion.effective.get("num_ctx"), "2048");
  EXPECT_TRUE(cold.completion.server.load.has_value());
  for (const std::string& note : cold.completion.notes) EXPECT_EQ(note.find("num_ctx"), std::string::npos) << note;
  EXPECT_FALSE(engine.complete(request, sink, {}).completion.server.load.has_value()) << "it ran already";
  ASSERT_TRUE(engine.unload(request.config).has_value());
  EXPECT_TRUE(engine.complete(request, sink, {}).completion.server.load.has_value());
}

TEST_F(Served, AServerThatDiesMidRunIsToldAndStartedAnew) {
  ManagedServer managed = server("--die-after 2");
  engines::OpenAiEngine openai({managed.url(), ""});
  ServedEngine engine(openai, managed);
  engines::Request request;
  request.prompt = "x";
  request.config = config("1");
  request.retries.attempts = 1;
  engines::TestSink sink;
  EXPECT_FALSE(engine.complete(request, sink, {}).failure.has_value());
  const engines::Outcome died = engine.complete(request, sink, {});
  ASSERT_TRUE(died.failure.has_value());
  EXPECT_NE(died.failure->error.message.find("the server died (exit code 7)"), std::string::npos) << died.failure->error.message;
  EXPECT_NE(died.failure->error.message.find("CUDA error: out of memory"), std::string::npos) << died.failure->error.message;
  EXPECT_FALSE(engine.complete(request, sink, {}).failure.has_value()) << "the next call has a new one";
}

}  // namespace
}  // namespace chimera::measure
