#include "plaintext/leftover.h"

#include <algorithm>

#include "plaintext/spans.h"
#include "text/words.h"

namespace chimera::plaintext {
namespace {

constexpr std::size_t kLongestWord = 80;
constexpr std::size_t kMostTooLarge = 20;  // that are told of

// Asked for ascending positions: whether one of the spans holds it.
class Cursor {
 public:
  explicit Cursor(const std::vector<core::Span>& spans) : spans_(&spans) {}
  [[nodiscard]] bool holds(const core::Span& span) {
    while (next_ < spans_->size() && (*spans_)[next_].end <= span.begin) ++next_;
    return next_ < spans_->size() && (*spans_)[next_].begin <= span.begin;
  }

 private:
  const std::vector<core::Span>* spans_;
  std::size_t next_ = 0;
};

struct Located {
  std::uint64_t begin = 0;
  core::Cell* cell = nullptr;
};

std::vector<Located> cells_of_kind(core::Document& document, core::CellKind kind) {
  std::vector<Located> found;
  for (core::Table& table : document.tables)
    for (core::Column& column : table.columns)
      for (core::Cell& cell : column.cells)
        if (cell.kind == kind) found.push_back({cell.begin, &cell});
  std::stable_sort(found.begin(), found.end(), [](const Located& a, const Located& b) { return a.begin < b.begin; });
  return found;
}

bool is_word_letter(char c) { return is_letter(c) || c == '_'; }
bool ends_word(char c) {
  constexpr std::string_view kEnds = " \t\r\n,;()[]{}<>\"'`*|=";
  return kEnds.find(c) != std::string_view::npos;
}

// Part of a name: a letter stands before it in the same word ("gemma3:4b", "tr-108", "v1/2").
bool in_identifier(std::string_view text, std::uint64_t begin) {
  const std::uint64_t limit = begin > kLongestWord ? begin - kLongestWord : 0;
  for (std::uint64_t i = begin; i > limit && !ends_word(text[i - 1]); --i)
    if (is_word_letter(text[i - 1])) return true;
  return false;
}

// Spans of `cells`, each taken once where several cells share it.
std::vector<core::Span> spans_of(const std::vector<Located>& cells) {
  std::vector<core::Span> spans;
  for (const Located& at : cells)
    if (spans.empty() || at.cell->begin >= spans.back().end) spans.push_back(at.cell->span());
  return spans;
}

std::vector<core::Span> date_spans(std::string_view text) {
  std::vector<core::Span> spans;
  for (const text::DateToken& date : text::find_dates(text)) spans.push_back({date.begin, date.end});
  return spans;
}

// "1 815.9": a number whose groups the scan sees as several.
bool is_spaced(std::string_view number) {
  return number.find(' ') != std::string_view::npos && number.find_first_not_of("0123456789. ") == std::string_view::npos;
}

// "12,5" of a column that has decimal commas: two numbers to the scan.
bool has_decimal_comma(std::string_view written) {
  return written.find(',') != std::string_view::npos && written.find_first_not_of("0123456789,.+-") == std::string_view::npos;
}

// Behind the cells from `first` on that nothing but single commas part and that end together with `end`, as "512,981.5" in a row of two
// cells is one number of 512981.5 for the scan; `first` where they do not.
std::size_t joined_by_commas(std::string_view text, const std::vector<Located>& cells, std::size_t first, std::uint64_t end) {
  std::uint64_t reached = cells[first].cell->span().end;
  std::size_t next = first + 1;
  for (; reached < end && next < cells.size(); ++next) {
    const core::Span cell = cells[next].cell->span();
    if (cell.begin < reached) continue;  // the same one in another column
    if (cell.begin != reached + 1 || text[reached] != ',') return first;
    reached = cell.end;
  }
  return reached == end ? next : first;
}

// Takes away the number cells that the scan of the whole text does not see, so that both count the same.
void check_cells(core::Document& document) {
  std::vector<Located> cells = cells_of_kind(document, core::CellKind::number);
  text::NumberScanner scanner(document.text);
  text::NumberToken token;
  bool more = scanner.next(token);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    core::Cell& cell = *cells[i].cell;
    const core::Span span = cell.span();
    while (more && token.begin < span.begin) more = scanner.next(token);
    const bool begins = more && token.begin == span.begin;
    if (begins && token.end == span.end) continue;
    if (begins && token.end < span.end && (is_spaced(document.at(span)) || has_decimal_comma(document.at(span)))) {
      while (more && token.end < span.end) more = scanner.next(token);
      if (more && token.end == span.end) continue;
    }
    if (begins && token.end > span.end) {
      if (const std::size_t behind = joined_by_commas(document.text, cells, i, token.end); behind > i) {
        i = behind - 1;
        continue;
      }
    }
    cell.kind = core::CellKind::text;
  }
}

}  // namespace

void tidy(std::vector<core::Span>& spans) {
  std::sort(spans.begin(), spans.end());
  std::uint64_t end = 0;
  const auto useless = [&](const core::Span& span) {
    if (span.end <= span.begin || span.begin < end) return true;
    end = span.end;
    return false;
  };
  spans.erase(std::remove_if(spans.begin(), spans.end(), useless), spans.end());
}

void explain_leftover(core::Document& document, const std::vector<Region>& regions, core::Diagnostics& diagnostics) {
  check_cells(document);
  const std::string_view text = document.text;
  const std::vector<core::Span> numbers = spans_of(cells_of_kind(document, core::CellKind::number));
  std::vector<Region> all{{"date", date_spans(text)}};
  all.insert(all.end(), regions.begin(), regions.end());
  all.push_back({"text", spans_of(cells_of_kind(document, core::CellKind::text))});
  std::vector<Cursor> cursors;
  for (const Region& region : all) cursors.emplace_back(region.spans);
  Cursor in_cell(numbers);

  text::NumberScanner scanner(text);
  std::size_t too_large = 0;
  bool joined = false;  // nothing but text of the same line stands between this number and the last one
  for (text::NumberToken token; scanner.next(token);) {
    const core::Span span{token.begin, token.end};
    // "run-6548310e3134" is a name.
    if (!token.number.finite && !in_identifier(text, span.begin) && too_large++ < kMostTooLarge)
      diagnostics.add({core::DiagnosticCode::number_out_of_range, document.artifact.path, document.place(span.begin),
                       std::string(text.substr(span.begin, std::min<std::uint64_t>(span.size(), kLongestWord))) + " is too large for a double", {}});
    if (in_cell.holds(span)) {
      joined = false;
      continue;
    }
    std::string_view reason = in_identifier(text, span.begin) ? "identifier" : "prose";
    for (std::size_t i = all.size(); i-- > 0;)
      if (cursors[i].holds(span)) reason = all[i].reason;
    core::Ignored* last = document.ignored.empty() ? nullptr : &document.ignored.back();
    const bool same = joined && last != nullptr && last->reason == reason;
    if (same && text.substr(last->span.end, span.begin - last->span.end).find('\n') == std::string_view::npos)
      last->span.end = span.end;
    else
      document.ignored.push_back({span, reason});
    joined = true;
  }
}

}  // namespace chimera::plaintext
