#include "writing/exhibits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/check.h"
#include "base/one_of.h"

namespace chimera::writing {
namespace {

using core::Fact;
using core::FactId;
using core::Part;

constexpr std::size_t kLeaves = 4000;  // measured facts behind a derived one that are looked at

// The measured facts that a fact rests on.
void collect_leaves(const analysis::Ledger& ledger, FactId id, std::set<FactId>& seen, std::vector<Fact>& leaves) {
  if (leaves.size() >= kLeaves || !seen.insert(id).second) return;
  const auto fact = ledger.find(id);
  if (!fact) return;
  if (fact->inputs.empty()) leaves.push_back(*fact);
  else
    for (const FactId input : fact->inputs) collect_leaves(ledger, input, seen, leaves);
}

std::vector<core::Setting> settings_in(std::string_view text) {
  core::RunConfig config;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(", "), text.size());
    const std::string_view one = text.substr(0, comma);
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos) return {};
    config.set(one.substr(0, equals), one.substr(equals + 1));
    text.remove_prefix(std::min(comma + 2, text.size()));
  }
  return config.settings();
}

bool holds(const std::vector<core::Setting>& settings, const Fact& fact) {
  return !settings.empty() && std::all_of(settings.begin(), settings.end(), [&](const core::Setting& s) { return fact.config.get(s.key) == s.value; });
}

bool has_dimension(const Fact& fact) {
  using core::Dimension;
  const Dimension dimension = fact.value.unit->dimension;
  return dimension != Dimension::unknown && dimension != Dimension::none && dimension != Dimension::count;
}

// Statistics that say something of what was measured. Others (noise, what chance would give) only their finding explains.
bool speaks_alone(const Fact& fact) {
  constexpr std::array<std::string_view, 6> kPlain = {"geomean", "max", "mean", "median", "min", "sum"};
  return fact.formula.empty() || base::is_one_of(fact.formula, kPlain);
}

bool is_change(const Fact& fact) { return fact.formula.rfind("percent_change", 0) == 0; }

std::string statistic_word(const core::Statistic& statistic) {
  using Kind = core::Statistic::Kind;
  switch (statistic.kind) {
    case Kind::mean: return "mean";
    case Kind::median: return "median";
    case Kind::minimum: return "minimum";
    case Kind::maximum: return "maximum";
    case Kind::sum: return "total";
    default: return {};
  }
}

class FindingReader {
 public:
  FindingReader(const core::Finding& finding, const analysis::Ledger& ledger, const core::Vocabulary& vocabulary, std::size_t most)
      : parts_(finding.statement.parts()), ledger_(ledger), vocabulary_(vocabulary), most_(most) {}

  std::vector<Exhibit> run() {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (parts_[i].kind == Part::Kind::artifact || parts_[i].kind == Part::Kind::config || parts_[i].kind == Part::Kind::code) name(parts_[i]);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].kind == Part::Kind::comparison) compare(i);
      if (parts_[i].kind == Part::Kind::quantity) measure(parts_[i]);
    }
    settle();
    return std::move(out_);
  }

 private:
  struct Name {
    Exhibit exhibit;
    std::vector<core::Setting> settings;
  };

  void name(const Part& part) {
    if (std::any_of(names_.begin(), names_.end(), [&](const Name& n) { return n.exhibit.shown == part.shown; })) return;
    Name name;
    name.exhibit.kind = part.kind == Part::Kind::artifact ? ExhibitKind::artifact : ExhibitKind::configuration;
    name.exhibit.fill.part(part);
    name.exhibit.shown = part.shown;
    if (part.kind == Part::Kind::artifact) name.exhibit.path = part.shown;
    else name.settings = settings_in(part.shown);
    if (part.kind == Part::Kind::code && name.settings.empty()) return;  // a command or a key: nothing was measured under it
    names_.push_back(std::move(name));
  }

  [[nodiscard]] const Part* near(std::size_t from, int step) const {
    for (std::size_t i = from + static_cast<std::size_t>(step), steps = 0; i < parts_.size() && steps < 2; i += static_cast<std::size_t>(step), ++steps)
      if (parts_[i].kind == Part::Kind::config) return &parts_[i];
    return nullptr;
  }

  // "A is faster than B", "A and B cannot be told apart".
  void compare(std::size_t at) {
    const Part& word = parts_[at];
    const auto fact = ledger_.find(word.a);
    const core::Metric* metric = fact ? vocabulary_.find(fact->metric) : nullptr;
    const Part* left = near(at, -1);
    if (metric == nullptr || left == nullptr) return;
    const bool than = at + 1 < parts_.size() && parts_[at + 1].kind == Part::Kind::text && parts_[at + 1].shown == " than ";
    Exhibit relation;
    if (than) {
      const Part* right = near(at, 1);
      if (right == nullptr || right->shown == left->shown) return;
      relation.fill.part(*left).text(" is ").part(word).text(" than ").part(*right);
    } else {
      const std::size_t left_at = static_cast<std::size_t>(left - parts_.data());
      const Part* first = left_at >= 2 && parts_[left_at - 1].shown == " and " ? &parts_[left_at - 2] : nullptr;
      if (first == nullptr || first->kind != Part::Kind::config || word.shown.find("cannot") == std::string::npos) return;
      relation.fill.part(*first).text(" and ").part(*left).text(" ").part(word);
    }
    relation.kind = ExhibitKind::relation;
    relation.fill.text(" in " + metric->title);
    relation.fact = word.a;
    relation.metric = metric->name;
    relation.term = metric->title;
    const auto over = ledger_.find(word.b);
    compared_.push_back({out_.size(), word.a, over ? word.b : FactId{}});
    out_.push_back(std::move(relation));
  }

  // A change in percent says how far the two of a relation lie apart; alone it would be of nobody.
  bool add_change(const Fact& fact, const Part& part) {
    for (Compared& compared : compared_) {
      const bool same = fact.inputs.size() == 2 && std::set<FactId>(fact.inputs.begin(), fact.inputs.end()) == std::set<FactId>{compared.a, compared.b};
      if (!same || compared.told) continue;
      out_[compared.at].fill.text(" (difference ").part(part).text(")");
      compared.told = true;
      return true;
    }
    return is_change(fact);
  }

  void measure(const Part& part) {
    const auto fact = ledger_.find(part.a);
    if (!fact || add_change(*fact, part) || !has_dimension(*fact)) return;
    const core::Metric* metric = vocabulary_.find(fact->metric);
    if (metric == nullptr || !speaks_alone(*fact)) return;
    if (metric->dimension != core::Dimension::fraction && fact->value.unit->dimension == core::Dimension::fraction) return;
    if (std::any_of(out_.begin(), out_.end(), [&](const Exhibit& e) { return e.kind == ExhibitKind::quantity && e.fact == part.a; })) return;
    Exhibit value;
    value.kind = ExhibitKind::quantity;
    value.fill.part(part);
    value.shown = part.shown;
    value.fact = part.a;
    value.metric = metric->name;
    value.term = metric->title;
    describe(*fact, value);
    for (const Part& other : parts_) {
      if (other.kind != Part::Kind::comparison || other.a != part.a || (other.shown != "highest" && other.shown != "lowest")) continue;
      value.rank = other.shown;
      value.rank_over = other.b;
    }
    out_.push_back(std::move(value));
  }

  // Whose value it is, from the rows that it rests on.
  void describe(const Fact& fact, Exhibit& value) {
    std::set<FactId> seen;
    std::vector<Fact> leaves;
    collect_leaves(ledger_, fact.id, seen, leaves);
    if (leaves.empty()) return;
    value.qualifier = statistic_word(fact.statistic);
    const auto all = [&](const auto& test) { return std::all_of(leaves.begin(), leaves.end(), test); };
    if (all([](const Fact& f) { return f.state == core::RowState::cold; })) value.state = "with model load";
    if (all([&](const Fact& f) { return f.evidence.front().path == leaves.front().evidence.front().path; })) value.path = leaves.front().evidence.front().path;
    std::size_t most = 0;
    for (std::size_t n = 0; n < names_.size(); ++n) {
      if (names_[n].settings.size() <= most || !all([&](const Fact& f) { return holds(names_[n].settings, f); })) continue;
      most = names_[n].settings.size();
      owners_[fact.id] = n;
    }
  }

  // Numbers: each name before the first value that is its own, names that own nothing last.
  void settle() {
    std::vector<Exhibit> values = std::move(out_);
    out_.clear();
    std::map<std::size_t, int> numbers;
    const auto place = [&](std::size_t n) {
      if (numbers.count(n) > 0 || out_.size() >= most_) return;
      out_.push_back(names_[n].exhibit);
      numbers[n] = static_cast<int>(out_.size());
    };
    const auto file = std::find_if(names_.begin(), names_.end(), [](const Name& n) { return n.exhibit.kind == ExhibitKind::artifact; });
    if (file != names_.end()) place(static_cast<std::size_t>(file - names_.begin()));
    for (Exhibit& value : values) {
      if (out_.size() + 1 >= most_) break;
      const auto owner = owners_.find(value.fact);
      const auto from = std::find_if(names_.begin(), names_.end(), [&](const Name& n) { return n.exhibit.kind == ExhibitKind::artifact && n.exhibit.path == value.path; });
      if (value.kind == ExhibitKind::quantity && owner == owners_.end() && from != names_.end()) place(static_cast<std::size_t>(from - names_.begin()));
      if (value.kind == ExhibitKind::quantity && owner != owners_.end()) {
        place(owner->second);
        if (numbers.count(owner->second) > 0) value.owner = numbers[owner->second];
      }
      out_.push_back(std::move(value));
    }
    for (std::size_t n = 0; n < names_.size(); ++n)
      if (values.empty() || names_[n].exhibit.kind == ExhibitKind::artifact) place(n);
  }

  const std::vector<Part>& parts_;
  const analysis::Ledger& ledger_;
  const core::Vocabulary& vocabulary_;
  std::size_t most_;
  std::vector<Name> names_;
  std::vector<Exhibit> out_;
  struct Compared {
    std::size_t at = 0;
    FactId a;
    FactId b;
    bool told = false;
  };
  std::vector<Compared> compared_;
  std::map<FactId, std::size_t> owners_;
};

// What is missing, and in how many files.
std::vector<Exhibit> exhibits_of_gap(const core::Finding& finding) {
  std::string title = finding.title;
  if (title.size() > 1 && title[1] >= 'a' && title[1] <= 'z') title.front() = static_cast<char>(title.front() | 0x20);
  Exhibit gap;
  gap.fill.text("a gap (" + title + ")");
  gap.shown = gap.fill.plain();
  std::vector<Exhibit> exhibits = {std::move(gap)};
  const auto& parts = finding.statement.parts();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i].kind != Part::Kind::quantity || parts[i + 1].kind != Part::Kind::text || parts[i + 1].shown.rfind(" files", 0) != 0) continue;
    Exhibit files;
    files.fill.part(parts[i]).text(" files");
    files.shown = files.fill.plain();
    files.fact = parts[i].a;
    exhibits.push_back(std::move(files));
    break;
  }
  return exhibits;
}

std::string reads(const Exhibit& exhibit, const std::vector<Exhibit>& all) {
  switch (exhibit.kind) {
    case ExhibitKind::artifact: return "the file " + exhibit.shown;
    case ExhibitKind::configuration: return "the setting " + exhibit.shown;
    case ExhibitKind::relation:
    case ExhibitKind::phrase: return exhibit.fill.plain();
    case ExhibitKind::quantity: break;
  }
  std::string text = exhibit.rank.empty() ? "the " : "the " + exhibit.rank + " ";
  text += (exhibit.qualifier.empty() ? "" : exhibit.qualifier + " ") + exhibit.term + (exhibit.state.empty() ? "" : " " + exhibit.state);
  if (exhibit.owner > 0 && static_cast<std::size_t>(exhibit.owner) <= all.size()) text += ", with " + agents::placeholder(exhibit.owner);
  return text;
}

using Orders = std::vector<std::vector<int>>;
enum class Lone { taken, left_out };  // a value whose configuration is compared with no other here

// Values stand beside the configuration they belong to, and two pairs only of one metric.
void add_pairs(const std::vector<Exhibit>& exhibits, Lone lone, Orders& orders) {
  std::vector<int> owned;
  for (std::size_t i = 0; i < exhibits.size(); ++i)
    if (exhibits[i].kind == ExhibitKind::quantity && exhibits[i].owner > 0) owned.push_back(static_cast<int>(i) + 1);
  const auto at = [&](int number) -> const Exhibit& { return exhibits[static_cast<std::size_t>(number) - 1]; };
  for (const int value : owned) {
    for (const int other : owned) {
      if (other <= value || at(other).metric != at(value).metric || at(other).owner == at(value).owner) continue;
      orders.push_back({at(value).owner, value, at(other).owner, other});
      orders.push_back({value, at(value).owner, other, at(other).owner});
    }
  }
  if (!orders.empty() || lone == Lone::left_out) return;
  for (const int value : owned) {
    orders.push_back({at(value).owner, value});
    orders.push_back({value, at(value).owner});
  }
}

// Values of no configuration stand beside the file that they come from, two of them behind one file or each behind its own.
void add_files(const std::vector<Exhibit>& exhibits, Orders& orders) {
  std::map<std::string, int> files;
  std::vector<int> free;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    if (exhibits[i].kind == ExhibitKind::artifact) files.emplace(exhibits[i].path, static_cast<int>(i) + 1);
    if (exhibits[i].kind == ExhibitKind::quantity && exhibits[i].owner == 0) free.push_back(static_cast<int>(i) + 1);
  }
  const auto file_of = [&](int value) {
    const auto found = files.find(exhibits[static_cast<std::size_t>(value) - 1].path);
    return found == files.end() ? 0 : found->second;
  };
  for (std::size_t i = 0; i + 1 < free.size(); ++i) {
    const int one = file_of(free[i]);
    const int other = file_of(free[i + 1]);
    if (one > 0 && one == other) orders.push_back({one, free[i], free[i + 1]});
    else if (one > 0 && other > 0) orders.push_back({one, free[i], other, free[i + 1]});
  }
  for (const int value : free)
    if (orders.empty() && file_of(value) > 0) orders.push_back({file_of(value), value});
  for (const int value : free)
    if (orders.empty()) orders.push_back({value});
}

bool has_clause(const std::vector<Exhibit>& exhibits) {
  return std::any_of(exhibits.begin(), exhibits.end(), [](const Exhibit& e) { return e.kind == ExhibitKind::relation; });
}

Orders orders_of(const std::vector<Exhibit>& exhibits, agents::Tone tone) {
  Orders orders;
  // A lone value says less than the comparison that it is part of, but more of what to do.
  add_pairs(exhibits, has_clause(exhibits) && tone != agents::Tone::advise ? Lone::left_out : Lone::taken, orders);
  add_files(exhibits, orders);
  std::vector<int> phrases;
  for (std::size_t i = 0; i < exhibits.size(); ++i)
    if (exhibits[i].kind == ExhibitKind::phrase) phrases.push_back(static_cast<int>(i) + 1);
  if (phrases.size() > 1) orders.push_back(phrases);
  if (phrases.size() > 2) orders.push_back({phrases[0], phrases[1]});
  if (!orders.empty() || has_clause(exhibits)) return orders;
  for (std::size_t i = 0; i < exhibits.size(); ++i) orders.push_back({static_cast<int>(i) + 1});
  return orders;
}

}  // namespace

std::vector<Exhibit> exhibits_of(const core::Finding& finding, const analysis::Ledger& ledger, const core::Vocabulary& vocabulary, std::size_t most) {
  if (finding.kind == core::FindingKind::gap) return exhibits_of_gap(finding);
  return FindingReader(finding, ledger, vocabulary, most).run();
}

Exhibit record_phrase(const RunRecord& record, const std::string& pointer, const std::string& before, const std::string& behind) {
  const Fact fact = record.at(pointer);
  Exhibit phrase;
  if (!before.empty()) phrase.fill.text(before);
  phrase.fact = fact.id;
  if (fact.value.unit->symbol.empty()) phrase.fill.shown(fact.id, core::format_fixed(fact.value.value, 0));
  else phrase.fill.quantity(fact, 0);
  if (!behind.empty()) phrase.fill.text(behind);
  phrase.shown = phrase.fill.plain();
  return phrase;
}

Assignment assign(std::string section, std::string topic, agents::Tone tone, std::vector<Exhibit> exhibits) {
  CHECK(!exhibits.empty(), "a sentence has something to cite");
  Assignment assignment;
  assignment.task.section = std::move(section);
  assignment.task.topic = std::move(topic);
  assignment.task.tone = tone;
  std::set<std::string> terms;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    assignment.task.exhibits.push_back({static_cast<int>(i) + 1, reads(exhibits[i], exhibits)});
    if (exhibits[i].kind == ExhibitKind::relation) assignment.task.clauses.push_back(static_cast<int>(i) + 1);
    if (exhibits[i].kind == ExhibitKind::quantity) terms.insert(exhibits[i].term);
    if (exhibits[i].kind == ExhibitKind::quantity && !exhibits[i].qualifier.empty()) terms.insert(exhibits[i].qualifier + " " + exhibits[i].term);
    if (!exhibits[i].rank.empty()) terms.insert(exhibits[i].rank);
  }
  assignment.task.terms.assign(terms.begin(), terms.end());
  assignment.task.orders = orders_of(exhibits, tone);
  assignment.exhibits = std::move(exhibits);
  return assignment;
}

}  // namespace chimera::writing
