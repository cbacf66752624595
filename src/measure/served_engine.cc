#include "measure/served_engine.h"

#include <fmt/format.h>

#include <filesystem>

#include "engines/models.h"

namespace chimera::measure {

namespace {

// A connection breaks before its process is known to have ended.
constexpr base::Nanoseconds kLastBreath = 2'000'000'000;

// The file on this machine that a name of a model stands for; empty where it stands for something else.
std::string file_of(std::string_view model) {
  std::error_code error;
  const auto path = engines::find_model(model);
  return path && std::filesystem::is_regular_file(*path, error) ? *path : std::string();
}

// As the embedded engine calls it: where a file lies is no part of a configuration.
std::string without_folder(std::string_view path) { return std::filesystem::path(path).filename().string(); }

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
  core::RunConfig& effective = outcome.completion.effective;
  for (const std::string& name : server_.settings())
    if (const auto value = request.config.get(name); value && !effective.get(name)) effective.set(name, *value);
  if (const auto model = effective.get("model"); model && !file_of(*model).empty()) effective.set("model", without_folder(file_of(*model)));
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
  auto info = engine_.model(for_engine(config));
  if (!info)  // a server of one model answers under any name
    if (auto all = engine_.models(); all && all->size() == 1) info = std::move(all->front());
  if (!info) return info;
  std::string file = file_of(config.get("model").value_or(info->name));
  if (file.empty()) file = file_of(info->name);
  if (file.empty()) return info;
  const auto asked = config.get("model");
  info->name = asked && engines::find_known_model(*asked) != nullptr ? std::string(*asked) : without_folder(file);
  if (info->digest.empty()) {
    TRY(engines::FileDigest digest, engines::digest_of(file));
    info->digest = std::move(digest.sha256);
    info->bytes = digest.bytes;
  }
  return info;
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
