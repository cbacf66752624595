// For tests: an HTTP server on a loopback port of its own that sends exactly the bytes it is told, when it is told.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace chimera::engines {

struct Step {
  std::string bytes;
  std::chrono::milliseconds before{0};  // waits first
  std::function<void()> then = {};      // called once the bytes are sent
};

// What one request gets, after which the connection is closed; `reset`: torn down instead (RST).
struct Script {
  std::vector<Step> steps;
  bool reset = false;
};

class TestServer {
 public:
  // The n-th request gets the n-th script, further ones the last.
  explicit TestServer(std::vector<Script> scripts);
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer();
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<std::string> requests();  // head and body, as they came

 private:
  void serve();
  void answer(int connection, const Script& script);

  std::vector<Script> scripts_;
  int port_ = 0;  // before the listener, which sets it
  int listener_ = -1;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;  // guards requests_
  std::vector<std::string> requests_;
  std::thread thread_;
};

// A port on which nobody listens.
[[nodiscard]] std::string dead_url();
// The head of an answer whose body ends with the connection, and one in chunks.
[[nodiscard]] std::string head(int status, const std::string& type = "application/json", const std::string& more = "");
[[nodiscard]] std::string whole(int status, const std::string& body, const std::string& more = "");

}  // namespace chimera::engines
