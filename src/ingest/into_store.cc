#include "ingest/into_store.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/ahead.h"
#include "base/parallel.h"
#include "base/paths.h"
#include "base/sha256.h"
#include "base/version.h"
#include "core/document_source.h"
#include "ingest/blank_store.h"
#include "store/last_look.h"
#include "store/stored_files.h"
#include "store/writer.h"
#include "stream/stream.h"

namespace chimera::ingest {
namespace {

namespace fs = std::filesystem;

// A file written within this time before it was read may have been written again since with the same time stamp.
constexpr base::Nanoseconds kDoubt = 2'000'000'000;

// Remembers the bytes of small files as they are read.
class KeepingFiles final : public base::FileSystem {
 public:
  KeepingFiles(const base::FileSystem& files, std::uint64_t largest) : files_(files), largest_(largest) {}
  [[nodiscard]] base::Result<base::Listing> walk(const std::string& root) const override { return files_.walk(root); }
  [[nodiscard]] base::Result<base::FileInfo> stat(const std::string& path) const override { return files_.stat(path); }
  [[nodiscard]] bool is_file(const std::string& path) const override { return files_.is_file(path); }
  [[nodiscard]] base::Result<std::string> read(const std::string& path) const override { return files_.read(path); }
  [[nodiscard]] base::Result<base::FileContent> read_content(const std::string& path) const override {
    auto content = files_.read_content(path);
    if (!content || content->bytes.size() > largest_) return content;
    std::string copy = content->bytes;
    const std::lock_guard lock(mutex_);
    kept_[path] = std::move(copy);
    return content;
  }
  [[nodiscard]] std::optional<std::string> take(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    auto node = kept_.extract(path);
    return node.empty() ? std::nullopt : std::optional(std::move(node.mapped()));
  }

 private:
  const base::FileSystem& files_;
  std::uint64_t largest_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::string> kept_;
};

struct Pending {
  FileItem item;          // path as in outputs
  std::string path;       // relative to the root
  std::size_t root = 0;   // which of those on the command line
  std::optional<std::uint32_t> before;  // what the store knows under this name
  bool streamed = false;  // too large to be read at once
};

class Ingest {
 public:
  Ingest(const StoreOptions& options, const base::FileSystem& files, const base::Clock& clock)
      : options_(options), files_(files), clock_(clock), keeping_(files, options.keep_bytes) {
    std::error_code error;
    store_place_ = fs::weakly_canonical(options.store, error).string();
    store_name_ = fs::path(store_place_).filename().string();
  }

  base::Result<std::vector<UnreadFile>> unread() {
    std::error_code error;
    std::vector<UnreadFile> files;
    if (fs::exists(options_.store, error)) {
      TRY_VOID(open_and_walk());
      TRY_VOID(look());
      for (const Pending& pending : pending_) files.push_back({pending.root, pending.path, pending.item.info.size});
      return files;
    }
    for (std::size_t i = 0; i < options_.ingest.roots.size(); ++i) {
      TRY(const base::Listing listing, files_.walk(options_.ingest.roots[i]));
      for (const base::FileInfo& info : listing.files) files.push_back({i, info.path, info.size});
    }
    return files;
  }

  base::Result<StoreOutcome> run() {
    begun_ = clock_.wall();
    const std::optional<store::LastLook> last = store::last_look(options_.store);
    if (last) walk();
    if (last && last->tree == tree_) {
      out_.unchanged = last->files;
      out_.readable = last->readable;
      out_.diagnostics.sort();
      return std::move(out_);
    }
    TRY_VOID(last ? open() : open_and_walk());
    TRY_VOID(look());
    TRY_VOID(begin_reading());
    begin_transaction();
    for (Batch batch = batch_from(0); batch.from < batch.to; batch = batch_from(batch.to)) {
      TRY_VOID(take(batch));
      ahead_->let_go(batch.to);
    }
    // What is left is the store's work alone.
    if (!pending_.empty()) TRY_VOID(writer_->use_threads(workers()));
    TRY_VOID(writer_->commit_last());
    for (std::size_t i = 0; i < roots_.size(); ++i)
      if (!is_repeated(i)) TRY_VOID(writer_->note(roots_[i], seen_[i]));
    keep_look();
    out_.diagnostics.sort();
    return std::move(out_);
  }

 private:
  using Known = std::vector<store::StoredArtifact>;
  using KnownFiles = std::pair<Known::const_iterator, Known::const_iterator>;

  base::Result<void> open() {
    TRY(store::Writer opened, store::Writer::open(options_.store, {store::Access::write, options_.ingest.workers, "256MB", false}, clock_, std::string(base::version()), blank_store()));
    writer_.emplace(std::move(opened));
    TRY(known_, writer_->artifacts());
    // Files that are there come before those that are gone.
    const auto earlier = [](const store::StoredArtifact& a, const store::StoredArtifact& b) { return std::tie(a.root, a.path, a.deleted) < std::tie(b.root, b.path, b.deleted); };
    if (!std::is_sorted(known_.begin(), known_.end(), earlier)) std::sort(known_.begin(), known_.end(), earlier);
    return {};
  }

  // What the store has of a root, by path.
  [[nodiscard]] KnownFiles known_of(std::uint32_t root) const {
    const auto by_root = [](const store::StoredArtifact& a, const store::StoredArtifact& b) { return a.root < b.root; };
    store::StoredArtifact any;
    any.root = root;
    return std::equal_range(known_.begin(), known_.end(), any, by_root);
  }

  // Opening and walking each take about half of the time of an ingest that finds nothing new. Where there is no store, everything is
  // new, and reading begins at once.
  base::Result<void> open_and_walk() {
    std::error_code error;
    const bool fresh = !fs::exists(options_.store, error);
    base::Result<void> opened;
    if (options_.ingest.workers == 1) opened = open(), walk();
    else base::in_parallel([&] { opened = open(); }, [&] { walk(), fresh ? look_ahead() : void(); });
    return opened;
  }

  void walk() {
    for (const std::string& root : options_.ingest.roots) listings_.push_back(files_.walk(root));
    seen_.resize(listings_.size());
    tree_ = digest_of_walk();
    const RootPaths paths(options_.ingest.roots, files_);
    for (std::size_t i = 0; i < listings_.size(); ++i)
      if (listings_[i] && !is_repeated(i)) note_problems(out_.diagnostics, paths.prefix(i), *listings_[i]);
  }

  // Of all by which one ingest differs from another; empty where a walk failed.
  [[nodiscard]] std::string digest_of_walk() const {
    constexpr std::size_t kAtOnce = std::size_t{32} << 10U;  // of some megabytes, which would take longer to be made than to be digested
    const std::vector<std::string>& roots = options_.ingest.roots;
    const RootPaths paths(roots, files_);
    base::Sha256 digest;
    std::string told(options_.ingest.own_outputs == OwnOutputs::include ? "with own outputs\n" : "");
    const auto out = std::back_inserter(told);
    for (std::size_t i = 0; i < roots.size(); ++i) {
      if (!listings_[i]) return {};
      fmt::format_to(out, FMT_COMPILE("{}{}{}"), store::place_of(roots[i]), '\0', files_.is_file(roots[i]));
      for (const base::FileInfo& info : listings_[i]->files) {
        if (!is_of_the_store(i, paths, info.path)) fmt::format_to(out, FMT_COMPILE("{}{}{} {}\n"), info.path, '\0', info.size, info.modified);
        if (told.size() > kAtOnce) digest.add(told), told.clear();
      }
      for (const base::WalkProblem& problem : listings_[i]->problems)
        fmt::format_to(out, FMT_COMPILE("{}{}{} {}\n"), problem.path, '\0', static_cast<int>(problem.kind), problem.reason);
    }
    digest.add(told);
    return base::to_hex(digest.finish());
  }

  // For the next ingest, which is spared the store where it sees the same. Last: the store is closed.
  void keep_look() {
    ahead_.reset();
    writer_.reset();
    if (is_settled_ && !tree_.empty()) store::keep_last_look(options_.store, {tree_, out_.unchanged + out_.fresh + out_.changed, out_.readable});
  }

  void look_ahead() {
    for (std::size_t i = 0; i < listings_.size() && compared_; ++i)
      if (!is_repeated(i)) compared_ = compare(i, {});
    looked_ = true;
    if (!compared_) return;
    compared_ = begin_reading();
    if (!compared_ || pending_.empty() || !pending_.front().streamed) return;
    // A failure is told when the file is read.
    const FileItem& first = pending_.front().item;
    if (auto head = stream::Source::read_head(first.info, first.on_disk, files_, *interpreter_)) head_ = std::move(*head);
  }

  base::Result<void> look() {
    TRY_VOID(std::move(compared_));
    if (looked_ && !known_.empty())
      return base::fail(base::ErrorKind::input, fmt::format("another process made {} meanwhile", options_.store), "nothing was changed; run chimera ingest again");
    for (const base::Result<base::Listing>& listing : listings_)
      if (!listing) return tl::make_unexpected(listing.error());
    for (const std::string& typed : options_.ingest.roots) {
      TRY(const std::uint32_t root, writer_->root({typed, store::place_of(typed), root_name(typed), files_.is_file(typed)}));
      roots_.push_back(root);
    }
    for (std::size_t i = 0; i < roots_.size() && !looked_; ++i)
      if (!is_repeated(i)) TRY_VOID(compare(i, known_of(roots_[i])));
    return {};
  }

  // Whether a root stands on the command line before, perhaps in other words: its files are read once.
  [[nodiscard]] bool is_repeated(std::size_t root) const {
    const std::vector<std::string>& roots = options_.ingest.roots;
    const auto is_same = [&](const std::string& other) { return store::place_of(other) == store::place_of(roots[root]); };
    return std::any_of(roots.begin(), roots.begin() + static_cast<std::ptrdiff_t>(root), is_same);
  }

  // Tells apart what is new, changed, unchanged and gone in a root; both lists are sorted by path.
  base::Result<void> compare(std::size_t root, KnownFiles known) {
    const RootPaths paths(options_.ingest.roots, files_);
    TRY(base::Listing listing, std::move(listings_[root]));
    store::Writer::Seen& seen = seen_[root];
    const auto is_gone = [&](const store::StoredArtifact& one) {
      if (!one.deleted) seen.deleted.push_back(one.id), ++out_.deleted;
    };
    for (base::FileInfo& info : listing.files) {
      for (; known.first != known.second && known.first->path < info.path; ++known.first) is_gone(*known.first);
      const bool has = known.first != known.second && known.first->path == info.path;
      compare(root, paths, std::move(info), has ? &*known.first++ : nullptr);
    }
    std::for_each(known.first, known.second, is_gone);
    seen.problems = std::move(listing.problems);
    std::sort(seen.deleted.begin(), seen.deleted.end());
    return {};
  }

  void compare(std::size_t root, const RootPaths& paths, base::FileInfo info, const store::StoredArtifact* known) {
    if (is_of_the_store(root, paths, info.path)) return;
    const bool wanted_now = known != nullptr && known->own && options_.ingest.own_outputs == OwnOutputs::include;
    const bool same = known != nullptr && known->size == info.size && known->modified == info.modified && known->modified < known->ingested - kDoubt && !wanted_now;
    if (!same) {
      is_settled_ = is_settled_ && info.modified < begun_ - kDoubt;
      std::string path = info.path;
      info.path = paths.prefix(root) + info.path;
      std::string on_disk = paths.on_disk(info.path);
      const bool streamed = stream::may_stream(info, on_disk, files_);
      pending_.push_back({{std::move(info), std::move(on_disk)}, std::move(path), root, known == nullptr ? std::nullopt : std::optional(known->id), streamed});
      return;
    }
    ++out_.unchanged;
    out_.readable += known->read ? 1 : 0;
    if (known->deleted) seen_[root].unchanged.push_back(known->id), seen_[root].times.push_back(known->modified);
  }

  // Of files that may have changed; where there are none, nothing has to be understood.
  base::Result<void> begin_reading() {
    if (ahead_) return {};
    if (!pending_.empty()) {
      TRY(facts::Interpreter loaded, facts::Interpreter::create());
      interpreter_.emplace(std::move(loaded));
    }
    ahead_.emplace(weights(), limits(), [this](std::size_t i) { return pending_[i].streamed ? InterpretedFile() : read_one(pending_[i].item, options_.ingest, keeping_, *interpreter_); });
    return {};
  }

  [[nodiscard]] bool may_be_the_store(const std::string& path) const { return base::base_name(path).substr(0, store_name_.size()) == store_name_; }

  [[nodiscard]] bool is_of_the_store(std::size_t root, const RootPaths& paths, const std::string& path) const {
    return may_be_the_store(path) && is_the_store(paths.on_disk(paths.prefix(root) + path));
  }

  // The store itself, its log, its draft and what the last ingest saw, where it lies inside a root.
  [[nodiscard]] bool is_the_store(const std::string& on_disk) const {
    std::error_code error;
    std::string place = fs::weakly_canonical(on_disk, error).string();
    // Its draft and its log may go while they are asked for.
    if (error) place = (fs::weakly_canonical(fs::path(on_disk).parent_path(), error) / fs::path(on_disk).filename()).string();
    return place == store_place_ || place == store_place_ + ".wal" || place == store_place_ + ".new" || place == store::last_look_file(store_place_);
  }

  // Files that are written at once.
  struct Batch {
    std::size_t from = 0;  // of pending_
    std::size_t to = 0;
    std::uint64_t bytes = 0;
    bool streamed = false;  // one file, which is read as it is written
  };
  using Files = base::Ahead<InterpretedFile>;

  [[nodiscard]] unsigned workers() const { return options_.ingest.workers > 0 ? options_.ingest.workers : std::max(1U, std::thread::hardware_concurrency()); }

  // The files of one batch are held, and those of the next are read meanwhile: of as many of them as are read while a commit takes its time.
  [[nodiscard]] Files::Limits limits() const {
    const unsigned workers = this->workers();
    return {workers == 1 ? 0 : workers, 4 * options_.batch_files, 2 * options_.batch_bytes};
  }

  // While one file is streamed, no others are read.
  [[nodiscard]] std::vector<std::uint64_t> weights() const {
    std::vector<std::uint64_t> weights;
    weights.reserve(pending_.size());
    for (const Pending& pending : pending_) weights.push_back(pending.streamed ? 2 * options_.batch_bytes : pending.item.info.size);
    return weights;
  }

  [[nodiscard]] Batch batch_from(std::size_t from) const {
    Batch batch{.from = from, .to = from, .bytes = 0, .streamed = false};
    while (!batch.streamed && batch.to < pending_.size() && batch.to - from < options_.batch_files) {
      const Pending& next = pending_[batch.to];
      const bool first = batch.to == from;
      if (!first && (batch.bytes + next.item.info.size > options_.batch_bytes || next.streamed)) break;
      batch.streamed = first && next.streamed;
      batch.bytes += next.item.info.size;
      ++batch.to;
    }
    return batch;
  }

  base::Result<void> take(const Batch& batch) {
    std::vector<store::IncomingFile> incoming;
    const Pending& first = pending_[batch.from];
    if (batch.streamed) {
      incoming.push_back(incoming_of(first));
      ++out_.readable;
    }
    ahead_->await(batch.to - 1);
    for (std::size_t i = batch.from; !batch.streamed && i < batch.to; ++i) TRY_VOID(add(pending_[i], ahead_->at(i), incoming));
    if (!incoming.empty()) {
      // Whole files are understood by other threads meanwhile, which have most of the work.
      TRY_VOID(writer_->use_threads(batch.streamed ? workers() : std::max(1U, workers() / 2)));
      const store::Writer::Commit commit = when_to_commit(batch);
      TRY(store::Written written, batch.streamed ? write_streamed(first.item, std::move(incoming.front()), commit) : writer_->write(std::move(incoming), commit));
      for (core::SourceSummary& summary : written.summaries) {
        for (const auto& [fate, numbers] : summary.coverage) count_fate(out_.account, fate, numbers);
        if (batch.streamed) out_.diagnostics.append(std::move(summary.diagnostics));
      }
    }
    for (std::size_t i = batch.from; i < batch.to; ++i) out_.diagnostics.append(std::move(ahead_->at(i).file.diagnostics));
    if (options_.ingest.progress) options_.ingest.progress(batch.to, pending_.size());
    return {};
  }

  void begin_transaction() {
    open_files_ = open_bytes_ = 0;
    opened_ = clock_.steady();
  }

  // Its transaction is committed when all else is done.
  [[nodiscard]] bool is_last(const Batch& batch) const { return batch.to == pending_.size(); }

  [[nodiscard]] store::Writer::Commit when_to_commit(const Batch& batch) {
    open_files_ += batch.to - batch.from;
    open_bytes_ += batch.bytes;
    if (is_last(batch)) return store::Writer::Commit::later;
    const bool is_young = clock_.steady() - opened_ < options_.commit_after;
    const bool is_small = open_files_ < options_.commit_files && open_bytes_ < options_.commit_bytes;
    if (!batch.streamed && is_young && is_small) return store::Writer::Commit::later;
    begin_transaction();
    return store::Writer::Commit::now;
  }

  // In a transaction of its own, which may have to be taken back.
  base::Result<store::Written> write_streamed(const FileItem& item, store::IncomingFile file, store::Writer::Commit commit) {
    TRY_VOID(writer_->commit());
    begin_transaction();
    stream::Attempt attempt;
    file.open = [&](core::FactCatalog& catalog) {
      std::optional<stream::Head> head = std::exchange(head_, std::nullopt);
      if (head && head->on_disk != item.on_disk) head.reset();
      return stream::open_stream(item.info, item.on_disk, files_, *interpreter_, catalog, attempt, std::move(head));
    };
    auto written = writer_->write({file}, commit);
    if (written || !attempt.unfit) return written;
    attempt.whole = true;
    return writer_->write({std::move(file)}, commit);
  }

  [[nodiscard]] store::IncomingFile incoming_of(const Pending& pending) {
    store::IncomingFile file;
    file.root = roots_[pending.root];
    file.path = pending.path;
    file.size = pending.item.info.size;
    file.modified = pending.item.info.modified;
    file.supersedes = pending.before;
    ++(pending.before ? out_.changed : out_.fresh);
    return file;
  }

  base::Result<void> add(const Pending& pending, InterpretedFile& read, std::vector<store::IncomingFile>& incoming) {
    const core::Artifact& artifact = read.file.document.artifact;
    const bool was_read = artifact.digest != base::Digest{};
    out_.readable += read.file.readable ? 1 : 0;
    std::optional<std::string> content = keeping_.take(pending.item.on_disk);
    if (was_read && pending.before) {
      if (digests_.empty()) {
        TRY(digests_, writer_->digests());
      }
      if (digests_[*pending.before] == base::to_hex(artifact.digest)) {
        ++out_.unchanged;
        seen_[pending.root].unchanged.push_back(*pending.before);
        seen_[pending.root].times.push_back(pending.item.info.modified);
        return {};
      }
    }
    store::IncomingFile file = incoming_of(pending);
    file.own = !read.file.kept;
    file.retry = std::any_of(read.file.diagnostics.entries().begin(), read.file.diagnostics.entries().end(),
                             [](const core::Diagnostic& found) { return found.code == core::DiagnosticCode::file_unreadable; });
    is_settled_ = is_settled_ && !file.retry;
    file.content = std::move(content);
    file.open = [&read](core::FactCatalog& catalog) { return source_of(read, catalog); };
    incoming.push_back(std::move(file));
    return {};
  }

  static std::unique_ptr<core::FactSource> source_of(const InterpretedFile& read, core::FactCatalog& catalog) {
    core::SourceSummary summary;
    summary.artifact = read.file.document.artifact;
    if (read.account.facts > 0) summary.coverage.emplace_back("fact", read.account.facts);
    for (const auto& [reason, count] : read.account.ignored) summary.coverage.emplace_back(reason, count);
    if (read.account.unread > 0) summary.coverage.emplace_back("unread", read.account.unread);
    core::Diagnostics diagnostics = read.file.diagnostics;
    summary.diagnostics = std::move(diagnostics);
    return std::make_unique<core::DocumentSource>(read.file.document, read.meaning.tables, read.meaning.configs, catalog, std::move(summary));
  }

  const StoreOptions& options_;
  const base::FileSystem& files_;
  const base::Clock& clock_;
  KeepingFiles keeping_;
  std::string store_place_;
  std::string store_name_;
  std::optional<store::Writer> writer_;
  std::optional<facts::Interpreter> interpreter_;
  std::optional<stream::Head> head_;                     // of the first file, where it is streamed
  std::vector<base::Result<base::Listing>> listings_;  // of the roots on the command line, as the next two are
  std::string tree_;                                   // digest of these
  std::vector<std::uint32_t> roots_;                   // their numbers in the store
  std::vector<store::Writer::Seen> seen_;
  Known known_;                                        // all the store has, by root and path
  std::unordered_map<std::uint32_t, std::string> digests_;  // of that, once they are needed
  std::vector<Pending> pending_;
  bool looked_ = false;                                // pending_ is what it will be, for there was no store
  base::Result<void> compared_;
  std::size_t open_files_ = 0;                         // of the transaction
  std::uint64_t open_bytes_ = 0;
  base::Nanoseconds begun_ = 0;
  bool is_settled_ = true;                             // the next ingest will look at none of these files again, unless it changes
  base::Nanoseconds opened_ = 0;                       // when it was, or the one before had ended
  StoreOutcome out_;
  std::optional<Files> ahead_;                         // last, for its threads use the others
};

}  // namespace

void count_fate(sources::Account& account, const std::string& fate, std::uint64_t numbers) {
  account.numbers += numbers;
  if (fate == "fact") account.facts += numbers;
  else if (fate == "unread") account.unread += numbers;
  else account.ignored[fate] += numbers;
}

base::Result<std::vector<UnreadFile>> files_to_read(const StoreOptions& options, const base::FileSystem& files, const base::Clock& clock) {
  return Ingest(options, files, clock).unread();
}

base::Result<StoreOutcome> into_store(const StoreOptions& options, const base::FileSystem& files, const base::Clock& clock) {
  return Ingest(options, files, clock).run();
}

}  // namespace chimera::ingest
