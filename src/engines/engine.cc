#include "engines/engine.h"

namespace chimera::engines {

base::Result<std::vector<std::int32_t>> Engine::tokenise(const core::RunConfig&, std::string_view) {
  return base::fail(base::ErrorKind::engine, "this engine does not tell how it takes text apart into tokens");
}

tl::expected<WasRead, Failure> Engine::read(const Reading&, LogitsSink&, std::stop_token) {
  return tl::make_unexpected(Failure{FailureKind::unsupported, std::nullopt, {base::ErrorKind::engine, "this engine does not tell its logits", "the embedded engine does"}});
}

base::Result<void> Engine::unload(const core::RunConfig&) {
  return base::fail(base::ErrorKind::engine, "this engine cannot be told to unload a model");
}

}  // namespace chimera::engines
