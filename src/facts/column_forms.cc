#include "facts/column_forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/one_of.h"
#include "text/words.h"

namespace chimera::facts {

bool pairs_lengths(const core::Document& document, const core::Column& column, std::string_view leaf) {
  constexpr std::array<std::string_view, 6> kIn = {"input", "in", "isl", "prompt", "pp", "prefill"};
  constexpr std::array<std::string_view, 8> kOut = {"output", "out", "osl", "gen", "tg", "decode", "completion", "generation"};
  const std::vector<std::string> words = text::split_identifier(leaf);
  const auto has = [&](const auto& list) { return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return std::find(list.begin(), list.end(), word) != list.end(); }); };
  const auto is_length = [](std::string_view part) { return !part.empty() && part[0] >= '0' && part[0] <= '9' && part.find_first_not_of("0123456789kK,") == std::string_view::npos; };
  return has(kIn) && has(kOut) && std::all_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) {
    const std::string_view pair = text::trim(document.at(cell.span()));
    const std::size_t cut = pair.find_first_of("/+:-");
    const bool two = cut != std::string_view::npos && is_length(text::trim(pair.substr(0, cut))) && is_length(text::trim(pair.substr(cut + 1)));
    return cell.kind != core::CellKind::text || two;
  });
}

bool holds_lists(const core::Document& document, const core::Column& column) {
  return std::all_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) {
    if (cell.kind != core::CellKind::text) return true;
    const std::string_view written = text::trim(document.at(cell.span()));
    return written.size() > 2 && written.front() == '[' && written.back() == ']' && written.find(',') != std::string_view::npos && written.find('.') != std::string_view::npos &&
           written.substr(1, written.size() - 2).find_first_not_of("0123456789.,+-eE ") == std::string_view::npos;
  });
}

bool names_switch(std::string_view leaf, const Profile& profile) {
  constexpr std::string_view kBackend = " backend";
  const bool named = leaf.rfind("enable ", 0) == 0 || leaf.rfind("disable ", 0) == 0 || leaf.rfind("use ", 0) == 0;
  const bool backend = leaf.size() > kBackend.size() && leaf.compare(leaf.size() - kBackend.size(), kBackend.size(), kBackend) == 0;
  return (named && profile.booleans > 0 && profile.texts == 0 && profile.numbers == 0) || (backend && profile.texts > 0 && !profile.prose);
}

bool names_what_ran(const core::Document& document, const core::Table& table, const core::Column& column, std::string_view leaf, const Profile& profile) {
  constexpr std::array<std::string_view, 8> kNames = {"name", "kernel", "kernel name", "function", "function name", "test", "case", "operator"};
  const bool flat = table.kind == core::TableKind::csv || table.kind == core::TableKind::markdown;
  if (!flat || !profile.prose || profile.json || profile.numbers > 0 || profile.texts < table.rows.size() || !base::is_one_of(leaf, kNames)) return false;
  return std::none_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) {
    const std::string_view written = document.at(cell.span());
    return written.find('\n') != std::string_view::npos || written.find(". ") != std::string_view::npos;  // sentences
  });
}

bool begin_with_digits(const core::Document& document, const core::Column& column) {
  return std::any_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) {
    const std::string_view written = document.at(cell.span());
    return !written.empty() && written.front() >= '0' && written.front() <= '9';
  });
}

bool holds_given_shares(const core::Column& column) {
  constexpr double kSteps = 20;  // of 0.05
  return std::all_of(column.cells.begin(), column.cells.end(), [](const core::Cell& cell) {
    const double steps = cell.number * kSteps;
    return cell.kind != core::CellKind::number || (cell.number > 0 && cell.number <= 1 && std::abs(steps - std::round(steps)) < 1e-9);
  });
}

}  // namespace chimera::facts
