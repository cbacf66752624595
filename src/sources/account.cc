#include "sources/account.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::CellKind;
using core::Role;

// Ordered: where several cells cover one number, the first of these says what becomes of it.
enum class Fate : std::uint8_t { fact, unread, text, name, time, none };

struct Claim {
  std::uint64_t begin = 0;
  std::uint32_t size = 0;
  Fate fate = Fate::unread;
  [[nodiscard]] std::uint64_t end() const { return begin + size; }
};

Fate fate_of(const core::Cell& cell, Role role) {
  switch (cell.kind) {
    case CellKind::number:
      return role == Role::unread ? Fate::unread : role == Role::no_value ? Fate::none : role == Role::text ? Fate::text : Fate::fact;
    case CellKind::text:
      return role == Role::identity || role == Role::factor ? Fate::name : role == Role::time ? Fate::time : Fate::text;
    case CellKind::absent:
    case CellKind::null:
    case CellKind::boolean:
      return Fate::none;
  }
  return Fate::unread;
}

bool may_hold_number(const core::Cell& cell) { return cell.size > 0 && cell.kind != CellKind::absent; }

// Every cell that could hold a number, in order of place. Row by row, which is the order of most documents already.
std::vector<Claim> claims_of(const core::Document& document, const std::vector<core::TableMeaning>& meaning) {
  std::vector<Claim> claims;
  std::size_t cells = 0;
  for (const core::Table& table : document.tables)
    for (const core::Column& column : table.columns)
      cells += static_cast<std::size_t>(std::count_if(column.cells.begin(), column.cells.end(), may_hold_number));
  claims.reserve(cells);
  for (std::size_t t = 0; t < document.tables.size(); ++t) {
    const core::Table& table = document.tables[t];
    const core::TableMeaning* const means = t < meaning.size() && !meaning[t].columns.empty() ? &meaning[t] : nullptr;
    const bool uniform = means != nullptr && means->exceptions.empty();
    for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
      for (std::uint32_t column = 0; column < table.columns.size(); ++column) {
        const core::Cell& cell = table.columns[column].cells[row];
        if (!may_hold_number(cell)) continue;
        const Role role = means == nullptr ? Role::unread : uniform ? means->columns[column].role : means->at(row, column).role;
        claims.push_back({cell.begin, cell.size, fate_of(cell, role)});
      }
    }
  }
  const auto before = [](const Claim& a, const Claim& b) { return a.begin < b.begin; };
  if (!std::is_sorted(claims.begin(), claims.end(), before)) std::stable_sort(claims.begin(), claims.end(), before);
  return claims;
}

// Says for one number after another, in order of place, what became of it.
class Accountant {
 public:
  Accountant(const core::Document& document, const std::vector<core::TableMeaning>& meaning)
      : document_(document), claims_(claims_of(document, meaning)) {}

  std::string_view fate(const text::NumberToken& token) {
    pass_to(token);
    const Claim* best = nullptr;
    for (const std::size_t index : open_) {
      const Claim& claim = claims_[index];
      if (claim.begin < token.end && (best == nullptr || claim.fate < best->fate)) best = &claim;
    }
    if (best != nullptr) return named(*best, token);
    if (next_region_ < document_.ignored.size() && document_.ignored[next_region_].span.begin < token.end) {
      return document_.ignored[next_region_].reason;
    }
    return "unread";
  }

 private:
  // Opens the cells that begin before the token's end, closes cells and regions that end before it begins.
  void pass_to(const text::NumberToken& token) {
    const auto is_passed = [&](std::size_t i) { return claims_[i].end() <= token.begin; };
    if (open_.size() > 1) open_.erase(std::remove_if(open_.begin(), open_.end(), is_passed), open_.end());
    else if (!open_.empty() && is_passed(open_.front())) open_.clear();
    for (; next_ < claims_.size() && claims_[next_].begin < token.end; ++next_) {
      if (claims_[next_].end() > token.begin) open_.push_back(next_);
    }
    while (next_region_ < document_.ignored.size() && document_.ignored[next_region_].span.end <= token.begin) ++next_region_;
  }

  std::string_view named(const Claim& claim, const text::NumberToken& token) {
    switch (claim.fate) {
      case Fate::fact: return "fact";
      case Fate::unread: return "unread";
      case Fate::time: return "date";
      case Fate::none: return "no value";
      case Fate::name: return in_date(claim, token) ? "date" : "identifier";
      case Fate::text: break;
    }
    return in_date(claim, token) ? "date" : "text";
  }

  bool in_date(const Claim& claim, const text::NumberToken& token) {
    if (claim.begin != dated_ || dates_size_ != claim.size) {
      dates_ = text::find_dates(document_.at({claim.begin, claim.end()}));
      dated_ = claim.begin;
      dates_size_ = claim.size;
      next_date_ = 0;
    }
    while (next_date_ < dates_.size() && claim.begin + dates_[next_date_].end <= token.begin) ++next_date_;
    return next_date_ < dates_.size() && claim.begin + dates_[next_date_].begin < token.end;
  }

  const core::Document& document_;
  std::vector<Claim> claims_;
  std::size_t next_ = 0;            // the first claim that begins behind the token
  std::vector<std::size_t> open_;   // claims that reach to the token: one, seldom two
  std::size_t next_region_ = 0;
  std::uint64_t dated_ = ~std::uint64_t{0};  // the text whose dates are known
  std::uint32_t dates_size_ = 0;
  std::vector<text::DateToken> dates_;
  std::size_t next_date_ = 0;
};

template <class Visit>
void for_each_number(const core::Document& document, const std::vector<core::TableMeaning>& meaning, Visit visit) {
  Accountant accountant(document, meaning);
  text::NumberScanner scanner(document.text, commas_of(document.artifact.format), text::NumberScanner::Values::unwanted);
  for (text::NumberToken token; scanner.next(token);) visit(token, accountant.fate(token));
}

}  // namespace

text::Commas commas_of(core::Format format) {
  const bool separate = core::is_json(format) || format == core::Format::csv;
  return separate ? text::Commas::separate : text::Commas::group;
}

Account account(const core::Document& document, const std::vector<core::TableMeaning>& meaning) {
  Account account;
  // Fates are few, and each is a text of the program: most numbers meet that of the number before.
  std::vector<std::pair<std::string_view, std::uint64_t>> fates;
  std::size_t last = 0;
  for_each_number(document, meaning, [&](const text::NumberToken&, std::string_view fate) {
    ++account.numbers;
    if (last < fates.size() && fates[last].first.data() == fate.data()) {
      ++fates[last].second;
      return;
    }
    last = static_cast<std::size_t>(std::find_if(fates.begin(), fates.end(), [&](const auto& known) { return known.first == fate; }) - fates.begin());
    if (last == fates.size()) fates.emplace_back(fate, 0);
    ++fates[last].second;
  });
  for (const auto& [fate, numbers] : fates) {
    if (fate == "fact") account.facts = numbers;
    else if (fate == "unread") account.unread = numbers;
    else account.ignored.emplace(fate, numbers);
  }
  std::uint64_t sum = account.facts + account.unread;
  for (const auto& [reason, count] : account.ignored) sum += count;
  CHECK(sum == account.numbers, "facts, ignored and unread numbers add up");
  return account;
}

std::vector<Accounted> account_each(const core::Document& document, const std::vector<core::TableMeaning>& meaning) {
  std::vector<Accounted> all;
  for_each_number(document, meaning, [&](const text::NumberToken& token, std::string_view fate) {
    all.push_back({{token.begin, token.end}, std::string(fate)});
  });
  return all;
}

}  // namespace chimera::sources
