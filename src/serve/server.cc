#include "serve/server.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "serve/guard.h"
#include "serve/module.h"

namespace chimera::serve {
namespace {

constexpr const char* kModule = "chimera_serve.so";

base::Result<decltype(&::chimera_serve_bind)> load_module() {
  // Found by the run path of the program, and never let go.
  void* const module = ::dlopen(kModule, RTLD_LAZY | RTLD_LOCAL);
  if (void* const found = module == nullptr ? nullptr : ::dlsym(module, "chimera_serve_bind"); found != nullptr) return reinterpret_cast<decltype(&::chimera_serve_bind)>(found);
  const char* const reason = ::dlerror();
  return base::fail(base::ErrorKind::input, fmt::format("what serves pages cannot be loaded: {}", reason == nullptr ? "no reason given" : reason),
                    fmt::format("{} belongs beside the program, in ../lib/chimera", kModule));
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::bind(const ServeOptions& options, Backend& backend) {
  if (!is_loopback(options.host) && options.token.empty())
    return base::fail(base::ErrorKind::usage, fmt::format("{} can be reached by others, so it is served only with a token", options.host), "add --token SECRET, or leave --host out");
  TRY(const auto bind_in_module, load_module());
  base::Result<std::unique_ptr<Server>> server;
  bind_in_module(options, backend, server);
  return server;
}

}  // namespace chimera::serve
