#include "engines/test_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace chimera::engines {
namespace {

int listen_somewhere(int& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(socket, 16), 0);
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return socket;
}

bool readable(int descriptor, int milliseconds) {
  pollfd wait{descriptor, POLLIN, 0};
  return ::poll(&wait, 1, milliseconds) > 0;
}

std::string read_request(int connection) {
  std::string request;
  char buffer[4096];
  while (readable(connection, 5000)) {
    const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) break;
    request.append(buffer, static_cast<std::size_t>(got));
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    const std::size_t length = request.find("Content-Length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::strtoul(request.c_str() + length + 16, nullptr, 10);
    if (request.size() >= end + 4 + body) break;
  }
  return request;
}

}  // namespace

TestServer::TestServer(std::vector<Script> scripts) : scripts_(std::move(scripts)), listener_(listen_somewhere(port_)), thread_([this] { serve(); }) {}

TestServer::~TestServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

std::string TestServer::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

std::vector<std::string> TestServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TestServer::serve() {
  for (std::size_t number = 0; !ending_;) {
    if (!readable(listener_, 5)) continue;
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    std::string request = read_request(connection);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    answer(connection, scripts_[std::min(number++, scripts_.size() - 1)]);
  }
}

void TestServer::answer(int connection, const Script& script) {
  for (const Step& step : script.steps) {
    for (auto left = step.before; left.count() > 0 && !ending_; left -= std::chrono::milliseconds(5)) std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(5)));
    std::string_view rest = step.bytes;
    while (!rest.empty() && !ending_) {
      const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (step.then) step.then();
  }
  const linger torn{1, 0};
  if (script.reset) ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &torn, sizeof torn);
  ::close(connection);
}

std::string dead_url() {
  int port = 0;
  ::close(listen_somewhere(port));
  return fmt::format("http://127.0.0.1:{}", port);
}

std::string head(int status, const std::string& type, const std::string& more) {
  return fmt::format("HTTP/1.1 {} Said So\r\nContent-Type: {}\r\nConnection: close\r\n{}\r\n", status, type, more);
}

std::string whole(int status, const std::string& body, const std::string& more) {
  return head(status, "application/json", fmt::format("Content-Length: {}\r\n{}", body.size(), more)) + body;
}

}  // namespace chimera::engines
