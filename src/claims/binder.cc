#include "claims/binder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/ascii.h"
#include "claims/cursor.h"
#include "claims/lexicon.h"

namespace chimera::claims {
namespace {

std::vector<std::uint32_t> united(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

std::vector<std::uint32_t> shared(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::vector<std::uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

// 3 of "third"; 0 of other words.
std::size_t ordinal_of(std::string_view word) {
  constexpr std::array kOrdinals = std::to_array<std::string_view>({"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"});
  const auto at = std::find(kOrdinals.begin(), kOrdinals.end(), word);
  return at == kOrdinals.end() ? 0 : static_cast<std::size_t>(at - kOrdinals.begin()) + 1;
}

std::size_t free_run(const std::vector<bool>& taken, std::size_t from, std::size_t most) {
  std::size_t count = 0;
  while (count < most && from + count < taken.size() && !taken[from + count]) ++count;
  return count;
}

// "2", "two", "single": a whole number that counts; empty for all else.
std::string counted(const std::string& word) {
  if (word == "one" || word == "single") return "1";
  if (base::all_digits(word)) return word;
  const auto number = word == "half" || word == "twice" || word == "thrice" || word == "double" || word == "triple" ? std::nullopt : find_number_word(word);
  return number && *number == std::floor(*number) ? std::to_string(static_cast<int>(*number)) : std::string();
}

std::string folded_words(const std::vector<Piece>& pieces, std::size_t from, std::size_t count) {
  std::string joined;
  for (std::size_t i = from; i < from + count; ++i) joined += (i == from ? "" : " ") + folded(pieces[i].text);
  return joined;
}

// The words of a key as people count them: "thread" of "num_threads".
std::string without_number(const std::string& key) {
  const std::vector<Piece> pieces = pieces_of(key);
  const std::size_t from = pieces.size() > 1 && (pieces[0].text == "n" || pieces[0].text == "num" || pieces[0].text == "number") ? 1 : 0;
  return folded_words(pieces, from, pieces.size() - from);
}

}  // namespace

bool SheetView::names_rows(PieceRange within) const {
  return std::any_of(rows.begin(), rows.end(), [&](const RowName& name) { return within.holds(name.range.begin); });
}

std::vector<std::uint32_t> SheetView::select(PieceRange within) const {
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_origin;
  for (const RowName& name : rows) {
    if (!within.holds(name.range.begin)) continue;
    if (name.label == nullptr) return {};
    std::vector<std::uint32_t>& chosen = by_origin[name.label->origin];
    chosen = united(chosen, name.label->rows);
  }
  std::vector<std::uint32_t> selected(row_count);
  for (std::uint32_t r = 0; r < row_count; ++r) selected[r] = r;
  for (const auto& [origin, chosen] : by_origin) selected = shared(selected, chosen);
  return selected;
}

std::vector<std::uint32_t> SheetView::narrowed(const ColumnPhrase& phrase, PieceRange within) const {
  std::vector<std::uint32_t> left = phrase.columns;
  for (const ColumnPhrase& group : groups) {
    const bool inside = group.range.begin >= phrase.range.begin && group.range.end <= phrase.range.end;
    if (inside || !within.holds(group.range.begin)) continue;
    std::vector<std::uint32_t> below = shared(left, group.columns);
    if (!below.empty()) left = std::move(below);
  }
  return left;
}

std::size_t SheetView::understood() const {
  std::size_t pieces = 0;
  for (const RowName& name : rows)
    if (name.label != nullptr) pieces += name.range.end - name.range.begin;
  for (const ColumnPhrase& phrase : columns) pieces += phrase.range.end - phrase.range.begin;
  return pieces;
}

bool SheetView::narrows(const ColumnPhrase& phrase, PieceRange within) const { return narrowed(phrase, within).size() < phrase.columns.size(); }

const ColumnPhrase* SheetView::nearest(std::size_t at, PieceRange within) const {
  const ColumnPhrase* best = nullptr;
  for (const ColumnPhrase& phrase : columns) {
    if (!within.holds(phrase.range.begin)) continue;
    if (phrase.range.end <= at) best = &phrase;       // the last one before
    else if (best == nullptr) return &phrase;         // or the first one behind
  }
  return best;
}

SheetView Binder::view(const Saying& saying, SheetId sheet, const std::vector<bool>& hidden, const std::vector<bool>& units) const {
  SheetView view;
  view.sheet = sheet;
  view.row_count = evidence_.corpus().documents()[sheet.document].tables[sheet.table].rows.size();
  std::vector<bool> taken = hidden;
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(sheet);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t count = free_run(taken, i, labels.longest); count > 0; --count) {
      const auto found = labels.by_name.find(join(pieces, i, count));
      if (found == labels.by_name.end() || (i < units.size() && units[i])) continue;
      view.rows.push_back({{i, i + count}, &found->second, nullptr});
      std::fill(taken.begin() + static_cast<std::ptrdiff_t>(i), taken.begin() + static_cast<std::ptrdiff_t>(i + count), true);
      i += count - 1;
      break;
    }
  }
  add_assignments(saying, taken, view);
  add_spoken(saying, taken, units, view);
  add_processors(saying, taken, view);
  add_numbered(saying, taken, view);
  std::stable_sort(view.rows.begin(), view.rows.end(), [](const RowName& a, const RowName& b) { return a.range.begin < b.range.begin; });
  add_columns(saying, taken, view);
  return view;
}

// "num_gpu=55" where 55 is not among the values, and "answer_length=270" where the column is no name of the rows.
void Binder::add_assignments(const Saying& saying, std::vector<bool>& taken, SheetView& view) const {
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(view.sheet);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    for (std::size_t count = free_run(taken, i, 4); count > 0; --count) {
      const std::size_t value = i + count;
      if (value >= pieces.size() || taken[value] || text_.substr(pieces[value - 1].end, pieces[value].begin - pieces[value - 1].end) != "=") continue;
      const std::string key = join(pieces, i, count);
      std::shared_ptr<const Label> held;
      if (labels.keys.find(key) == labels.keys.end()) {
        held = rows_where(view.sheet, key, pieces[value].text);
        if (held == nullptr) continue;
      }
      const Label* label = held.get();
      view.rows.push_back({{i, value + 1}, label, std::move(held)});
      std::fill(taken.begin() + static_cast<std::ptrdiff_t>(i), taken.begin() + static_cast<std::ptrdiff_t>(value + 1), true);
      break;
    }
  }
}

// "2 threads", "with a single thread", "eight GPU layers": a setting said as a count of what it sets. Of what is counted in any table
// (runs, rows, files) the number tells no rows apart.
void Binder::add_spoken(const Saying& saying, std::vector<bool>& taken, const std::vector<bool>& units, SheetView& view) const {
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(view.sheet);
  if (labels.keys.empty()) return;
  add_told(saying, taken, view);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    const std::string value = counted(pieces[i].text);
    if (value.empty() || taken[i] || (i < units.size() && units[i])) continue;
    for (std::size_t count = std::min<std::size_t>(3, free_run(taken, i + 1, 3)); count > 0; --count) {
      if (is_counted_thing(pieces[i + count].text)) continue;
      const Label* label = nullptr;
      for (const auto& [key, origin] : labels.keys) {
        if (folded_words(pieces, i + 1, count) != without_number(key)) continue;
        const auto found = labels.by_name.find(key + " " + value);
        if (found != labels.by_name.end()) label = &found->second;
      }
      if (label == nullptr) continue;
      view.rows.push_back({{i, i + count + 1}, label, nullptr});
      std::fill(taken.begin() + static_cast<std::ptrdiff_t>(i), taken.begin() + static_cast<std::ptrdiff_t>(i + count + 1), true);
      break;
    }
  }
}

// "a request rate of 16", "a batch size of 512"; of "a median batch size of 512" the number is no name.
void Binder::add_told(const Saying& saying, std::vector<bool>& taken, SheetView& view) const {
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(view.sheet);
  for (std::size_t i = 0; i + 2 < pieces.size(); ++i) {
    for (std::size_t count = std::min<std::size_t>(4, free_run(taken, i, 4)); count > 0; --count) {
      const std::size_t joint = i + count, at = joint + 1;
      if (at >= pieces.size() || taken[at] || pieces[joint].text != "of") continue;
      const bool whole = text_.substr(pieces[at].begin, pieces[at].end - pieces[at].begin).find('.') == std::string_view::npos;
      if (!whole || (i > 0 && (statistic_word(pieces[i - 1].text) || find_comparison(pieces[i - 1].text)))) continue;
      const std::string value = counted(pieces[at].text);
      const auto found = value.empty() ? labels.by_name.end() : labels.by_name.find(join(pieces, i, count) + " " + value);
      if (found == labels.by_name.end()) continue;
      view.rows.push_back({{i, at + 1}, &found->second, nullptr});
      std::fill(taken.begin() + static_cast<std::ptrdiff_t>(i), taken.begin() + static_cast<std::ptrdiff_t>(at + 1), true);
      break;
    }
  }
}

// "on the CPU", "CPU-only", "offloaded to the GPU": of llama.cpp and Ollama no layer or some on the GPU.
void Binder::add_processors(const Saying& saying, std::vector<bool>& taken, SheetView& view) const {
  constexpr std::array kLayerKeys = std::to_array<std::string_view>({"num gpu", "n gpu layers", "ngl", "gpu layers", "num gpu layers"});
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(view.sheet);
  const auto word = [&](std::size_t i) { return i < pieces.size() ? std::string_view(pieces[i].text) : std::string_view(); };
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool cpu = word(i) == "cpu";
    if (taken[i] || (!cpu && word(i) != "gpu")) continue;
    const std::size_t article = i > 0 && word(i - 1) == "the" ? 1 : 0;
    const std::string_view before = i > article ? word(i - article - 1) : std::string_view();
    if (before != "on" && before != "to" && before != "onto" && word(i + 1) != "only" && word(i + 1) != "runs" && word(i + 1) != "run") continue;
    for (const std::string_view key : kLayerKeys) {
      const auto known = labels.keys.find(std::string(key));
      const auto none = labels.by_name.find(std::string(key) + " 0");
      if (known == labels.keys.end() || none == labels.by_name.end()) continue;
      auto label = std::make_shared<Label>();
      label->origin = none->second.origin;
      for (std::uint32_t r = 0; r < view.row_count; ++r)
        if (std::binary_search(none->second.rows.begin(), none->second.rows.end(), r) == cpu) label->rows.push_back(r);
      const Label* held = label.get();
      view.rows.push_back({{i, i + 1}, held, std::move(label)});
      taken[i] = true;
      break;
    }
  }
}

// "the third run", "epoch 5": the rows of that number, where a key numbers them.
void Binder::add_numbered(const Saying& saying, std::vector<bool>& taken, SheetView& view) const {
  const std::vector<Piece>& pieces = saying.pieces;
  const Labels& labels = evidence_.labels(view.sheet);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (taken[i] || taken[i + 1]) continue;
    const std::size_t ordinal = ordinal_of(pieces[i].text);
    const bool counted = ordinal == 0 && base::all_digits(pieces[i + 1].text);
    const std::string& key = counted ? pieces[i].text : pieces[i + 1].text;
    if ((ordinal == 0 && !counted) || labels.keys.find(key) == labels.keys.end()) continue;
    auto held = rows_where(view.sheet, key, counted ? pieces[i + 1].text : std::to_string(ordinal));
    if (held == nullptr || held->rows.size() == view.row_count) continue;
    const Label* label = held.get();
    view.rows.push_back({{i, i + 2}, label, std::move(held)});
    taken[i] = taken[i + 1] = true;
  }
}

// The rows whose cell under `key` is `value`; null where no column or no row is so.
std::shared_ptr<const Label> Binder::rows_where(SheetId sheet, const std::string& key, const std::string& value) const {
  const core::Document& document = evidence_.corpus().documents()[sheet.document];
  const core::Table& table = document.tables[sheet.table];
  for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
    const std::string_view path = table.columns[c].key;
    const auto slash = path.rfind('/');
    if (normal_form(path.substr(slash == std::string_view::npos ? 0 : slash + 1)) != key) continue;
    auto label = std::make_shared<Label>();
    label->origin = c;
    for (std::uint32_t r = 0; r < table.columns[c].cells.size(); ++r)
      if (normal_form(document.at(table.columns[c].cells[r].span())) == value) label->rows.push_back(r);
    if (!label->rows.empty()) return label;
  }
  return nullptr;
}

void Binder::add_columns(const Saying& saying, const std::vector<bool>& taken, SheetView& view) const {
  const Evidence::Names& names = evidence_.names(view.sheet);
  std::vector<Piece> plain = saying.pieces;
  for (Piece& piece : plain) piece.text = folded(piece.text);
  using Known = std::unordered_map<std::string, std::vector<std::uint32_t>>;
  const auto find = [&](auto& phrases, std::initializer_list<const Known*> maps) {
    for (std::size_t i = 0; i < plain.size(); ++i) {
      for (std::size_t count = free_run(taken, i, names.longest); count > 0; --count) {
        const std::string phrase = join(plain, i, count);
        const auto known = std::find_if(maps.begin(), maps.end(), [&](const Known* map) { return map->find(phrase) != map->end(); });
        if (known == maps.end()) continue;
        const auto qualified = names.qualified.find(phrase);
        const auto setting = names.settings.find(phrase);
        phrases.push_back({{i, i + count}, (*known)->find(phrase)->second, qualified == names.qualified.end() ? std::vector<std::uint32_t>() : qualified->second,
                           setting == names.settings.end() ? std::vector<std::uint32_t>() : setting->second});
        i += count - 1;
        break;
      }
    }
  };
  find(view.columns, {&names.columns, &names.further, &names.settings});
  find(view.groups, {&names.groups});
}

std::vector<bool> all_unit_pieces(const Saying& saying, const std::vector<Mention>& mentions) {
  std::vector<bool> units(saying.pieces.size(), false);
  for (const std::size_t m : saying.mentions) {
    if (mentions[m].kind != MentionKind::number || !mentions[m].unit_written) continue;
    for (std::size_t i = 0; i < saying.pieces.size(); ++i)
      if (mentions[m].digits.end <= saying.pieces[i].begin && saying.pieces[i].end <= mentions[m].span.end) units[i] = true;
  }
  return units;
}

std::vector<bool> file_pieces(const Saying& saying, const std::vector<Mention>& mentions) {
  std::vector<bool> hidden(saying.pieces.size(), false);
  for (const std::size_t m : saying.mentions) {
    if (mentions[m].kind != MentionKind::file) continue;
    for (std::size_t i = 0; i < saying.pieces.size(); ++i)
      if (mentions[m].span.begin <= saying.pieces[i].begin && saying.pieces[i].end <= mentions[m].span.end) hidden[i] = true;
  }
  return hidden;
}

}  // namespace chimera::claims
