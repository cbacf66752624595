// What the server shows, asked by path: app puts the other rooms behind it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chimera::serve {

struct Request {
  std::string method;                         // "GET" or "POST"
  std::string path;                           // "/api/facts"
  std::map<std::string, std::string> fields;  // of the query string, decoded; of equal names the first
  std::string body;
};

struct Reply {
  int status = 200;
  std::string body;                        // JSON, unless `type` says otherwise
  std::string type = "application/json";
};

// Threads: answer() and log_file() are called from several at the same time.
class Backend {
 public:
  virtual ~Backend() = default;
  // Nothing for a path that is none of its own.
  [[nodiscard]] virtual std::optional<Reply> answer(const Request& request) = 0;
  // Where a growing log lies, by the name that the backend listed it under; nothing for any other name.
  [[nodiscard]] virtual std::optional<std::string> log_file(const std::string& name) = 0;
  // What the pages are made of: charts.js, serve.js, serve.css.
  [[nodiscard]] virtual std::string_view page_file(std::string_view name) const = 0;
  // Lines of Prometheus's text format, appended to the server's own.
  [[nodiscard]] virtual std::string metrics() = 0;
};

// {"error":…,"hint":…}
[[nodiscard]] Reply failure(int status, const std::string& message, const std::string& hint);

}  // namespace chimera::serve
