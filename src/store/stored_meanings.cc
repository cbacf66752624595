#include "store/stored_meanings.h"

#include <algorithm>

namespace chimera::store {
namespace {

constexpr char kBetween = '\x1f';
constexpr std::uint32_t kSlotBits = 3;
constexpr std::uint32_t kSlotMask = (1U << kSlotBits) - 1;
// The layout of records without numbers has no slots that could say so.
constexpr std::uint32_t kEmptyRecord = 1;

std::string key_of(std::uint64_t position, std::int64_t direction, const std::array<std::string_view, 8>& texts) {
  std::string key;
  std::size_t size = 24;
  for (const std::string_view text : texts) size += text.size() + 1;
  key.reserve(size);
  key.append(std::to_string(position)).append(1, kBetween).append(std::to_string(direction));
  for (const std::string_view text : texts) {
    key += kBetween;
    key += text;
  }
  return key;
}

std::string key_of(const core::SeriesEntry& series) {
  const core::ColumnMeaning& means = series.meaning;
  return key_of(series.position, means.direction,
                {series.key, means.metric, means.definition, core::to_string(means.statistic), means.unit->symbol, core::to_string(means.role), means.rule, core::to_string(means.provenance)});
}

bool is_empty(const Layout& layout) { return layout.slots[0].meaning == Layout::kNothing; }

}  // namespace

base::Result<void> StoredMeanings::load(Connection& connection) {
  meanings_.clear();
  layouts_.clear();
  fresh_meanings_.clear();
  fresh_layouts_.clear();
  next_layout_ = 1;
  next_meaning_ = 0;
  TRY(Rows meanings, connection.query("SELECT id, position, direction, key, metric, definition, statistic, unit, role, rule, provenance FROM stored.meanings"));
  while (meanings.next()) {
    std::array<std::string_view, 8> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = meanings.text(3 + i);
    const auto id = static_cast<std::uint32_t>(meanings.number(0));
    meanings_.emplace(key_of(meanings.number(1), meanings.integer(2), texts), id);
    next_meaning_ = std::max(next_meaning_, id + 1);
  }
  std::map<std::uint32_t, Layout> layouts;
  TRY(Rows slots, connection.query("SELECT id, meaning, coalesce(divisor, 0) FROM stored.slots"));
  while (slots.next()) {
    const auto id = static_cast<std::uint32_t>(slots.number(0));
    layouts[id >> kSlotBits].slots[id & kSlotMask] = {static_cast<std::uint32_t>(slots.number(1)), slots.real(2)};
  }
  for (auto& [id, layout] : layouts) {
    layout.record = (id & 1U) != 0;
    layouts_.emplace(layout, id);
    next_layout_ = std::max(next_layout_, id / 2 + 1);
  }
  return {};
}

std::uint32_t StoredMeanings::meaning(const core::SeriesEntry& series) {
  std::string key = key_of(series);
  const std::lock_guard lock(mutex_);
  // Nearly always known; emplace() would make the entry first.
  if (const auto found = meanings_.find(key); found != meanings_.end()) return found->second;
  const std::uint32_t id = next_meaning_++;
  meanings_.emplace(std::move(key), id);
  fresh_meanings_.push_back({id, std::string(series.key), series.position, series.meaning});
  return id;
}

std::uint32_t StoredMeanings::layout(const Layout& layout) {
  if (is_empty(layout)) return kEmptyRecord;
  const std::lock_guard lock(mutex_);
  const auto [entry, fresh] = layouts_.emplace(layout, next_layout_ * 2 + (layout.record ? 1 : 0));
  if (fresh) {
    ++next_layout_;
    fresh_layouts_.emplace_back(entry->second, layout);
  }
  return entry->second;
}

base::Result<void> StoredMeanings::write(Connection& connection) {
  if (!fresh_meanings_.empty()) {
    TRY(Appender meanings, Appender::open(connection, "stored", "meanings"));
    for (const Fresh& fresh : fresh_meanings_) {
      const core::ColumnMeaning& means = fresh.meaning;
      meanings.number(fresh.id).text(fresh.key).number(fresh.position).text(means.metric).text(means.definition).text(core::to_string(means.statistic)).text(means.unit->symbol);
      meanings.text(core::to_string(means.role)).text(means.rule).integer(means.direction).text(core::to_string(means.provenance)).end_row();
    }
    TRY_VOID(meanings.close());
  }
  if (!fresh_layouts_.empty()) {
    TRY(Appender slots, Appender::open(connection, "stored", "slots"));
    for (const auto& [id, layout] : fresh_layouts_)
      for (std::size_t k = 0; k < kSlots && layout.slots[k].meaning != Layout::kNothing; ++k) {
        slots.number(std::uint64_t{id} << kSlotBits | k).number(layout.slots[k].meaning);
        (layout.slots[k].divisor == 0 ? slots.null() : slots.real(layout.slots[k].divisor)).end_row();
      }
    TRY_VOID(slots.close());
  }
  fresh_meanings_.clear();
  fresh_layouts_.clear();
  return {};
}

}  // namespace chimera::store
