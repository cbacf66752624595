// Between the program and the module that it loads to serve (src/serve/http), both of one build.
#pragma once

#include <memory>

#include "serve/server.h"

// Makes a server and lets it listen.
extern "C" void chimera_serve_bind(const chimera::serve::ServeOptions& options, chimera::serve::Backend& backend, chimera::base::Result<std::unique_ptr<chimera::serve::Server>>& out);
