#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace chimera::base {

void start_logging(LogLevel level) {
  const bool colours = isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(colours ? spdlog::color_mode::always : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("chimera", std::move(sink));
  logger->set_pattern("chimera: %^%v%$");
  switch (level) {
    case LogLevel::quiet: logger->set_level(spdlog::level::err); break;
    case LogLevel::normal: logger->set_level(spdlog::level::info); break;
    case LogLevel::verbose: logger->set_level(spdlog::level::debug); break;
  }
  spdlog::set_default_logger(std::move(logger));
}

void log_note(std::string_view message) { spdlog::debug("{}", message); }
void log_info(std::string_view message) { spdlog::info("{}", message); }
void log_warning(std::string_view message) { spdlog::warn("warning: {}", message); }
void log_error(std::string_view message) { spdlog::error("error: {}", message); }

}  // namespace chimera::base
