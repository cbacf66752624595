#include "claims/cited.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "claims/cursor.h"
#include "claims/tolerance.h"
#include "text/number.h"
#include "text/words.h"

namespace chimera::claims {
namespace {

using core::Dimension;

constexpr std::string_view kSchemes[] = {"fact:", "calc:", "config:", "artifact:", "absence:"};

void support(Verdict& verdict, std::string found) {
  verdict.kind = VerdictKind::supported;
  verdict.found = std::move(found);
}

void contradict(Verdict& verdict, std::string reason) {
  verdict.kind = VerdictKind::contradicted;
  verdict.code = core::DiagnosticCode::claim_contradicted;
  verdict.reason = std::move(reason);
}

void not_support(Verdict& verdict, std::string reason) {
  verdict.kind = VerdictKind::unsupported;
  verdict.code = core::DiagnosticCode::claim_unsupported;
  verdict.reason = std::move(reason);
}

const Mention* first(const std::vector<const Mention*>& mentions, bool (*wanted)(const Mention&)) {
  const auto found = std::find_if(mentions.begin(), mentions.end(), [&](const Mention* m) { return wanted(*m); });
  return found == mentions.end() ? nullptr : *found;
}

bool is_number(const Mention& m) {
  return (m.kind == MentionKind::number && m.excuse != Excuse::identifier) || m.kind == MentionKind::number_word;
}
bool is_date(const Mention& m) { return m.kind == MentionKind::date; }
bool is_comparing(const Mention& m) { return m.kind == MentionKind::comparison || m.kind == MentionKind::rank; }

// What a number without a written unit may be said of: "36 rows", "2 of 5".
bool is_countable(core::UnitPtr unit) {
  return unit->dimension == Dimension::unknown || unit->dimension == Dimension::none || unit->dimension == Dimension::count ||
         unit->dimension == Dimension::tokens;
}

// Without code style, emphasis and the backslashes that keep Markdown from reading marks in names.
std::string undressed(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && !is_alnum(text[i + 1]) && !is_space(text[i + 1]);
    if (escaped) ++i;
    if (escaped || (text[i] != '`' && text[i] != '*')) plain += text[i];
  }
  return std::string(text::trim(plain));
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    plain += coded ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return plain;
}

bool names_path(const std::string& shown, const std::string& path) {
  if (shown == path) return true;
  return path.size() > shown.size() && path.compare(path.size() - shown.size(), shown.size(), shown) == 0 &&
         path[path.size() - shown.size() - 1] == '/';
}

bool same_day(const text::Date& a, const text::Date& b) {
  return a.year == b.year && a.month == b.month && (a.day == b.day || a.day == 0);
}
bool same_time(const text::Date& a, const text::Date& b) { return a.hour < 0 || (a.hour == b.hour && a.minute == b.minute && a.second == b.second); }

}  // namespace

struct CitedJudge::Target {
  std::string scheme;
  std::string rest;
  std::string shown;
};

bool CitedJudge::is_citation(const text::InlineLink& link) const {
  if (link.reference) return false;
  const auto target = draft_.substr(link.target.begin, link.target.end - link.target.begin);
  return std::any_of(std::begin(kSchemes), std::end(kSchemes), [&](std::string_view s) { return target.substr(0, s.size()) == s; });
}

CitedJudge::Target CitedJudge::parse(const text::InlineLink& link) const {
  const auto target = draft_.substr(link.target.begin, link.target.end - link.target.begin);
  const auto colon = target.find(':');
  return {std::string(target.substr(0, colon)), std::string(target.substr(colon + 1)),
          std::string(draft_.substr(link.text.begin, link.text.end - link.text.begin))};
}

std::vector<Verdict> CitedJudge::judge(const text::InlineLink& link, const std::vector<const Mention*>& mentions) {
  const Target target = parse(link);
  Verdict verdict;
  // a link without text is shown by its target
  const text::MarkdownSpan& place = link.text.begin < link.text.end ? link.text : link.target;
  verdict.claim.span = {place.begin, place.end};
  verdict.claim.quote = std::string(draft_.substr(place.begin, place.end - place.begin));
  verdict.claim.cited = {target.scheme + ":" + target.rest};
  if (target.scheme == "fact") judge_fact(target, mentions, verdict);
  else if (target.scheme == "calc") judge_calc(target, mentions, verdict);
  else if (target.scheme == "config") judge_config(target, verdict);
  else if (target.scheme == "artifact") judge_artifact(target, mentions, verdict);
  else judge_absence(target, verdict);
  return {std::move(verdict)};
}

void CitedJudge::judge_fact(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict) {
  const Reading& reading = rereader_.read(core::parse_fact_id(target.rest));
  if (!reading.fact) return not_support(verdict, reading.problem);
  verdict.evidence = reading.evidence;
  const auto numbers = std::count_if(mentions.begin(), mentions.end(), [](const Mention* m) { return is_number(*m); });
  if (numbers != 1) {
    if (undressed(target.shown) == reading.fact->raw && !reading.fact->raw.empty()) return support(verdict, reading.fact->raw);
    return not_support(verdict, fmt::format("a fact link states one number, this one {}", numbers));
  }
  const Mention& number = *first(mentions, is_number);
  verdict.claim.kind = reading.fact->role == core::Role::count ? ClaimKind::count
                       : reading.fact->inputs.empty()          ? ClaimKind::metric_value
                                                               : ClaimKind::aggregate;
  judge_value(number, reading, mentions, verdict);
}

void CitedJudge::judge_value(const Mention& number, const Reading& reading, const std::vector<const Mention*>& mentions, Verdict& verdict) {
  verdict.claim.stated = number.stated;
  verdict.claim.relation = number.relation;
  if (!reading.value) return not_support(verdict, reading.problem);
  const core::UnitPtr own = reading.fact->value.unit;
  core::UnitPtr stated = number.unit_written ? number.stated.unit : header_unit(number);
  if (stated != nullptr && stated->symbol == "x" && is_countable(own)) stated = nullptr;
  double value = *reading.value;
  if (stated != nullptr) {
    const auto converted = core::convert(value, own, stated);
    if (!converted) return contradict(verdict, fmt::format("{} is in {}, not {}", reading.fact->metric, own->symbol.empty() ? "no unit" : own->symbol, stated->symbol));
    value = *converted;
  } else if (!is_countable(own) && number.cell < 0) {
    return not_support(verdict, fmt::format("the unit is missing: {}", own->symbol));
  }
  verdict.found = fmt::format("{} {}", value, stated != nullptr ? stated->symbol : own->symbol);
  const Mention* word = first(mentions, is_comparing);
  if (word != nullptr) {  // "12 % lower" of a change
    const core::Fact& fact = *reading.fact;
    if (fact.inputs.size() != 2) return not_support(verdict, fmt::format("'{}' needs two facts to compare", draft_.substr(word->span.begin, word->span.size())));
    const core::FactId from = fact.inputs[0];
    const core::FactId to = fact.inputs[1];
    const Comparing tested = comparer_.test(word->comparison, to, from);
    if (tested.verdict != VerdictKind::supported) {
      verdict.kind = tested.verdict;
      verdict.code = tested.verdict == VerdictKind::contradicted ? core::DiagnosticCode::claim_contradicted : core::DiagnosticCode::claim_unsupported;
      verdict.reason = tested.reason;
      return;
    }
  }
  const bool holds = word != nullptr && !number.signed_ ? states_magnitude(number.stated, number.relation, value)
                                                        : states(number.stated, number.relation, value);
  if (!holds) return contradict(verdict, fmt::format("the bytes give {}", verdict.found));
  verdict.kind = VerdictKind::supported;
}

// The unit that the header of the number's column gives: "TTFT [ms]", "throughput (tok/s)".
core::UnitPtr CitedJudge::header_unit(const Mention& number) const {
  if (number.cell < 0) return nullptr;
  const CellPlace& place = scan_.cells[static_cast<std::size_t>(number.cell)];
  const text::MarkdownTable& table = scan_.markdown.tables[place.table];
  if (place.row == 0 || place.column >= table.header.size()) return nullptr;
  const text::MarkdownSpan& span = table.header[place.column];
  const auto header = draft_.substr(span.begin, span.end - span.begin);
  const auto open = header.find_last_of("[(");
  const auto close = header.find_last_of("])");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return nullptr;
  return core::find_unit(header.substr(open + 1, close - open - 1));
}

void CitedJudge::judge_calc(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict) {
  const auto at = target.rest.find_first_of("><=~/-");
  if (at == std::string::npos) return not_support(verdict, "a calc link needs an operator: > < = ~ / -");
  const std::string left = target.rest.substr(0, at);
  const std::string right = target.rest.substr(at + 1);
  const char op = target.rest[at];
  if (op == '/' || op == '-') return judge_quotient(core::parse_fact_id(left), op, core::parse_fact_id(right), mentions, verdict);
  judge_relation(left, op, right, mentions, verdict);
}

void CitedJudge::judge_relation(const std::string& a, char op, const std::string& others,
                                const std::vector<const Mention*>& mentions, Verdict& verdict) {
  const Mention* word = first(mentions, is_comparing);
  verdict.claim.kind = word != nullptr && word->kind == MentionKind::rank ? ClaimKind::ranking : ClaimKind::trend;
  verdict.claim.relation = Relation::holds;
  if (first(mentions, is_number) != nullptr) return not_support(verdict, "a comparison states no number; use calc:A/B or calc:A-B");
  if (word == nullptr && (op == '>' || op == '<')) return not_support(verdict, "no comparing word to test");
  const core::FactId id = core::parse_fact_id(a);
  for (std::size_t from = 0; from <= others.size();) {
    const auto comma = std::min(others.find(',', from), others.size());
    const core::FactId other = core::parse_fact_id(std::string_view(others).substr(from, comma - from));
    from = comma + 1;
    const Comparison same{Sense::same, false};
    const Comparing tested = op == '='   ? comparer_.test_equal(id, other)
                             : op == '~' ? comparer_.test(same, id, other)
                             : op == '<' ? comparer_.test(word->comparison, other, id)
                                         : comparer_.test(word->comparison, id, other);
    for (const core::FactId read : {id, other})
      for (const core::SourceRef& place : rereader_.read(read).evidence)
        if (verdict.evidence.size() < 12) verdict.evidence.push_back(place);
    verdict.found = tested.reason;
    if (tested.verdict == VerdictKind::contradicted) return contradict(verdict, fmt::format("it is {}", tested.reason));
    if (tested.verdict != VerdictKind::supported) return not_support(verdict, tested.reason);
  }
  verdict.kind = VerdictKind::supported;
}

void CitedJudge::judge_quotient(core::FactId a, char op, core::FactId b, const std::vector<const Mention*>& mentions, Verdict& verdict) {
  verdict.claim.kind = ClaimKind::delta;
  const Mention* number = first(mentions, is_number);
  if (number == nullptr) return not_support(verdict, "a ratio or difference states a number");
  const Reading& left = rereader_.read(a);
  const Reading& right = rereader_.read(b);
  for (const Reading* reading : {&left, &right})
    if (!reading->value) return not_support(verdict, reading->problem);
  verdict.claim.stated = number->stated;
  verdict.claim.relation = number->relation;
  verdict.evidence = left.evidence;
  verdict.evidence.insert(verdict.evidence.end(), right.evidence.begin(), right.evidence.end());
  const auto base = core::convert(*right.value, right.fact->value.unit, left.fact->value.unit);
  if (!base) return not_support(verdict, fmt::format("{} and {} have different dimensions", left.fact->metric, right.fact->metric));
  double value = *left.value - *base;
  const core::UnitPtr unit = number->stated.unit;
  if (op == '/' || unit->dimension == Dimension::fraction) {
    if (*base == 0) return not_support(verdict, "the base is zero");
    value = op == '/' ? *left.value / *base : 100 * value / *base;
    if (op == '/' && unit->dimension == Dimension::fraction) value *= 100;
  } else if (number->unit_written) {
    const auto converted = core::convert(value, left.fact->value.unit, unit);
    if (!converted) return contradict(verdict, fmt::format("{} has no {}", left.fact->metric, unit->symbol));
    value = *converted;
  }
  verdict.found = fmt::format("{} {}", value, unit->symbol);
  if (const Mention* word = first(mentions, is_comparing)) {
    const Comparing tested = comparer_.test(word->comparison, a, b);
    if (tested.verdict == VerdictKind::contradicted) return contradict(verdict, fmt::format("it is {}", tested.reason));
    if (tested.verdict != VerdictKind::supported) return not_support(verdict, tested.reason);
  }
  // Without a sign the number is a magnitude, and a ratio may be said the other way round together with its word.
  const bool inverse = op == '/' && first(mentions, is_comparing) != nullptr && value != 0 && states(number->stated, number->relation, 1 / value);
  const bool holds = number->signed_ ? states(number->stated, number->relation, value) : states_magnitude(number->stated, number->relation, value);
  if (!holds && !inverse) return contradict(verdict, fmt::format("it is {}", verdict.found));
  verdict.kind = VerdictKind::supported;
}

void CitedJudge::judge_config(const Target& target, Verdict& verdict) {
  verdict.claim.kind = ClaimKind::configuration;
  const Reading& reading = rereader_.read(core::parse_fact_id(target.rest));
  if (!reading.fact) return not_support(verdict, reading.problem);
  verdict.evidence = reading.evidence;
  const std::string shown = undressed(target.shown);
  std::size_t settings = 0;
  for (std::size_t from = 0; from < shown.size();) {
    const auto comma = std::min(shown.find(',', from), shown.size());
    const std::string_view setting = text::trim(std::string_view(shown).substr(from, comma - from));
    from = comma + 1;
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos) return not_support(verdict, fmt::format("'{}' is no setting", setting));
    const auto key = text::trim(setting.substr(0, equals));
    core::RunConfig stated;
    stated.set(key, text::trim(setting.substr(equals + 1)));
    const std::string_view value = *stated.get(key);
    const auto actual = reading.fact->config.get(key == "temp" ? "temperature" : key);
    ++settings;
    if (!actual && value == "default") continue;
    if (!actual) return contradict(verdict, fmt::format("{} is not set there", key));
    if (*actual != value) return contradict(verdict, fmt::format("{} is {} there", key, *actual));
  }
  if (settings == 0) return not_support(verdict, "no setting is named");
  support(verdict, reading.fact->config.to_string());
}

void CitedJudge::judge_artifact(const Target& target, const std::vector<const Mention*>& mentions, Verdict& verdict) {
  verdict.claim.kind = ClaimKind::file;
  const std::string path = percent_decoded(target.rest);
  const auto& artifacts = facts_.artifacts();
  const auto at = std::lower_bound(artifacts.begin(), artifacts.end(), path,
                                   [](const core::Artifact& a, const std::string& wanted) { return a.path < wanted; });
  if (at == artifacts.end() || at->path != path) return contradict(verdict, fmt::format("there is no artifact {}", path));
  const core::SourceRef whole{at->path, {0, at->size}, {}};
  verdict.evidence = {whole};
  const std::string shown = undressed(target.shown);
  if (names_path(shown, text::visible(at->path))) return support(verdict, at->path);
  const Mention* date = first(mentions, is_date);
  if (date != nullptr) return judge_date(*date, *at, whole, verdict);
  const Mention* claim = first(mentions, [](const Mention& m) { return m.excuse == Excuse::none; });
  if (claim == nullptr && text::find_numbers(shown).empty()) return support(verdict, at->path);
  // A passage stands in the artifact word for word. A bare measurement is no passage: it would stand in many places.
  if (text::parse_number_with_unit(shown)) return not_support(verdict, "a number cites a fact, not an artifact");
  if (facts_.bytes(whole).find(shown) != std::string::npos) return support(verdict, shown);
  not_support(verdict, fmt::format("'{}' does not stand in {}", shown, at->path));
}

void CitedJudge::judge_date(const Mention& date, const core::Artifact& artifact, const core::SourceRef& whole, Verdict& verdict) {
  verdict.claim.kind = ClaimKind::date;
  const auto [known, fresh] = dates_.try_emplace(artifact.path);
  if (fresh) {
    known->second = text::find_dates(facts_.bytes(whole));
    for (const text::DateToken& token : text::find_dates(base::format_utc(artifact.modified))) known->second.push_back(token);
  }
  for (const text::DateToken& token : known->second)
    if (same_day(date.date, token.date) && same_time(date.date, token.date)) return support(verdict, text::format(token.date));
  contradict(verdict, fmt::format("that date is not in {}", artifact.path));
}

void CitedJudge::judge_absence(const Target& target, Verdict& verdict) {
  verdict.claim.kind = ClaimKind::absence;
  verdict.claim.relation = Relation::holds;
  if (target.rest.empty()) return not_support(verdict, "no metric is named");
  const auto place = index_.first_place(target.rest, {});
  if (!place) return support(verdict, "none");
  verdict.evidence = {*place};
  contradict(verdict, fmt::format("{} was read from {}", target.rest, place->path));
}

std::string CitedJudge::artifact_in_line(std::uint64_t offset) const {
  const auto line_begin = draft_.rfind('\n', offset);
  const std::uint64_t begin = line_begin == std::string_view::npos ? 0 : line_begin + 1;
  const std::uint64_t end = next_line(draft_, offset);
  const auto& links = scan_.markdown.links;
  auto link = std::lower_bound(links.begin(), links.end(), begin, [](const text::InlineLink& l, std::uint64_t b) { return l.text.begin < b; });
  for (; link != links.end() && link->text.begin < end; ++link) {
    const Target target = is_citation(*link) ? parse(*link) : Target{};
    if (target.scheme == "artifact") return target.rest;
  }
  return {};
}

}  // namespace chimera::claims
