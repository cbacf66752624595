#include "facts/column_forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
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

bool names_cases(const core::Document& document, const core::Column& column) {
  constexpr std::size_t kLongest = 48;
  constexpr std::size_t kMostDigits = 3;
  std::set<std::string_view> stems;
  for (const core::Cell& cell : column.cells) {
    const std::string_view name = cell.kind == core::CellKind::text ? text::trim(document.at(cell.span())) : std::string_view();
    const std::size_t end = name.find_last_not_of("0123456789") + 1;  // 0 where all are
    const std::string_view stem = name.substr(0, end);
    const bool word = stem.size() > 1 && name.size() <= kLongest && name.size() - end <= kMostDigits && stem.find_first_of("0123456789") == std::string_view::npos;
    const bool plain = std::all_of(stem.begin(), stem.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; });
    if (!word || !plain) return false;
    stems.insert(stem);
  }
  return stems.size() > 1;
}

bool holds_versions(const core::Document& document, const core::Column& column) {
  const auto is_version = [&](const core::Cell& cell) {
    if (cell.kind != core::CellKind::text) return true;
    const std::string_view written = text::trim(document.at(cell.span()));
    return written.size() > 4 && written.front() >= '0' && written.front() <= '9' && written.find_first_not_of("0123456789.") == std::string_view::npos && std::count(written.begin(), written.end(), '.') > 1;
  };
  return std::all_of(column.cells.begin(), column.cells.end(), is_version);
}

bool says_none(const core::Document& document, const core::Column& column) {
  constexpr std::array<std::string_view, 6> kNone = {"-", "--", "\xE2\x80\x93", "\xE2\x80\x94", "n/a", "na"};
  return std::all_of(column.cells.begin(), column.cells.end(), [&](const core::Cell& cell) {
    return cell.kind != core::CellKind::text || base::is_one_of(text::lower(text::trim(document.at(cell.span()))), kNone);
  });
}

}  // namespace chimera::facts
