#include "store/stored_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/sha256.h"

namespace chimera::store {
namespace {

constexpr std::uint64_t kAheadBytes = std::uint64_t{32} << 20U;  // of these, at most, beyond the one that was asked for
constexpr std::uint32_t kAhead = 64;  // files that are fetched with one statement; they are read in about this order

std::string join(const std::string& root, const std::string& path) { return root.empty() || root.back() == '/' ? root + path : root + "/" + path; }

}  // namespace

std::string place_of(const std::string& typed) {
  std::error_code error;
  std::string place = std::filesystem::absolute(typed, error).lexically_normal().string();
  while (place.size() > 1 && place.back() == '/') place.pop_back();
  return place;
}

base::Result<std::unique_ptr<StoredFiles>> StoredFiles::open(const std::string& path) {
  TRY(Store store, Store::open(path, {}));
  std::unique_ptr<StoredFiles> files(new StoredFiles(std::move(store)));
  TRY_VOID(files->load());
  return files;
}

base::Result<void> StoredFiles::load() {
  TRY(Rows roots, store_.connection().query("SELECT typed, place, is_file FROM stored.roots ORDER BY id"));
  std::vector<std::string> places;
  while (roots.next()) {
    const std::string typed(roots.text(0));
    places.emplace_back(roots.text(1));
    is_file_.push_back(roots.boolean(2));
    roots_.push_back(place_of(typed) == places.back() ? typed : places.back());
    listings_[roots_.back()];
  }
  TRY(Rows problems, store_.connection().query("SELECT root, kind, path, reason FROM stored.problems ORDER BY root, path"));
  while (problems.next())
    listings_[roots_[problems.number(0)]].problems.push_back(
        {static_cast<base::WalkProblem::Kind>(problems.number(1)), std::string(problems.text(2)), std::string(problems.text(3))});
  TRY_VOID(load_entries(places, is_file_));
  for (auto& [root, listing] : listings_)
    std::sort(listing.files.begin(), listing.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return {};
}

base::Result<void> StoredFiles::load_entries(const std::vector<std::string>& places, const std::vector<bool>& are_files) {
  TRY(Rows files, store_.connection().query("SELECT a.id, a.root, a.path, a.size, a.modified, a.digest, d.message, d.hint FROM stored.artifacts a "
                                            "LEFT JOIN stored.diagnostics d ON d.artifact = a.id AND d.name = 'file_unreadable' WHERE NOT a.deleted"));
  while (files.next()) {
    const std::size_t root = files.number(1);
    Entry entry{static_cast<std::uint32_t>(files.number(0)), {std::string(files.text(2)), files.number(3), files.integer(4)}, std::string(files.text(5)), {}, {}, {}};
    if (!files.null(6)) entry.unreadable = files.text(6), entry.hint = files.text(7);
    sizes_.emplace(entry.id, entry.info.size);
    entry.place = are_files[root] ? places[root] : join(places[root], entry.info.path);
    listings_[roots_[root]].files.push_back(entry.info);
    entries_.emplace(are_files[root] ? roots_[root] : join(roots_[root], entry.info.path), std::move(entry));
  }
  return {};
}

base::Result<base::Listing> StoredFiles::walk(const std::string& root) const {
  const auto found = listings_.find(root);
  if (found == listings_.end()) return base::fail(base::ErrorKind::input, fmt::format("{} was not ingested into {}", root, store_.path()));
  return found->second;
}

const StoredFiles::Entry* StoredFiles::find(const std::string& path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

bool StoredFiles::is_file(const std::string& path) const { return entries_.count(path) > 0; }

base::Result<base::FileInfo> StoredFiles::stat(const std::string& path) const {
  if (const Entry* entry = find(path)) return entry->info;
  if (const auto found = listings_.find(path); found != listings_.end()) return base::FileInfo{path, 0, 0};
  return base::fail(base::ErrorKind::input, fmt::format("{} is not in {}", path, store_.path()));
}

// The last of the files that are fetched with this one.
std::uint32_t StoredFiles::last_ahead(std::uint32_t id) const {
  std::uint32_t last = id;
  std::uint64_t bytes = 0;
  for (auto next = sizes_.upper_bound(id); next != sizes_.end() && next->first < id + kAhead; ++next) {
    bytes += next->second;
    if (bytes > kAheadBytes) break;
    last = next->first;
  }
  return last;
}

base::Result<std::string> StoredFiles::read(const std::string& path) const {
  const Entry* entry = find(path);
  if (entry == nullptr) return base::fail(base::ErrorKind::input, fmt::format("{} is not in {}", path, store_.path()));
  if (!entry->unreadable.empty()) return base::fail(base::ErrorKind::input, entry->unreadable, entry->hint);
  {
    const std::lock_guard lock(mutex_);
    if (ahead_.count(entry->id) == 0) {
      TRY(Rows rows, store_.connection().query(
                         fmt::format("SELECT artifact, piece, bytes FROM stored.contents WHERE artifact BETWEEN {} AND {}", entry->id, last_ahead(entry->id))));
      while (rows.next()) {
        std::string& content = ahead_[static_cast<std::uint32_t>(rows.number(0))];
        const std::size_t begin = rows.number(1) * kContentPiece;
        const std::string_view piece = rows.text(2);
        if (content.size() < begin + piece.size()) content.resize(begin + piece.size());
        std::copy(piece.begin(), piece.end(), content.begin() + static_cast<std::ptrdiff_t>(begin));
      }
    }
    if (auto node = ahead_.extract(entry->id); !node.empty()) return std::move(node.mapped());
  }
  return read_again(*entry);
}

base::Result<std::string> StoredFiles::read_again(const Entry& entry) const {
  const base::RealFileSystem files;
  auto bytes = files.read(entry.place);
  if (!bytes) return base::fail(base::ErrorKind::input, fmt::format("{}; the store keeps no copy of a file of this size", bytes.error().message), bytes.error().hint);
  const auto now = files.stat(entry.place);
  const bool same = entry.digest.empty() ? now && now->size == entry.info.size && now->modified == entry.info.modified  // of a type that is not read
                                         : base::to_hex(base::sha256(*bytes)) == entry.digest;
  if (same) return bytes;
  return base::fail(base::ErrorKind::input, fmt::format("{} has changed since it was ingested", entry.place), "run chimera ingest again");
}

}  // namespace chimera::store
