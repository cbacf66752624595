#include "stream/texts.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/short_text.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::stream {
namespace {

using core::Role;

using base::is_digit;

// Short digits with one point at most, which no scan takes for several numbers or for a date.
bool is_one_number(std::string_view written) {
  constexpr std::size_t kShort = 7;
  if (written.size() > kShort || written.empty() || written.front() == '.' || written.back() == '.') return false;
  std::size_t points = 0;
  for (const char c : written) {
    if (c == '.') ++points;
    else if (!is_digit(c)) return false;
  }
  return points <= 1;
}

// Digits at the end of one word that has none before: "req-00000012". How many numbers such a text holds, its digits do not tell.
std::size_t digits_at_end(std::string_view written) {
  std::size_t digits = 0;
  while (digits < written.size() && is_digit(written[written.size() - digits - 1])) ++digits;
  if (digits == 0) return 0;
  written.remove_suffix(digits);
  return std::all_of(written.begin(), written.end(), [](char c) { return c > ' ' && c < '\x7f' && !is_digit(c); }) ? digits : 0;
}

// "2025-11-05T10:03:00Z", perhaps without the zone: one time, and no number, on whatever day a month has for sure.
bool is_plain_time(std::string_view written) {
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:ddZ";
  if (written.size() + 1 < kPattern.size() || written.size() > kPattern.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i)
    if (kPattern[i] == 'd' ? !is_digit(written[i]) : written[i] != kPattern[i] && (i != 10 || written[i] != ' ')) return false;
  const auto two = [&](std::size_t i) { return (written[i] - '0') * 10 + written[i + 1] - '0'; };
  const auto between = [](int value, int least, int most) { return value >= least && value <= most; };
  return between(two(5), 1, 12) && between(two(8), 1, 28) && between(two(11), 0, 23) && between(two(14), 0, 59) && between(two(17), 0, 59);
}

}  // namespace

void count(sources::Account& account, Role role, std::uint64_t numbers) {
  account.numbers += numbers;
  if (role == Role::unread) account.unread += numbers;
  else if (role == Role::no_value) account.ignored["no value"] += numbers;
  else if (role == Role::text) account.ignored["text"] += numbers;
  else account.facts += numbers;
}

TextAccount::Text TextAccount::text_of(std::string_view bytes, const sources::ScanText& at) {
  const char* const begin = bytes.data() + at.begin;
  return {{begin, at.size}, at.begin > 0 && begin[-1] == '"'};
}

TextAccount::Numbers TextAccount::numbers_in(std::string_view written, Role role) {
  Numbers found;
  text::NumberScanner scanner(written, text::Commas::separate, text::NumberScanner::Values::unwanted);
  text::NumberToken token;
  if (!scanner.next(token)) return found;
  const bool name = role == Role::identity || role == Role::factor;
  const std::vector<text::DateToken> dates = role == Role::time ? std::vector<text::DateToken>() : text::find_dates(written);
  do {
    const auto holds = [&](const text::DateToken& date) { return date.begin < token.end && token.begin < date.end; };
    const bool date = role == Role::time || std::any_of(dates.begin(), dates.end(), holds);
    ++(date ? found.dates : name ? found.identifiers : found.texts);
  } while (scanner.next(token));
  return found;
}

// Whether the text holds what this one held: it is the same, or the same name with as many digits behind it.
bool TextAccount::fits(const Seen& seen, const Text& text, Role role) {
  const std::size_t size = seen.text.size();
  if (text.written.size() != size + seen.digits || seen.role != role || seen.quoted != text.quoted) return false;
  return base::are_equal(seen.text, text.written.substr(0, size)) && std::all_of(text.written.begin() + static_cast<std::ptrdiff_t>(size), text.written.end(), is_digit);
}

std::uint32_t TextAccount::look_up(const Text& text, Role role) {
  const std::size_t digits = digits_at_end(text.written);
  const std::string_view name = text.written.substr(0, text.written.size() - digits);
  std::uint64_t place = base::hash_ends(name) % kPlaces;
  for (; seen_[place].used; place = (place + 1) % kPlaces)
    if (seen_[place].digits == digits && fits(seen_[place], text, role)) return static_cast<std::uint32_t>(place);
  if (count_ == kPlaces / 2) {
    seen_.fill({});
    count_ = 0;
  }
  ++count_;
  seen_[place] = {std::string(name), digits, role, text.quoted, true, static_cast<std::uint32_t>(place), numbers_in(text.with_quotes(), role)};
  return static_cast<std::uint32_t>(place);
}

void TextAccount::take(std::string_view bytes, const sources::ScanBlock& scanned, const std::vector<Plan::Place>& columns) {
  account_ = {};
  for (const sources::ScanText& at : scanned.spelled) {
    const Text text = text_of(bytes, at);
    if (is_one_number(text.written)) continue;
    const std::size_t numbers = text::find_numbers(text.with_quotes(), text::Commas::separate).size();
    if (numbers > 1) count(account_, columns[at.column].role, numbers - 1);
  }
  Numbers all;
  last_.assign(columns.size(), 0);
  for (const sources::ScanText& at : scanned.texts) {
    const Text text = text_of(bytes, at);
    const Role role = columns[at.column].role;
    std::uint32_t& last = last_[at.column];
    if (is_plain_time(text.written)) continue;
    if (!fits(seen_[last], text, role)) {
      std::uint32_t& next = seen_[last].next;
      if (!fits(seen_[next], text, role)) next = look_up(text, role);
      last = next;
    }
    const Numbers& found = seen_[last].numbers;
    all.dates += found.dates;
    all.identifiers += found.identifiers;
    all.texts += found.texts;
  }
  account_.numbers += all.dates + all.identifiers + all.texts;
  for (const auto& [reason, numbers] : {std::pair("date", all.dates), std::pair("identifier", all.identifiers), std::pair("text", all.texts)})
    if (numbers > 0) account_.ignored[reason] += numbers;
}

}  // namespace chimera::stream
