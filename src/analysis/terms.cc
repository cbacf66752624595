#include "analysis/terms.h"

#include <algorithm>

namespace chimera::analysis {
namespace {

using core::Role;

bool is_wrapping(char c) { return c == ' ' || c == '\t' || c == '`' || c == '*' || c == '"' || c == '\'' || c == '_'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool has_letter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

// The names on a pointer: of "/backends/jit/benchmark" backends, jit and benchmark; array positions are no names.
void add_pointer(std::string_view pointer, std::vector<Term>& out) {
  while (!pointer.empty()) {
    const std::size_t slash = pointer.find('/', 1);
    const std::string_view step = pointer.substr(1, slash == std::string_view::npos ? slash : slash - 1);
    if (has_letter(step)) out.push_back({"", term_value(step)});
    pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
  }
}

std::string key_of(const core::Column& column, const core::ColumnMeaning& meaning) {
  if (!meaning.metric.empty()) return meaning.metric;
  if (column.key.empty()) return std::string(kUnnamed);
  const std::size_t slash = column.key.rfind('/');
  return lower(slash == std::string::npos ? column.key : column.key.substr(slash + 1));
}

const Term* with_key(const std::vector<Term>& terms, const std::string& key) {
  const auto at = std::lower_bound(terms.begin(), terms.end(), key, [](const Term& t, const std::string& k) { return t.key < k; });
  return at != terms.end() && at->key == key ? &*at : nullptr;
}

bool has_value(const std::vector<Term>& terms, const std::string& value) {
  return std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return term.value == value; });
}

bool has(const std::vector<Term>& terms, const Term& term) { return std::binary_search(terms.begin(), terms.end(), term); }

}  // namespace

std::string term_value(std::string_view written) {
  while (!written.empty() && is_wrapping(written.front())) written.remove_prefix(1);
  while (!written.empty() && is_wrapping(written.back())) written.remove_suffix(1);
  return lower(core::canonical_value(written));
}

void TermIndex::collect(core::DocumentId document, std::uint32_t table, std::uint32_t row, std::vector<Term>& out) {
  const core::Document& in = corpus_.document(document);
  const core::Table& t = in.tables[table];
  const core::TableMeaning& meaning = corpus_.meaning(document)[table];
  if (!corpus_.configs().empty()) {
    for (const core::Setting& setting : corpus_.config({meaning.configs[row]}).settings())
      out.push_back({setting.key, term_value(setting.value)});
  }
  for (std::uint32_t c = 0; c < t.columns.size(); ++c) {
    const core::ColumnMeaning& column = meaning.at(row, c);
    if (column.role != Role::identity && column.role != Role::factor) continue;
    const core::Cell& cell = t.columns[c].cells[row];
    if (cell.kind != core::CellKind::text && cell.kind != core::CellKind::number) continue;
    std::string value = term_value(in.at(cell.span()));
    if (!value.empty() && value.size() <= 200) out.push_back({key_of(t.columns[c], column), std::move(value)});
  }
  add_pointer(t.rows[row].pointer, out);
  if (t.rows[row].parent_table != core::Row::kNone && t.rows[row].parent_table < table)
    collect(document, t.rows[row].parent_table, t.rows[row].parent_row, out);
}

// Whether the row has the terms of the one before: the same settings around it, and nothing of its own that names it.
bool TermIndex::like_the_row_before(core::DocumentId document, std::uint32_t table, std::uint32_t row) const {
  if (row == 0) return false;
  const core::Table& t = corpus_.document(document).tables[table];
  const core::TableMeaning& meaning = corpus_.meaning(document)[table];
  const core::Row& here = t.rows[row];
  const core::Row& before = t.rows[row - 1];
  if (here.parent_table != before.parent_table || here.parent_row != before.parent_row) return false;
  if (!corpus_.configs().empty() && meaning.configs[row] != meaning.configs[row - 1]) return false;
  const auto names = [](std::string_view pointer) { return pointer.substr(0, pointer.find_last_not_of("0123456789") + 1); };
  if (names(here.pointer) != names(before.pointer)) return false;
  for (std::uint32_t c = 0; c < t.columns.size(); ++c)
    for (const std::uint32_t r : {row - 1, row}) {
      const core::CellKind kind = t.columns[c].cells[r].kind;
      const Role role = meaning.at(r, c).role;
      if ((role == Role::identity || role == Role::factor) && (kind == core::CellKind::text || kind == core::CellKind::number)) return false;
    }
  return true;
}

const TermIndex::Group& TermIndex::TableTerms::of(std::uint32_t row) const {
  return *std::prev(std::upper_bound(groups.begin(), groups.end(), row, [](std::uint32_t r, const Group& group) { return r < group.first; }));
}

TermIndex::TableTerms& TermIndex::table_terms(core::DocumentId document, std::uint32_t table) {
  const auto [entry, fresh] = tables_.try_emplace({document.value, table});
  TableTerms& terms = entry->second;
  if (!fresh) return terms;
  terms.rows = static_cast<std::uint32_t>(corpus_.document(document).tables[table].rows.size());
  for (std::uint32_t r = 0; r < terms.rows; ++r) {
    if (like_the_row_before(document, table, r)) continue;
    const auto number = static_cast<std::uint32_t>(terms.groups.size());
    std::vector<Term>& own = terms.groups.emplace_back(Group{{}, r}).terms;
    collect(document, table, r, own);
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    for (const Term& term : own) {
      std::vector<std::uint32_t>& with = terms.by_value[term.value];
      if (with.empty() || with.back() != number) with.push_back(number);
      if (term.key.empty()) continue;
      terms.keys.insert(term.key);
      if (!has(terms.groups.front().terms, term)) terms.varies.insert(term.key);
    }
  }
  return terms;
}

const std::vector<Term>& TermIndex::of(core::DocumentId document, std::uint32_t table, std::uint32_t row) {
  return table_terms(document, table).of(row).terms;
}

std::vector<Term> TermIndex::telling(core::DocumentId document, std::uint32_t table, std::uint32_t row) {
  const TableTerms& terms = table_terms(document, table);
  const std::vector<Term>& own = terms.of(row).terms;
  if (terms.rows == 1) return own;
  std::vector<Term> out;
  for (const Term& term : own) {
    if (!term.key.empty() && terms.varies.count(term.key) != 0) out.push_back(term);
  }
  return out;
}

bool TermIndex::occurs(core::DocumentId document, std::uint32_t table, const Term& term) {
  const TableTerms& own = table_terms(document, table);
  const auto with = own.by_value.find(term.value);
  return with != own.by_value.end() && std::any_of(with->second.begin(), with->second.end(), [&](std::uint32_t group) { return has(own.groups[group].terms, term); });
}

std::vector<Term> TermIndex::known(core::DocumentId document, std::uint32_t table, const std::vector<Term>& terms) {
  const TableTerms& own = table_terms(document, table);
  std::vector<Term> out;
  for (const Term& term : terms)
    if (own.keys.count(term.key) != 0) out.push_back(term);
  return out;
}

std::vector<RowMatch> TermIndex::find(core::DocumentId document, std::uint32_t table, const std::vector<Term>& wanted,
                                      const std::vector<Term>& context) {
  std::vector<RowMatch> out;
  if (wanted.empty()) return out;
  const TableTerms& terms = table_terms(document, table);
  const std::vector<std::uint32_t>* fewest = nullptr;
  for (const Term& term : wanted) {
    const auto with = terms.by_value.find(term.value);
    if (with == terms.by_value.end()) return out;
    if (fewest == nullptr || with->second.size() < fewest->size()) fewest = &with->second;
  }
  for (const std::uint32_t group : *fewest) {
    const std::vector<Term>& own = terms.groups[group].terms;
    RowMatch match;
    bool fits = true;
    for (const Term& term : wanted) {
      const bool keyed = !term.key.empty() && has(own, term);
      const bool contradicts = !keyed && !term.key.empty() && with_key(own, term.key) != nullptr;
      fits = fits && !contradicts && (keyed || has_value(own, term.value));
      ++(keyed ? match.settings : match.names);
    }
    for (const Term& term : context) {
      if (!fits) break;
      fits = term.key.empty() || has(own, term) || with_key(own, term.key) == nullptr;
    }
    if (!fits) continue;
    for (match.row = terms.groups[group].first; match.row < terms.end_of(group); ++match.row) out.push_back(match);
  }
  return out;
}

}  // namespace chimera::analysis
