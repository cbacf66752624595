// One HTTP exchange at a time, its body handed on while it comes. Connections stay open between exchanges.
//
// Threads: exchange() may run in several at a time. It looks at a clock for its deadlines and for nothing else.
// Redirects are not followed to another scheme, host or port; on the same one only where the method stays (307, 308).
// A loopback address is never asked through a proxy.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engines/completion.h"

namespace chimera::engines {

struct CurlApi;

struct HttpRequest {
  std::string url;
  std::string body;  // empty: GET, else POST of JSON
  std::vector<std::string> headers;
};

// Takes the body of an answer with status 200 as it comes.
class BodyReader {
 public:
  enum class State {
    nothing,  // nothing that counts as life: comments, half a line
    life,     // goes on, with something new
    done,     // the answer is complete by its own protocol, whatever else may come
    failed    // the exchange may end
  };
  virtual ~BodyReader() = default;
  virtual State read(std::string_view bytes) = 0;
};

struct HttpAnswer {
  int status = 0;  // 0: none came
  std::string content_type;
  std::optional<base::Nanoseconds> retry_after;
  std::string error_body;          // where the status is not 200: its first 64 KiB
  std::optional<Failure> failure;  // of the transport: unreachable, timed_out, cut, redirected, cancelled
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  [[nodiscard]] HttpAnswer exchange(const HttpRequest& request, BodyReader& reader, const Timeouts& timeouts, const std::stop_token& stop);
  // The whole body of a short answer, up to 16 MiB, within ten seconds; a failure where the status is not 200.
  [[nodiscard]] base::Result<std::string> get(const HttpRequest& request);

 private:
  struct Connection;
  [[nodiscard]] std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  const base::Result<const CurlApi*> curl_;  // where there is none, every exchange fails and says why
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<Connection>> idle_;
};

// Waits, unless `stop` asks to end before: then false.
[[nodiscard]] bool wait_for(base::Nanoseconds duration, const std::stop_token& stop);

// "http://host:port" of an address: what may not change in a redirect. Empty where it is none.
[[nodiscard]] std::string origin_of(std::string_view url);

}  // namespace chimera::engines
