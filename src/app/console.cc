#include "app/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <memory>

#include "base/log.h"

namespace chimera::app {
namespace {

constexpr std::size_t kShownPerCode = 3;

// Artifact names and contents must not steer the terminal: control characters are shown, not obeyed.
std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\x{:02x}", byte);
    else out += c;
  }
  return out;
}

}  // namespace

int report_error(const base::Error& error) {
  base::log_error(printable(error.message));
  if (!error.hint.empty()) base::log_error("  " + printable(error.hint));
  return static_cast<int>(error.kind);
}

int report_statement_error(const base::Error& error) {
  for (std::size_t begin = 0; begin <= error.message.size();) {
    const std::size_t end = std::min(error.message.find('\n', begin), error.message.size());
    if (end > begin) base::log_error(printable(std::string_view(error.message).substr(begin, end - begin)));
    begin = end + 1;
  }
  if (!error.hint.empty()) base::log_error("  " + printable(error.hint));
  return static_cast<int>(error.kind);
}

void print_diagnostics(const core::Diagnostics& diagnostics, const CommonOptions& common) {
  std::map<core::DiagnosticCode, std::size_t> shown;
  for (const core::Diagnostic& diagnostic : diagnostics.entries()) {
    const bool note = core::info(diagnostic.code).severity == core::Severity::note;
    if (note && common.verbose) base::log_note(printable(core::format(diagnostic)));
    if (note) continue;
    if (++shown[diagnostic.code] <= kShownPerCode || common.verbose) base::log_warning(printable(core::format(diagnostic)));
  }
  for (const auto& [code, count] : shown)
    if (count > kShownPerCode && !common.verbose)
      base::log_warning(fmt::format("{} more of {} ({}); --verbose shows all", count - kShownPerCode, core::info(code).code, core::info(code).summary));
}

std::function<void(std::size_t, std::size_t)> progress_line(const CommonOptions& common, const char* what) {
  if (common.quiet || isatty(STDERR_FILENO) != 1) return {};
  const auto last = std::make_shared<std::atomic<std::size_t>>(0);
  return [what, last](std::size_t done, std::size_t all) {
    const std::size_t percent = all == 0 ? 100 : done * 100 / all;
    if (done != all && last->exchange(percent) == percent) return;
    std::fprintf(stderr, "\r%s %zu of %zu%s", what, done, all, done == all ? "\r\x1b[K" : "");
    std::fflush(stderr);
  };
}

bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

}  // namespace chimera::app
