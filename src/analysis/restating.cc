#include "analysis/restating.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/statistics.h"

namespace chimera::analysis {
namespace {

constexpr std::size_t kFewest = 3;  // values that must agree: fewer agree by chance

struct Written {
  double value = 0;
  double half = 0;  // half a unit in the last place written
};

// A response as it is compared, everything sorted.
struct Values {
  const Response* response = nullptr;
  std::vector<Written> written;   // empty where too few or too alike to tell anything
  std::vector<double> plain;
  std::vector<double> means;      // of the configurations
  std::vector<double> medians;
};

std::vector<Written> written_values(const Response& response, const core::Corpus& corpus) {
  std::vector<Written> out;
  for (std::size_t i = 0; i < response.value.size(); ++i) {
    if (!response.value[i]) continue;
    const core::CellRef& ref = response.cell[i];
    const int decimals = static_cast<int>(corpus.document(ref.document).cell(ref).decimals);
    out.push_back({*response.value[i], 0.5001 * std::pow(10.0, -decimals) + 1e-12 * std::abs(*response.value[i])});
  }
  std::sort(out.begin(), out.end(), [](const Written& a, const Written& b) { return a.value < b.value; });
  std::size_t distinct = out.empty() ? 0 : 1;
  for (std::size_t i = 1; i < out.size(); ++i) distinct += out[i - 1].value < out[i].value ? 1 : 0;
  if (out.size() < kFewest || 2 * distinct <= out.size()) out.clear();
  return out;
}

using Kind = core::Statistic::Kind;

// Of a replicated study: the mean or median of each configuration, sorted.
std::vector<double> configuration_centres(const Study& study, const Response& response, Kind kind) {
  std::vector<Sample> groups(study.configurations);
  for (std::size_t i = 0; i < response.value.size(); ++i)
    if (response.value[i]) groups[study.configuration[i]].push_back(*response.value[i]);
  std::vector<double> out;
  for (const Sample& group : groups)
    if (!group.empty()) out.push_back(kind == Kind::median ? median(group) : mean(group));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Values> values_of(const Study& study, const core::Corpus& corpus) {
  std::vector<Values> out;
  for (const Response& response : study.responses) {
    Values values{&response, written_values(response, corpus), {}, {}, {}};
    for (const auto& value : response.value)
      if (value) values.plain.push_back(*value);
    std::sort(values.plain.begin(), values.plain.end());
    if (study.replicated) {
      values.means = configuration_centres(study, response, Kind::mean);
      values.medians = configuration_centres(study, response, Kind::median);
    }
    out.push_back(std::move(values));
  }
  return out;
}

// Every value of `some` lies within rounding of one of `all`, each of those used once. Both sorted.
bool contained(const std::vector<Written>& some, const std::vector<double>& all) {
  if (some.size() > all.size()) return false;
  auto at = std::lower_bound(all.begin(), all.end(), some.front().value - some.front().half);
  for (const Written& value : some) {
    while (at != all.end() && *at < value.value - value.half) ++at;
    if (at == all.end() || *at > value.value + value.half) return false;
    ++at;
  }
  return true;
}

bool states_means(const Study& study) {
  return std::any_of(study.responses.begin(), study.responses.end(),
                     [](const Response& r) { return r.statistic.kind == Kind::mean || r.statistic.kind == Kind::median; });
}

// Only values and their means, medians and extremes are found among others; a spread is not.
bool traceable(const Values& values) {
  const Kind kind = values.response->statistic.kind;
  return !values.written.empty() && (kind == Kind::sample || kind == Kind::mean || kind == Kind::median || kind == Kind::minimum || kind == Kind::maximum);
}

bool among(const Values& values, const Values& original, bool means) {
  if (contained(values.written, original.plain)) return true;
  if (values.response->statistic.kind == Kind::median) return contained(values.written, original.medians);
  return means && contained(values.written, original.means);
}

bool restates(const std::vector<Values>& study, const std::vector<Values>& original, bool means) {
  bool common = false;
  for (const Values& values : study) {
    if (!traceable(values)) continue;
    const auto twin = std::find_if(original.begin(), original.end(), [&](const Values& other) {
      return other.response->metric == values.response->metric && other.response->unit == values.response->unit &&
             other.response->statistic.kind == core::Statistic::Kind::sample;
    });
    if (twin == original.end()) continue;
    if (!among(values, *twin, means)) return false;
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
  std::vector<std::vector<Values>> values;
  for (const Study& study : studies) values.push_back(values_of(study, corpus));
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
      if (j == i || !restates(values[i], values[j], states_means(studies[i])) || !richer(studies[j], studies[i], corpus)) continue;
      studies[i].kind = StudyKind::summary;
      studies[i].restates = corpus.document(studies[j].document).artifact.path;
      break;
    }
  }
}

}  // namespace chimera::analysis
