// `chimera serve`: pages and an API over HTTP/1.1 (schema/serve.openapi.json), for one person on one machine.
//
// Threads: a pool of fixed size; a live stream and an open connection hold one each. Fails: input where the address cannot
// be had.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "serve/backend.h"

namespace chimera::serve {

struct ServeOptions {
  std::string host = "127.0.0.1";
  int port = 7411;                                // 0: any free one
  std::string token;                              // wanted of every request; empty: none
  std::size_t most_body = std::size_t{256} << 20; // bytes of a request's body
  unsigned most_streams = 16;                     // live streams at a time
  unsigned threads = 96;
};

class Server {
 public:
  // A usage error where an address that others reach is to be served without a token. The library that speaks HTTP comes with this
  // call: every command but `serve` starts without it, TLS and Brotli.
  [[nodiscard]] static base::Result<std::unique_ptr<Server>> bind(const ServeOptions& options, Backend& backend);
  virtual ~Server() = default;
  [[nodiscard]] virtual int port() const = 0;
  // Serves until it is asked to stop; streams end then.
  virtual void run(const std::stop_token& stop) = 0;
};

}  // namespace chimera::serve
