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

TermIndex::TableTerms& TermIndex::table_terms(core::DocumentId document, std::uint32_t table) {
  const auto [entry, fresh] = tables_.try_emplace({document.value, table});
  TableTerms& terms = entry->second;
  if (!fresh) return terms;
  const std::size_t rows = corpus_.document(document).tables[table].rows.size();
  terms.rows.resize(rows);
  for (std::uint32_t r = 0; r < rows; ++r) {
    std::vector<Term>& own = terms.rows[r];
    collect(document, table, r, own);
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    for (std::size_t i = 0; i < own.size(); ++i) {
      std::vector<std::uint32_t>& with = terms.by_value[own[i].value];
      if (with.empty() || with.back() != r) with.push_back(r);
      if (own[i].key.empty()) continue;
      terms.keys.insert(own[i].key);
      if (!has(terms.rows[0], own[i])) terms.varies.insert(own[i].key);
    }
  }
  return terms;
}

const std::vector<Term>& TermIndex::of(core::DocumentId document, std::uint32_t table, std::uint32_t row) {
  return table_terms(document, table).rows[row];
}

std::vector<Term> TermIndex::telling(core::DocumentId document, std::uint32_t table, std::uint32_t row) {
  const TableTerms& terms = table_terms(document, table);
  if (terms.rows.size() == 1) return terms.rows[0];
  std::vector<Term> out;
  for (const Term& term : terms.rows[row]) {
    if (!term.key.empty() && terms.varies.count(term.key) != 0) out.push_back(term);
  }
  return out;
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
  for (const std::uint32_t r : *fewest) {
    const std::vector<Term>& own = terms.rows[r];
    RowMatch match{r, 0, 0};
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
    if (fits) out.push_back(match);
  }
  return out;
}

}  // namespace chimera::analysis
