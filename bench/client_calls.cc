// The client of bench/client_overhead.py: asks a server CALLS times and prints for each call one line of JSON: the steady
// times at which the request was sent and each text came, and the processor time that the thread took.
//
//   bench_client_calls ollama|openai|bare URL CALLS
//
// bare: a blocking socket that sends the same request and only stamps what it reads, as the floor to compare with.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "engines/ollama.h"
#include "engines/openai.h"
#include "measure/probe.h"

namespace {

using namespace chimera;

std::int64_t processor_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

void print_call(std::int64_t sent, std::int64_t ended, std::int64_t used, const std::vector<std::int64_t>& texts) {
  fmt::print("{{\"sent\":{},\"ended\":{},\"processor_ns\":{},\"texts\":[{}]}}\n", sent, ended, used, fmt::join(texts, ","));
}

int call(engines::Engine& engine, const base::Clock& clock) {
  engines::Request request;
  request.messages = {{engines::Role::user, "Say something."}};
  request.config.set("model", "scripted");
  measure::Probe probe(clock, 100'000);
  const std::int64_t before = processor_ns();
  const engines::Outcome outcome = engine.complete(request, probe, {});
  const std::int64_t used = processor_ns() - before;
  probe.end();
  if (outcome.failure) return fmt::print(stderr, "{}\n", outcome.failure->error.message), 1;
  std::vector<std::int64_t> texts;
  for (const measure::TextStamp& text : probe.times().texts) texts.push_back(text.at);
  print_call(*probe.times().sent, *probe.times().ended, used, texts);
  return 0;
}

int connect_to(std::string_view url) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(std::string(url.substr(url.rfind(':') + 1)).c_str())));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? socket : -1;
}

// The first read is the head of the answer; every further one is taken for a text, up to the end of the chunks.
int bare_call(int socket, const base::Clock& clock) {
  constexpr std::string_view kRequest = "POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  std::vector<std::int64_t> texts;
  texts.reserve(100'000);
  char buffer[65536];
  const std::int64_t before = processor_ns();
  const std::int64_t sent = clock.steady();
  if (::send(socket, kRequest.data(), kRequest.size(), 0) < 0) return 1;
  for (std::string_view got; got.size() < 5 || got.substr(got.size() - 5) != "0\r\n\r\n";) {
    const ssize_t size = ::recv(socket, buffer, sizeof buffer, 0);
    texts.push_back(clock.steady());
    if (size <= 0) return 1;
    got = {buffer, static_cast<std::size_t>(size)};
  }
  const std::int64_t used = processor_ns() - before;
  print_call(sent, texts.back(), used, {texts.begin() + 1, texts.end()});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const base::SystemClock system;
  if (argc == 4 && std::string_view(argv[1]) == "bare") {
    const int socket = connect_to(argv[2]);
    int failed = 0;
    for (int i = std::atoi(argv[3]); i > 0 && failed == 0; --i) failed = bare_call(socket, system);
    return failed;
  }
  if (argc != 4) return fmt::print(stderr, "bench_client_calls ollama|openai|bare URL CALLS\n"), 2;
  std::unique_ptr<engines::Engine> engine;
  if (std::string_view(argv[1]) == "ollama") engine = std::make_unique<engines::OllamaEngine>(argv[2]);
  else engine = std::make_unique<engines::OpenAiEngine>(engines::OpenAiOptions{argv[2], ""});
  for (int i = std::atoi(argv[3]); i > 0; --i)
    if (call(*engine, system) != 0) return 1;
  return 0;
}
