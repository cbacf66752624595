#include "core/config.h"

#include <algorithm>
#include <utility>

#include "core/hash.h"

namespace chimera::core {
namespace {

bool is_decimal(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  std::size_t digits = 0;
  std::size_t points = 0;
  for (const char c : text) {
    if (c == '.') ++points;
    else if (c >= '0' && c <= '9') ++digits;
    else return false;
  }
  return digits > 0 && points == 1;
}

// 3.10 is another version than 3.1.
bool names_version(std::string_view key) {
  constexpr std::string_view kVersion = "version";
  return key.size() >= kVersion.size() && key.substr(key.size() - kVersion.size()) == kVersion;
}

}  // namespace

std::string canonical_value(std::string_view written) {
  while (!written.empty() && (written.front() == ' ' || written.front() == '\t')) written.remove_prefix(1);
  while (!written.empty() && (written.back() == ' ' || written.back() == '\t')) written.remove_suffix(1);
  if (!is_decimal(written)) return std::string(written);
  while (written.back() == '0') written.remove_suffix(1);
  if (written.back() == '.') written.remove_suffix(1);
  return std::string(written.empty() ? "0" : written);
}

void RunConfig::set(std::string_view key, std::string_view value) {
  const auto at = std::lower_bound(settings_.begin(), settings_.end(), key, [](const Setting& s, std::string_view k) { return s.key < k; });
  std::string written = names_version(key) ? std::string(value) : canonical_value(value);
  if (at != settings_.end() && at->key == key) at->value = std::move(written);
  else settings_.insert(at, Setting{std::string(key), std::move(written)});
}

std::optional<std::string_view> RunConfig::get(std::string_view key) const {
  const auto at = std::lower_bound(settings_.begin(), settings_.end(), key, [](const Setting& s, std::string_view k) { return s.key < k; });
  if (at == settings_.end() || at->key != key) return std::nullopt;
  return at->value;
}

std::uint64_t RunConfig::fingerprint() const {
  Hash hash;
  for (const Setting& setting : settings_) hash.text(setting.key).text(setting.value);
  return hash.value();
}

std::string RunConfig::to_string() const {
  std::string text;
  for (const Setting& setting : settings_) text += (text.empty() ? "" : ", ") + setting.key + "=" + setting.value;
  return text;
}

}  // namespace chimera::core
