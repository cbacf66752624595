#include "measure/served_engine.h"

#include <fmt/format.h>

namespace chimera::measure {

namespace {

// A connection breaks before its process is known to have ended.
constexpr base::Nanoseconds kLastBreath = 2'000'000'000;

}  // namespace

using engines::Failure;
using engines::FailureKind;
using engines::Outcome;

engines::Outcome ServedEngine::complete(const engines::Request& request, engines::Sink& sink, std::stop_token stop) {
  const auto ready = server_.ensure(request.config, stop);
  if (!ready) {
    Outcome outcome;
    outcome.failure = Failure{ready.error().kind == base::ErrorKind::interrupted ? FailureKind::cancelled : FailureKind::unreachable, std::nullopt, ready.error()};
    return outcome;
  }
  engines::Request inner = request;
  inner.config = for_engine(request.config);
  Outcome outcome = engine_.complete(inner, sink, std::move(stop));
  if (ready->started && !outcome.completion.server.load) outcome.completion.server.load = ready->took;
  for (const std::string& name : server_.settings())
    if (const auto value = request.config.get(name); value && !outcome.completion.effective.get(name)) outcome.completion.effective.set(name, *value);
  if (outcome.failure) {
    const bool broke = outcome.failure->kind == FailureKind::unreachable || outcome.failure->kind == FailureKind::cut;
    if (const auto alive = server_.check(broke ? kLastBreath : 0); !alive) outcome.failure->error = alive.error();
  }
  return outcome;
}

engines::Capabilities ServedEngine::capabilities() const {
  engines::Capabilities capabilities = engine_.capabilities();
  capabilities.unload = true;
  return capabilities;
}

base::Result<engines::EngineInfo> ServedEngine::info() {
  TRY(engines::EngineInfo info, engine_.info());
  if (!server_.command().empty()) info.where = fmt::format("{} ({})", info.where, quoted(server_.command()));
  return info;
}

base::Result<engines::ModelInfo> ServedEngine::model(const core::RunConfig& config) {
  TRY(const ManagedServer::Ready ready, server_.ensure(config, {}));
  (void)ready;
  return engine_.model(for_engine(config));
}

base::Result<std::vector<std::int32_t>> ServedEngine::tokenise(const core::RunConfig& config, std::string_view text) {
  TRY(const ManagedServer::Ready ready, server_.ensure(config, {}));
  (void)ready;
  return engine_.tokenise(for_engine(config), text);
}

base::Result<void> ServedEngine::unload(const core::RunConfig&) {
  server_.stop();
  return {};
}

// What the server was started with is not asked for again: it would be a setting that the protocol does not know.
core::RunConfig ServedEngine::for_engine(const core::RunConfig& config) const {
  core::RunConfig rest;
  for (const core::Setting& setting : config.settings())
    if (setting.key == "model" || server_.settings().count(setting.key) == 0) rest.set(setting.key, setting.value);
  return rest;
}

}  // namespace chimera::measure
