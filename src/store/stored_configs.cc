#include "store/stored_configs.h"

#include <algorithm>

#include "base/check.h"

namespace chimera::store {
namespace {

using core::FreeConfig;

constexpr std::uint64_t kNoFingerprint = 0;

// A text that holds what stands between two shows its symbol instead.
void append(std::string& texts, std::string_view value) {
  for (std::size_t at = value.find(FreeConfig::kBetween); at != std::string_view::npos; at = value.find(FreeConfig::kBetween)) {
    texts.append(value.substr(0, at)).append("\u241F");
    value.remove_prefix(at + 1);
  }
  texts.append(value);
}

}  // namespace

std::string_view StoredConfigs::Fresh::values(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends[i - 1];
  return std::string_view(texts).substr(begin, ends[i] - begin);
}

base::Result<void> StoredConfigs::load(Connection& connection) {
  known_.clear();
  shapes_.clear();
  fresh_shapes_.clear();
  bases_.clear();
  fresh_ = {};
  TRY(Rows next, connection.query("SELECT coalesce(max(id) + 1, 0) FROM stored.configs"));
  next_ = next.next() ? static_cast<std::uint32_t>(next.number(0)) : 0;
  TRY(Rows configs, connection.query("SELECT fingerprint, id FROM stored.configs WHERE fingerprint IS NOT NULL"));
  while (configs.next()) known_.emplace(configs.number(0), static_cast<std::uint32_t>(configs.number(1)));
  TRY(Rows shapes, connection.query("SELECT names, id FROM stored.shapes"));
  while (shapes.next()) shapes_.emplace(shapes.text(0), static_cast<std::uint32_t>(shapes.number(1)));
  return {};
}

std::uint32_t StoredConfigs::shape_of(const std::vector<core::Setting>& settings) {
  std::string names;
  for (const core::Setting& setting : settings) {
    if (&setting != settings.data()) names += FreeConfig::kBetween;
    append(names, setting.key);
  }
  const auto [entry, fresh] = shapes_.emplace(std::move(names), static_cast<std::uint32_t>(shapes_.size()));
  if (fresh) fresh_shapes_.emplace_back(entry->second, entry->first);
  return entry->second;
}

void StoredConfigs::begin_row(std::uint32_t shape, std::uint64_t fingerprint) {
  fresh_.ids.push_back(next_++);
  fresh_.shapes.push_back(shape);
  fresh_.fingerprints.push_back(fingerprint);
}

std::uint32_t StoredConfigs::add(const core::RunConfig& config) {
  const std::uint64_t fingerprint = config.fingerprint();
  const std::lock_guard lock(mutex_);
  const auto [entry, fresh] = known_.emplace(fingerprint, next_);
  if (!fresh) return entry->second;
  begin_row(shape_of(config.settings()), fingerprint);
  for (const core::Setting& setting : config.settings()) {
    if (&setting != config.settings().data()) fresh_.texts += FreeConfig::kBetween;
    append(fresh_.texts, setting.value);
  }
  fresh_.ends.push_back(fresh_.texts.size());
  return entry->second;
}

std::uint32_t StoredConfigs::add_base(const core::RunConfig& shared, const std::vector<std::string>& names) {
  core::RunConfig all = shared;
  for (const std::string& name : names) all.set(name, "");
  CHECK(all.settings().size() == shared.settings().size() + names.size(), "a free setting is none of those that are shared");
  const std::lock_guard lock(mutex_);
  Base base;
  base.shape = shape_of(all.settings());
  base.pieces.emplace_back();
  for (const core::Setting& setting : all.settings()) {
    if (&setting != all.settings().data()) base.pieces.back() += FreeConfig::kBetween;
    const auto free = std::find(names.begin(), names.end(), setting.key);
    if (free == names.end()) {
      append(base.pieces.back(), setting.value);
      continue;
    }
    base.order.push_back(static_cast<std::size_t>(free - names.begin()));
    base.pieces.emplace_back();
  }
  bases_.push_back(std::move(base));
  return static_cast<std::uint32_t>(bases_.size() - 1);
}

std::uint32_t StoredConfigs::add(const std::vector<core::FreeConfig>& configs) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t first = next_;
  std::vector<std::string_view> values;
  for (const core::FreeConfig& config : configs) {
    const Base& base = bases_[config.base];
    values.clear();
    for (std::string_view rest = config.values;;) {
      const std::size_t end = rest.find(FreeConfig::kBetween);
      values.push_back(rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
    CHECK(values.size() == base.order.size() || base.order.empty(), "a value for each free setting");
    begin_row(base.shape, kNoFingerprint);
    for (std::size_t i = 0; i < base.order.size(); ++i) fresh_.texts.append(base.pieces[i]).append(values[base.order[i]]);
    fresh_.texts += base.pieces.back();
    fresh_.ends.push_back(fresh_.texts.size());
  }
  return first;
}

base::Result<void> StoredConfigs::write_configs(Connection& connection) const {
  TRY(Appender configs, Appender::open(connection, "stored", "configs"));
  for (std::size_t i = 0; i < fresh_.ids.size(); ++i) {
    configs.number(fresh_.ids[i]);
    (fresh_.fingerprints[i] == kNoFingerprint ? configs.null() : configs.number(fresh_.fingerprints[i])).number(fresh_.shapes[i]).text(fresh_.values(i)).end_row();
  }
  return configs.close();
}

base::Result<void> StoredConfigs::write(Connection& connection) {
  if (!fresh_shapes_.empty()) {
    TRY(Appender shapes, Appender::open(connection, "stored", "shapes"));
    for (const auto& [id, names] : fresh_shapes_) shapes.number(id).text(names).end_row();
    TRY_VOID(shapes.close());
  }
  if (!fresh_.ids.empty()) TRY_VOID(write_configs(connection));
  fresh_shapes_.clear();
  fresh_ = {};
  return {};
}

}  // namespace chimera::store
