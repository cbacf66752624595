#include "core/vocabulary.h"

#include <algorithm>

namespace chimera::core {
namespace {

bool called(const Metric& metric, std::string_view words) {
  return metric.name == words || std::find(metric.aliases.begin(), metric.aliases.end(), words) != metric.aliases.end();
}

// Lower case, '_' and '-' as spaces, one space between words.
std::string normalised(std::string_view words) {
  std::string text;
  for (const char c : words) {
    const bool gap = c == ' ' || c == '_' || c == '-' || c == '\t';
    if (!gap) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

const Metric* Vocabulary::find(std::string_view name) const {
  const auto at = std::lower_bound(metrics.begin(), metrics.end(), name, [](const Metric& m, std::string_view n) { return m.name < n; });
  return at != metrics.end() && at->name == name ? &*at : nullptr;
}

const Metric* Vocabulary::find_alias(std::string_view words) const {
  std::string text = normalised(words);
  if (text.empty()) return nullptr;
  std::vector<std::string> forms = {text, text + "s"};
  if (text.size() > 2 && text.back() == 's') forms.push_back(text.substr(0, text.size() - 1));
  if (text.size() > 4 && text.compare(text.size() - 3, 3, "ies") == 0) forms.push_back(text.substr(0, text.size() - 3) + "y");
  for (const std::string& form : forms) {
    if (const Metric* metric = find(form)) return metric;
    for (const Metric& metric : metrics)
      if (called(metric, form)) return &metric;
  }
  return nullptr;
}

}  // namespace chimera::core
