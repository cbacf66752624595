#include "core/fact.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/hash.h"

namespace chimera::core {

const ColumnMeaning& TableMeaning::at(std::uint32_t row, std::uint32_t column) const {
  const auto place = std::pair(row, column);
  const auto found = std::lower_bound(exceptions.begin(), exceptions.end(), place, [](const CellException& e, const auto& p) {
    return std::pair(e.row, e.column) < p;
  });
  const bool exact = found != exceptions.end() && std::pair(found->row, found->column) == place;
  return exact ? variants[found->variant] : columns[column];
}

FactId fact_id(std::string_view artifact_hex, Span bytes) {
  const std::uint64_t value = Hash().text(artifact_hex).number(bytes.begin).number(bytes.end).value();
  return {value == 0 ? 1 : value};
}

FactId fact_id(std::string_view formula, const std::vector<FactId>& inputs) {
  Hash hash;
  hash.text(formula);
  for (const FactId input : inputs) hash.number(input.value);
  return {hash.value() == 0 ? 1 : hash.value()};
}

std::string to_string(FactId id) { return fmt::format("{:016x}", id.value); }

FactId parse_fact_id(std::string_view text) {
  FactId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value, 16);
  const bool whole = error == std::errc() && end == text.data() + text.size() && text.size() == 16;
  return whole ? id : FactId{};
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::response: return "response";
    case Role::factor: return "factor";
    case Role::count: return "count";
    case Role::identity: return "identity";
    case Role::time: return "time";
    case Role::index: return "index";
    case Role::failure: return "failure";
    case Role::text: return "text";
    case Role::no_value: return "no_value";
    case Role::unread: return "unread";
  }
  return "unread";
}

std::string_view to_string(RowState state) {
  switch (state) {
    case RowState::ok: return "ok";
    case RowState::failed: return "failed";
    case RowState::cold: return "cold";
    case RowState::warmup: return "warmup";
    case RowState::summary: return "summary";
  }
  return "ok";
}

std::string_view to_string(Provenance provenance) {
  switch (provenance) {
    case Provenance::measured: return "measured";
    case Provenance::derived: return "derived";
    case Provenance::written: return "written";
  }
  return "measured";
}

}  // namespace chimera::core
