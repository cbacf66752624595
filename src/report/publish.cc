#include "report/publish.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/check.h"
#include "report/draft.h"
#include "text/markdown.h"

namespace chimera::report {
namespace {

struct Citation {
  std::uint64_t begin = 0;  // of the whole link in the draft
  std::uint64_t end = 0;
  std::string_view shown;
  std::string_view scheme;  // "fact", "calc", "config", "artifact", "chart"
  std::string_view target;  // behind the colon
};

std::vector<Citation> find_citations(std::string_view draft) {
  std::vector<Citation> found;
  for (const text::InlineLink& link : text::parse_markdown(draft).links) {
    if (link.reference) continue;
    const std::string_view target = draft.substr(link.target.begin, link.target.end - link.target.begin);
    const std::size_t colon = target.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view scheme = target.substr(0, colon);
    if (scheme != "fact" && scheme != "calc" && scheme != "config" && scheme != "artifact" && scheme != "chart") continue;
    found.push_back({link.text.begin - 1, link.target.end + 1, draft.substr(link.text.begin, link.text.end - link.text.begin), scheme,
                     target.substr(colon + 1)});
  }
  std::sort(found.begin(), found.end(), [](const Citation& a, const Citation& b) { return a.begin < b.begin; });
  return found;
}

// A title of a link definition: no quotes inside, one line.
std::string title(std::string text) {
  for (char& c : text)
    if (c == '"' || c == '\n' || c == '\r') c = '\'';
  return text;
}

class Publisher {
 public:
  Publisher(const core::FactLookup& facts, const Links& links, std::string_view facts_file, std::size_t first_line)
      : facts_(facts), links_(links), facts_file_(facts_file), first_line_(first_line) {}

  Publication run(std::string_view draft, const std::vector<core::FactId>& also) {
    std::string body;
    std::uint64_t copied = 0;
    for (const Citation& citation : find_citations(draft)) {
      if (citation.begin < copied) continue;  // a link inside a link's text: the outer one stands
      body += draft.substr(copied, citation.begin - copied);
      if (citation.scheme == "chart") body += fmt::format("[{}](report.html#{})", citation.shown, citation.target);
      else body += fmt::format("[{}][{}]", citation.shown, label_of(citation));
      copied = citation.end;
    }
    body += draft.substr(copied);
    add_inputs(also);
    return {std::move(body) + sources(), std::move(facts_in_order_)};
  }

 private:
  std::string label_of(const Citation& citation) {
    if (citation.scheme == "artifact") return label_of_path(decode_path(citation.target));
    if (citation.scheme == "calc") return label_of_comparison(citation.target);
    return label_of_fact(core::parse_fact_id(citation.target));
  }

  std::string label_of_fact(core::FactId id) {
    if (const auto known = fact_labels_.find(id); known != fact_labels_.end()) return known->second;
    auto fact = facts_.find(id);
    CHECK(fact.has_value(), "a judged draft cites facts that exist");
    const std::string label = fmt::format("f{}", fact_labels_.size() + 1);
    fact_labels_.emplace(id, label);
    facts_in_order_.push_back({label, std::move(*fact)});
    return label;
  }

  std::string label_of_path(const std::string& path) {
    const auto [entry, fresh] = path_labels_.emplace(path, fmt::format("a{}", path_labels_.size() + 1));
    if (fresh) paths_in_order_.push_back(path);
    return entry->second;
  }

  // "ID>ID,ID": every side becomes a fact of the report; the definition names them by their labels.
  std::string label_of_comparison(std::string_view target) {
    constexpr std::string_view kIdDigits = "0123456789abcdef";
    std::string text;
    std::string first;
    for (std::size_t at = 0; at < target.size();) {
      const std::size_t end = std::min(target.find_first_not_of(kIdDigits, at), target.size());
      if (end > at) {
        const std::string label = label_of_fact(core::parse_fact_id(target.substr(at, end - at)));
        if (first.empty()) first = label;
        text += label;
      }
      const std::size_t next = std::min(target.find_first_of(kIdDigits, end), target.size());
      text += target.substr(end, next - end);
      at = next;
    }
    CHECK(!first.empty(), "a judged draft compares facts");
    const auto [entry, fresh] = comparison_labels_.emplace(text, fmt::format("c{}", comparison_labels_.size() + 1));
    if (fresh) comparisons_in_order_.push_back({text, first});
    return entry->second;
  }

  // Everything a labelled fact was computed from, down to the bytes.
  void add_inputs(const std::vector<core::FactId>& also) {
    std::set<core::FactId> extra;
    std::vector<core::FactId> open;
    const auto push = [&](const std::vector<core::FactId>& inputs) {
      for (std::size_t i = 0; i < std::min(inputs.size(), kInputsKept); ++i)
        if (fact_labels_.count(inputs[i]) == 0 && extra.insert(inputs[i]).second) open.push_back(inputs[i]);
    };
    for (const CitedFact& cited : facts_in_order_) push(cited.fact.inputs);
    for (const core::FactId id : also) push({id});
    std::map<core::FactId, core::Fact> inputs;
    while (!open.empty()) {
      const core::FactId id = open.back();
      open.pop_back();
      auto fact = facts_.find(id);
      CHECK(fact.has_value(), "inputs of a fact exist");
      push(fact->inputs);
      inputs.emplace(id, std::move(*fact));
    }
    for (auto& [id, fact] : inputs) facts_in_order_.push_back({"", std::move(fact)});
  }

  std::string definition(std::size_t index) const {
    const CitedFact& cited = facts_in_order_[index];
    const core::Fact& fact = cited.fact;
    if (fact.evidence.empty())
      return fmt::format("[{}]: {}#L{} \"{}, from {} facts\"\n", cited.label, facts_file_, first_line_ + index, title(fact.formula), fact.inputs.size());
    const core::SourceRef& source = fact.evidence.front();
    return fmt::format("[{}]: {}#L{} \"{}\"\n", cited.label, links_.href(source.path), source.place.line, title(core::describe(source.place)));
  }

  std::string sources() const {
    std::string text = "## Sources\n\nEvery link above leads to the bytes it quotes; `chimera explain ID --in report.json` shows them, "
                       "with the rule or formula behind the number.\n\n";
    for (std::size_t i = 0; i < fact_labels_.size(); ++i) text += definition(i);
    for (std::size_t i = 0; i < comparisons_in_order_.size(); ++i) {
      const auto& [compared, left] = comparisons_in_order_[i];
      const auto line = first_line_ + static_cast<std::size_t>(std::stoul(left.substr(1))) - 1;
      text += fmt::format("[c{}]: {}#L{} \"{}\"\n", i + 1, facts_file_, line, compared);
    }
    for (std::size_t i = 0; i < paths_in_order_.size(); ++i) text += fmt::format("[a{}]: {}\n", i + 1, links_.href(paths_in_order_[i]));
    return text;
  }

  const core::FactLookup& facts_;
  const Links& links_;
  std::string_view facts_file_;
  std::size_t first_line_;
  std::unordered_map<core::FactId, std::string> fact_labels_;
  std::vector<CitedFact> facts_in_order_;
  std::map<std::string, std::string> path_labels_;
  std::vector<std::string> paths_in_order_;
  std::map<std::string, std::string> comparison_labels_;
  std::vector<std::pair<std::string, std::string>> comparisons_in_order_;
};

}  // namespace

Publication publish(std::string_view draft, const core::FactLookup& facts, const Links& links, std::string_view facts_file,
                    std::size_t facts_first_line, const std::vector<core::FactId>& also) {
  return Publisher(facts, links, facts_file, facts_first_line).run(draft, also);
}

namespace {

// "[Speed of `x`](report.html#chart-3)" in a line of links to charts, as a picture; empty where it is not drawn.
std::string pictures_of(std::string_view line, const std::vector<Figure>& figures) {
  std::string out;
  for (const text::InlineLink& link : text::parse_markdown(line).links) {
    if (link.reference) continue;
    const std::string_view target = line.substr(link.target.begin, link.target.end - link.target.begin);
    const auto drawn = std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) { return target == "report.html#" + figure.chart; });
    if (drawn != figures.end()) out += fmt::format("\n![{}]({})\n", line.substr(link.text.begin, link.text.end - link.text.begin), drawn->href);
  }
  return out;
}

}  // namespace

std::string with_figures(std::string_view markdown, const std::vector<Figure>& figures) {
  std::string out;
  for (std::size_t at = 0; at < markdown.size();) {
    const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
    const std::string_view line = markdown.substr(at, end - at);
    out += line;
    if (end < markdown.size()) out += '\n';
    if (line.substr(0, kChartsLead.size()) == kChartsLead) out += pictures_of(line, figures);
    at = end + 1;
  }
  return out;
}

}  // namespace chimera::report
