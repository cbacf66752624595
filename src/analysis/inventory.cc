#include "analysis/inventory.h"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/dates.h"
#include "analysis/name_patterns.h"
#include "base/sha256.h"

namespace chimera::analysis {
namespace {

using core::Artifact;
using core::Format;

bool is_data_or_document(Format declared) {
  return core::is_json(declared) || declared == Format::csv || declared == Format::markdown;
}

// The types people have most come first, then by name.
int rank(Format type) {
  switch (type) {
    case Format::json: return 0;
    case Format::csv: return 1;
    case Format::markdown: return 2;
    case Format::jsonl: return 3;
    default: return 4;
  }
}

void add_file(TypeCount& count, const Artifact& artifact) {
  ++count.files;
  count.bytes += artifact.size;
  count.paths.push_back(artifact.path);
  count.latest = std::max(count.latest, artifact.modified);
}

std::vector<TypeCount> sorted_types(const std::map<Format, TypeCount>& counts) {
  std::vector<TypeCount> out;
  for (const auto& [type, count] : counts) out.push_back(count);
  std::sort(out.begin(), out.end(), [](const TypeCount& a, const TypeCount& b) { return rank(a.type) < rank(b.type); });
  for (TypeCount& count : out) std::sort(count.paths.begin(), count.paths.end());
  return out;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::vector<std::vector<std::string>> find_copies(const std::vector<const Artifact*>& artifacts) {
  std::map<base::Digest, std::vector<std::string>> by_digest;
  for (const Artifact* artifact : artifacts) {
    if (artifact->size > 0) by_digest[artifact->digest].push_back(artifact->path);
  }
  std::vector<std::vector<std::string>> out;
  for (auto& [digest, paths] : by_digest) {
    if (paths.size() < 2) continue;
    std::sort(paths.begin(), paths.end());
    out.push_back(std::move(paths));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// JSONL is JSON to people; text that was written as Markdown is no surprise either.
bool differs(Format declared, Format format) {
  if (declared == Format::unknown || format == Format::unknown || declared == format) return false;
  return !(core::is_json(declared) && core::is_json(format)) && !(core::is_prose(declared) && core::is_prose(format));
}

void note_size(Inventory& inventory, const Artifact& artifact) {
  if (inventory.files == 1 || artifact.size < inventory.smallest_bytes) {
    inventory.smallest = artifact.path;
    inventory.smallest_bytes = artifact.size;
  }
  if (inventory.files == 1 || artifact.size > inventory.largest_bytes) {
    inventory.largest = artifact.path;
    inventory.largest_bytes = artifact.size;
  }
}

// Dates of data come before dates of prose: a plan or a footnote is no time of measurement.
void note_dates(Inventory& inventory, const core::Corpus& corpus) {
  DateRange data;
  DateRange prose;
  for (std::uint32_t i = 0; i < corpus.documents().size(); ++i) {
    const Artifact& artifact = corpus.documents()[i].artifact;
    const DateRange own = dates_of(corpus, {i});
    if (own.first.empty()) continue;
    ++inventory.dated;
    DateRange& range = core::is_prose(artifact.format) ? prose : data;
    if (range.first.empty() || own.first < range.first) range.first = own.first;
    if (range.last.empty() || own.last > range.last) range.last = own.last;
  }
  const DateRange& best = data.first.empty() ? prose : data;
  inventory.first_date = best.first;
  inventory.last_date = best.last;
}

// A checkout, a copy or an unpacked archive writes all files within minutes, later than what they say of themselves.
bool look_like_a_checkout(const std::vector<const Artifact*>& artifacts, const std::string& last_date) {
  constexpr base::Nanoseconds kMinutes = 10LL * 60 * 1'000'000'000;
  constexpr base::Nanoseconds kDay = 24LL * 3600 * 1'000'000'000;
  if (artifacts.size() < 2) return false;
  const auto [first, last] = std::minmax_element(artifacts.begin(), artifacts.end(),
      [](const Artifact* a, const Artifact* b) { return a->modified < b->modified; });
  if ((*last)->modified - (*first)->modified > kMinutes) return false;
  return last_date.empty() || last_date < base::format_date((*first)->modified - kDay);
}

}  // namespace

Inventory take_inventory(const core::Corpus& corpus) {
  Inventory inventory;
  std::map<Format, TypeCount> read;
  std::map<Format, TypeCount> not_read;
  std::map<std::string, std::uint64_t> folders;
  std::vector<const Artifact*> artifacts;
  for (const core::Document& document : corpus.documents()) {
    const Artifact& artifact = document.artifact;
    const bool named = is_data_or_document(artifact.declared);
    TypeCount& count = named ? read[artifact.declared] : document.tables.empty() ? not_read[artifact.declared] : inventory.also_read;
    count.type = artifact.declared;
    add_file(count, artifact);
    if (!named) continue;
    artifacts.push_back(&artifact);
    ++inventory.files;
    inventory.bytes += artifact.size;
    note_size(inventory, artifact);
    ++folders[folder_of(artifact.path)];
    if (differs(artifact.declared, artifact.format)) inventory.content_differs.push_back(artifact.path);
  }
  inventory.types = sorted_types(read);
  inventory.not_read = sorted_types(not_read);
  for (const auto& [folder, files] : folders) inventory.folders.push_back({folder, files});
  std::vector<std::string> paths;
  for (const Artifact* artifact : artifacts) paths.push_back(artifact->path);
  inventory.patterns = find_name_patterns(paths);
  inventory.copies = find_copies(artifacts);
  std::sort(inventory.content_differs.begin(), inventory.content_differs.end());
  note_dates(inventory, corpus);
  inventory.checkout_times = look_like_a_checkout(artifacts, inventory.last_date);
  return inventory;
}

}  // namespace chimera::analysis
