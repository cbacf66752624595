#include "analysis/restating.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace chimera::analysis {
namespace {

constexpr std::size_t kFewest = 3;  // values that must agree: fewer agree by chance

struct Written {
  double value = 0;
  double half = 0;  // half a unit in the last place written
};

std::vector<Written> written_values(const Response& response, const core::Corpus& corpus) {
  std::vector<Written> out;
  for (std::size_t i = 0; i < response.value.size(); ++i) {
    if (!response.value[i]) continue;
    const core::CellRef& ref = response.cell[i];
    const int decimals = corpus.document(ref.document).cell(ref).decimals;
    out.push_back({*response.value[i], 0.5001 * std::pow(10.0, -decimals) + 1e-12 * std::abs(*response.value[i])});
  }
  return out;
}

bool mostly_distinct(std::vector<Written> values) {
  std::sort(values.begin(), values.end(), [](const Written& a, const Written& b) { return a.value < b.value; });
  const auto end = std::unique(values.begin(), values.end(), [](const Written& a, const Written& b) { return a.value == b.value; });
  return static_cast<std::size_t>(end - values.begin()) * 2 > values.size();
}

// Every value of `some` lies within rounding of one of `all`, each of those used once.
bool contained(const std::vector<Written>& some, std::vector<double> all) {
  if (some.size() > all.size()) return false;
  std::sort(all.begin(), all.end());
  std::vector<Written> sorted = some;
  std::sort(sorted.begin(), sorted.end(), [](const Written& a, const Written& b) { return a.value < b.value; });
  std::size_t at = 0;
  for (const Written& value : sorted) {
    while (at < all.size() && all[at] < value.value - value.half) ++at;
    if (at == all.size() || all[at] > value.value + value.half) return false;
    ++at;
  }
  return true;
}

std::vector<double> plain_values(const Response& response) {
  std::vector<double> out;
  for (const auto& value : response.value)
    if (value) out.push_back(*value);
  return out;
}

std::vector<double> configuration_means(const Study& study, const Response& response) {
  std::vector<double> sum(study.configurations, 0.0);
  std::vector<double> count(study.configurations, 0.0);
  for (std::size_t i = 0; i < response.value.size(); ++i) {
    if (!response.value[i]) continue;
    sum[study.configuration[i]] += *response.value[i];
    count[study.configuration[i]] += 1;
  }
  std::vector<double> out;
  for (std::size_t c = 0; c < sum.size(); ++c)
    if (count[c] > 0) out.push_back(sum[c] / count[c]);
  return out;
}

bool states_means(const Study& study) {
  return std::any_of(study.responses.begin(), study.responses.end(),
                     [](const Response& r) { return r.statistic.kind == core::Statistic::Kind::mean; });
}

bool restates(const Study& study, const Study& original, const core::Corpus& corpus) {
  bool common = false;
  for (const Response& response : study.responses) {
    const auto twin = std::find_if(original.responses.begin(), original.responses.end(), [&](const Response& r) {
      return r.metric == response.metric && r.unit == response.unit && r.statistic.kind == core::Statistic::Kind::sample;
    });
    if (twin == original.responses.end()) continue;
    const auto values = written_values(response, corpus);
    if (values.size() < kFewest || !mostly_distinct(values)) continue;
    const bool same = contained(values, plain_values(*twin)) ||
                      (states_means(study) && contained(values, configuration_means(original, *twin)));
    if (!same) return false;
    common = true;
  }
  return common;
}

// Whether `a` is rather the original than `b` where each restates the other.
bool richer(const Study& a, const Study& b, const core::Corpus& corpus) {
  const auto columns = [&](const Study& s) { return corpus.document(s.document).tables[s.table].columns.size(); };
  if (states_means(a) != states_means(b)) return states_means(b);
  if (a.rows.size() != b.rows.size()) return a.rows.size() > b.rows.size();
  if ((a.order == RunOrder::unknown) != (b.order == RunOrder::unknown)) return b.order == RunOrder::unknown;
  if (columns(a) != columns(b)) return columns(a) > columns(b);
  return std::pair(a.document, a.table) < std::pair(b.document, b.table);
}

}  // namespace

void mark_restatements(std::vector<Study>& studies, const core::Corpus& corpus) {
  // Studies that share a metric, so that not every pair is looked at.
  std::map<std::string, std::vector<std::size_t>> by_metric;
  for (std::size_t i = 0; i < studies.size(); ++i)
    for (const Response& response : studies[i].responses) {
      auto& list = by_metric[response.metric];
      if (list.empty() || list.back() != i) list.push_back(i);
    }
  for (std::size_t i = 0; i < studies.size(); ++i) {
    std::vector<std::size_t> others;
    for (const Response& response : studies[i].responses) {
      const auto& list = by_metric[response.metric];
      others.insert(others.end(), list.begin(), list.end());
    }
    std::sort(others.begin(), others.end());
    others.erase(std::unique(others.begin(), others.end()), others.end());
    for (const std::size_t j : others) {
      if (j == i || !richer(studies[j], studies[i], corpus) || !restates(studies[i], studies[j], corpus)) continue;
      studies[i].kind = StudyKind::summary;
      studies[i].restates = corpus.document(studies[j].document).artifact.path;
      break;
    }
  }
}

}  // namespace chimera::analysis
