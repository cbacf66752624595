#include "plaintext/table_builder.h"

#include <cmath>
#include <utility>

#include "core/settings_lines.h"
#include "core/unit.h"
#include "plaintext/number_forms.h"
#include "plaintext/written_cell.h"

namespace chimera::plaintext {
namespace {

// The microseconds of "max=15549k" below "clat (nsec)"; empty where a value is in no thousands or its header in no time.
std::string_view thousands_of_a_time(std::string_view key, std::string_view unit) {
  const char scale = scale_named(unit);
  const std::size_t slash = scale == '\0' ? std::string_view::npos : key.rfind('/');
  const core::UnitPtr named = slash == std::string_view::npos ? nullptr : core::find_unit(unit_of_header(key.substr(0, slash)));
  if (named == nullptr || named->dimension != core::Dimension::time || (scale != 'k' && scale != 'M')) return {};
  for (const std::string_view larger : {"us", "ms", "s"})
    if (const double times = core::find_unit(larger)->factor / named->factor; std::abs(times - (scale == 'k' ? 1e3 : 1e6)) < 1) return larger;
  return {};
}

}  // namespace

GrowingTable& TableBuilder::table(core::TableKind kind, const std::string& signature) {
  const std::string& section = context_.section();
  return growing_.try_emplace({section, kind, signature}, lines_.document(), kind, section).first->second;
}

GrowingTable& TableBuilder::settings(const std::string& kind) {
  std::string name(core::kSettingsLines);
  constexpr std::string_view kCommand = "command";
  if (const std::size_t program = kind.find('\n'); program != std::string::npos && kind.rfind(kCommand, 0) == 0)
    name += ": " + kind.substr(program + 1) + kind.substr(kCommand.size(), program - kCommand.size());
  return growing_.try_emplace({name, core::TableKind::listing, kind}, lines_.document(), core::TableKind::listing, name).first->second;
}

void TableBuilder::end_settings(std::string_view kind, std::uint64_t begin) {
  for (auto& [key, growing] : growing_)
    if (std::get<2>(key).rfind(kind, 0) == 0 && core::is_settings_lines(std::get<0>(key)) && !growing.row_is_empty()) growing.begin_row(begin);
}

void TableBuilder::begin_row(GrowingTable& table, std::uint64_t begin) const {
  table.begin_row(begin);
  if (context_.warmup().size() > 0) table.put("phase", {text_cell(context_.warmup()), {}, {}}, begin);
  if (context_.failure().size() > 0) table.put("error", {text_cell(context_.failure()), {}, {}}, begin);
}

void TableBuilder::fill(GrowingTable& table, const std::string& key, core::Span name, core::Span value) {
  table.put(key, read_written_cell(lines_.text(), value), value.end);
  add_key(name);
}

// A name that stood before others the last time begins a row too: the label of the next block is no part of the row that the last value of
// this one began, "model: A", "rate: 5", "rate: 6", "model: B".
void TableBuilder::put(const std::string& key, core::Span name, const WrittenCell& written, std::uint64_t end) {
  if (const std::string_view unit = thousands_of_a_time(key, written.unit); !unit.empty()) {
    WrittenCell scaled = written;
    scaled.unit = unit;
    const std::size_t slash = key.rfind('/');
    return put(key.substr(0, key.find_last_of("([", slash)) + key.substr(slash), name, scaled, end);  // its unit is no longer that of the header
  }
  GrowingTable& listing = table(core::TableKind::listing);
  if (!listing.has_row() || block_ != context_.block() || listing.in_row(key) || listing.turns_back(key)) {
    begin_row(listing, name.begin);
    const core::Span subject = context_.subject();
    if (subject.size() > 0) listing.put("group", {text_cell(subject), {}, {}}, name.begin);
    block_ = context_.block();
  }
  listing.put(key, written, end);
}

void TableBuilder::put_all(const std::vector<NamedValue>& values, core::Span name) {
  for (const NamedValue& each : values) {
    WrittenCell written = read_written_cell(lines_.text(), each.value);
    if (!each.unit.empty()) written.unit = each.unit;
    put(each.key, name, written, each.value.end);
  }
}

void TableBuilder::entitle(std::size_t from, const std::string& title) {
  for (std::size_t t = from; t < found_.size() && !title.empty(); ++t)
    if (found_[t].table.titles.empty() && found_[t].table.kind != core::TableKind::listing) found_[t].table.titles.push_back({core::Title::kLeadIn, title});
}

std::vector<LocatedTable> TableBuilder::take_tables() {
  for (auto& [key, growing] : growing_) growing.take(found_);
  growing_.clear();
  return std::move(found_);
}

}  // namespace chimera::plaintext
