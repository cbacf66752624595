#include "analysis/levels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace chimera::analysis {
namespace {

using namespace std::string_view_literals;

constexpr std::array kGroupKeys = {
    "accelerator"sv, "arch"sv,   "backend"sv,      "build"sv,    "case"sv,     "command"sv, "compiler"sv,       "cpu"sv,
    "device"sv,      "dtype"sv,  "engine"sv,       "engine_version"sv, "format"sv, "framework"sv, "gpu"sv,     "hardware"sv,
    "host"sv,        "kernel"sv, "language"sv,     "machine"sv,  "mode"sv,     "model"sv,   "model_digest"sv,   "platform"sv,
    "precision"sv,   "provider"sv, "quant"sv,      "quantization"sv, "runtime"sv, "system"sv, "tag"sv,         "tool"sv,
    "variant"sv,     "version"sv,
};
constexpr std::array kBlockKeys = {
    "benchmark"sv, "category"sv, "dataset"sv,  "domain"sv,      "id"sv,       "idx"sv,        "index"sv,      "iter"sv,
    "iteration"sv, "name"sv,     "operation"sv, "phase"sv,      "prompt"sv,   "prompt_text"sv, "query"sv,     "question"sv,
    "rep"sv,       "repetition"sv, "replicate"sv, "request"sv,  "round"sv,    "run"sv,        "sample"sv,     "scenario"sv,
    "seed"sv,      "stage"sv,    "step"sv,     "suite"sv,       "task"sv,     "test"sv,       "trial"sv,      "workload"sv,
};
constexpr std::array kWorkKeys = {
    "benchmark"sv, "body_size"sv, "bytes"sv, "data_size"sv, "dataset"sv, "dataset_size"sv, "depth"sv,
    "document_size"sv, "domain"sv, "elements"sv, "file_size"sv, "image_size"sv, "input_len"sv, "input_length"sv,
    "input_size"sv, "input_tokens"sv, "isl"sv, "items"sv, "k"sv, "m"sv, "matrix_size"sv, "max_tokens"sv,
    "message_size"sv, "n"sv, "n_depth"sv, "n_gen"sv, "n_prompt"sv, "name"sv, "num_predict"sv, "num_prompts"sv,
    "num_requests"sv, "operation"sv, "osl"sv, "output_len"sv, "output_length"sv, "output_tokens"sv, "payload"sv,
    "payload_size"sv, "phase"sv, "problem_size"sv, "prompt_len"sv, "prompt_length"sv, "prompt_size"sv,
    "prompt_tokens"sv, "requests"sv, "scenario"sv, "seq_len"sv, "seqlen"sv, "sequence_length"sv, "shape"sv, "size"sv,
    "stage"sv, "suite"sv, "task"sv, "test"sv, "tokens"sv, "workload"sv,
};
static_assert(std::is_sorted(kWorkKeys.begin(), kWorkKeys.end()));
static_assert(std::is_sorted(kGroupKeys.begin(), kGroupKeys.end()));
static_assert(std::is_sorted(kBlockKeys.begin(), kBlockKeys.end()));

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// "run/prompt_index" and "Prompt Index" are prompt_index.
std::string plain_key(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash != std::string_view::npos) key.remove_prefix(slash + 1);
  std::string out;
  for (const char c : key) {
    const bool upper = c >= 'A' && c <= 'Z';
    out += upper ? static_cast<char>(c - 'A' + 'a') : (c == ' ' || c == '-' ? '_' : c);
  }
  return out;
}

}  // namespace

Factor make_factor(std::string key, const std::vector<std::string>& values) {
  Factor out;
  out.key = std::move(key);
  std::map<std::string, std::uint32_t> position;
  for (const std::string& value : values) position.emplace(value.empty() ? "default" : value, 0);
  out.numeric = true;
  for (const auto& [value, unused] : position) {
    out.numeric = out.numeric && as_number(value).has_value();
    out.levels.push_back(value);
  }
  if (out.numeric) {
    std::stable_sort(out.levels.begin(), out.levels.end(),
                     [](const std::string& a, const std::string& b) { return *as_number(a) < *as_number(b); });
  }
  for (std::uint32_t i = 0; i < out.levels.size(); ++i) position[out.levels[i]] = i;
  out.level.reserve(values.size());
  for (const std::string& value : values) out.level.push_back(position[value.empty() ? "default" : value]);
  return out;
}

bool decides(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  if (a.size() != b.size()) return false;
  std::map<std::uint32_t, std::uint32_t> image;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (image.emplace(a[i], b[i]).first->second != b[i]) return false;
  return true;
}

bool same_grouping(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) { return decides(a, b) && decides(b, a); }

std::vector<std::uint32_t> combine(const std::vector<const Factor*>& factors, std::size_t rows, std::uint32_t& count) {
  std::map<std::vector<std::uint32_t>, std::uint32_t> known;
  std::vector<std::uint32_t> out;
  out.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::uint32_t> levels;
    levels.reserve(factors.size());
    for (const Factor* factor : factors) levels.push_back(factor->level[row]);
    out.push_back(known.emplace(std::move(levels), static_cast<std::uint32_t>(known.size())).first->second);
  }
  count = static_cast<std::uint32_t>(known.size());
  return out;
}

bool is_group_key(std::string_view key) {
  return std::binary_search(kGroupKeys.begin(), kGroupKeys.end(), std::string_view(plain_key(key)));
}

bool is_block_key(std::string_view key) {
  std::string name = plain_key(key);
  for (const std::string_view position : {"_index", "_id", "_number"})
    if (name.size() > position.size() && name.compare(name.size() - position.size(), position.size(), position) == 0) name.resize(name.size() - position.size());
  return std::binary_search(kBlockKeys.begin(), kBlockKeys.end(), std::string_view(name));
}

bool is_work_key(std::string_view key) {
  std::string name = plain_key(key);
  const auto known = [&] { return std::binary_search(kWorkKeys.begin(), kWorkKeys.end(), std::string_view(name)); };
  if (known()) return true;
  const std::size_t last = name.rfind('_');  // "size_mib" is a size
  if (last == std::string::npos) return false;
  const core::UnitPtr unit = core::find_unit(std::string_view(name).substr(last + 1));
  if (unit == nullptr || (unit->dimension != core::Dimension::information && unit->dimension != core::Dimension::tokens)) return false;
  name.resize(last);
  return known();
}

std::optional<std::int64_t> block_of(const core::Corpus& corpus, const core::CellRef& cell) {
  const core::Document& document = corpus.document(cell.document);
  const std::vector<core::TableMeaning>& meaning = corpus.meaning(cell.document);
  for (std::uint32_t t = cell.table, r = cell.row; t < document.tables.size() && r < document.tables[t].rows.size();) {
    const core::Table& table = document.tables[t];
    for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
      const core::Cell& here = table.columns[c].cells[r];
      if (table.columns[c].key == "block" && meaning[t].columns[c].role == core::Role::index && here.kind == core::CellKind::number) return static_cast<std::int64_t>(here.number);
    }
    const core::Row& row = table.rows[r];
    t = row.parent_table;
    r = row.parent_row;
  }
  return std::nullopt;
}

}  // namespace chimera::analysis
