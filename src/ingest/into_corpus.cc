#include "ingest/into_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <numeric>
#include <thread>

#include "base/check.h"
#include "base/parallel.h"
#include "sources/read.h"
#include "text/number.h"

namespace chimera::ingest {
namespace {

using core::DiagnosticCode;

using Item = FileItem;

bool is_read(core::Format format) { return format != core::Format::unknown && format != core::Format::binary; }

// Source code and other files of types that nobody measures into are text too; logs have a text's name, or none.
bool is_of_foreign_type(const core::Document& document) {
  const core::Artifact& artifact = document.artifact;
  return artifact.declared == core::Format::unknown && artifact.format == core::Format::text && sources::has_extension(artifact.path);
}

// What a value costs in memory while a file is read: its cell, its share of a row and of the account.
constexpr std::uint64_t kBytesPerValue = 128;

// A text in which nothing could be read is no prose where it has so many numbers, in one of so many lines.
constexpr std::uint64_t kManyNumbers = 10;
constexpr std::uint64_t kNumberedLines = 5;

// At most so many values can stand in the bytes, whatever their format: one between two separators.
std::uint64_t values_in(std::string_view bytes) {
  std::uint64_t separators = 1;
  for (const char c : bytes) separators += c == ',' || c == '\n' || c == '\t' || c == ';' || c == '|' ? 1 : 0;
  return separators;
}

void note(core::Diagnostics& diagnostics, DiagnosticCode code, const std::string& path, std::string message, std::string hint = {}) {
  diagnostics.add({code, path, {}, std::move(message), std::move(hint)});
}

class Reader {
 public:
  Reader(const Options& options, const base::FileSystem& files) : options_(options), files_(files) {}

  [[nodiscard]] ReadFile read(const Item& item) const {
    ReadFile slot;
    slot.document.artifact.path = item.info.path;
    slot.document.artifact.size = item.info.size;
    slot.document.artifact.modified = item.info.modified;
    slot.document.artifact.declared = sources::declared_format(item.info.path);
    if (item.info.size > options_.memory_per_file) return refuse_size(std::move(slot), "is larger than fits into memory at once");
    auto content = files_.read_content(item.on_disk);
    if (!content) {
      slot.kept = true;
      note(slot.diagnostics, DiagnosticCode::file_unreadable, item.info.path, content.error().message, content.error().hint);
      return slot;
    }
    note_change(item, *content, slot);
    const std::uint64_t most = options_.memory_per_file / kBytesPerValue;
    if (content->bytes.size() >= most && values_in(content->bytes) > most) return refuse_size(std::move(slot), "holds more values than fit into memory at once");
    parse(item, std::move(content->bytes), slot);
    return slot;
  }

 private:
  static ReadFile refuse_size(ReadFile slot, std::string_view why) {
    slot.kept = true;
    note(slot.diagnostics, DiagnosticCode::file_too_large, slot.document.artifact.path, fmt::format("the file {}", why), "split it");
    return slot;
  }

  // Size and time are taken again after the reading: bytes that belong to no one moment are a loss, and said so.
  static void note_change(const Item& item, const base::FileContent& after, ReadFile& slot) {
    const bool same = after.size == item.info.size && after.modified == item.info.modified && after.bytes.size() == item.info.size;
    if (!same)
      note(slot.diagnostics, DiagnosticCode::file_changed_while_read, item.info.path, "the file changed while it was read",
           "run again when nothing writes to it");
  }

  void parse(const Item& item, std::string bytes, ReadFile& slot) const {
    core::Diagnostics found;
    core::Document document = sources::read_document(item.info, std::move(bytes), found);
    const bool unknown = document.artifact.declared == core::Format::unknown && !is_read(document.artifact.format);
    if (unknown || is_of_foreign_type(document)) {
      slot.kept = true;
      note(slot.diagnostics, DiagnosticCode::type_not_read, item.info.path, "files of this type are not read");
      return;
    }
    if (options_.own_outputs == OwnOutputs::skip && sources::is_own_output(document)) {
      note(slot.diagnostics, DiagnosticCode::own_output_skipped, item.info.path, "chimera wrote this itself", "--include-own reads it like any artifact");
      return;
    }
    slot.kept = true;
    slot.parsed = true;
    const bool prose = document.artifact.format == core::Format::text && document.tables.empty();
    if (prose) note_text(document, found);
    slot.readable = is_read(document.artifact.format) && !document.text.empty() && !prose;
    slot.document = std::move(document);
    slot.diagnostics.append(std::move(found));
  }

  // A text without tables: prose, or what nobody taught us to read. The latter has numbers all over.
  static void note_text(const core::Document& document, core::Diagnostics& found) {
    std::uint64_t numbers = 0;
    std::uint64_t lines = 0;  // that hold any
    std::uint64_t last = 0;
    text::NumberScanner scanner(document.text, text::Commas::group, text::NumberScanner::Values::unwanted);
    for (text::NumberToken token; scanner.next(token); ++numbers) {
      const std::uint64_t line = document.place(token.begin).line;
      lines += line != last ? 1 : 0;
      last = line;
    }
    const bool many = numbers >= kManyNumbers && lines * kNumberedLines >= document.lines.size();
    if (many) note(found, DiagnosticCode::numbers_not_read, document.artifact.path, fmt::format("a text with {} numbers, none of which could be read", numbers), "give its JSON or CSV form, if there is one");
    else note(found, DiagnosticCode::type_not_read, document.artifact.path, "a text without measurements");
  }

  const Options& options_;
  const base::FileSystem& files_;
};

unsigned workers_of(const Options& options) {
  return options.workers > 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
}

std::string key_of(const Item& item) {
  return fmt::format("{}\n{}\n{}\n{}", item.info.path, item.on_disk, item.info.size, item.info.modified);
}

// The order in which workers take files: large ones first, so that none is left working alone at the end.
template <typename Size>
std::vector<std::size_t> largest_first(std::size_t count, const Size& size) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  return order;
}

base::Result<std::vector<Item>> list_items(const Options& options, const base::FileSystem& files, core::Diagnostics& diagnostics) {
  const RootPaths paths(options.roots, files);
  std::map<std::string, Item> items;
  for (std::size_t i = 0; i < options.roots.size(); ++i) {
    TRY(base::Listing listing, files.walk(options.roots[i]));
    note_problems(diagnostics, paths.prefix(i), listing);
    for (base::FileInfo& info : listing.files) {
      info.path = paths.prefix(i) + info.path;
      const std::string on_disk = paths.on_disk(info.path);
      const std::string path = info.path;
      items.emplace(path, Item{std::move(info), on_disk});
    }
  }
  std::vector<Item> sorted;
  sorted.reserve(items.size());
  for (auto& [path, item] : items) sorted.push_back(std::move(item));
  return sorted;
}

void add_up(sources::Account& sum, const sources::Account& part) {
  sum.numbers += part.numbers;
  sum.facts += part.facts;
  sum.unread += part.unread;
  for (const auto& [reason, count] : part.ignored) sum.ignored[reason] += count;
}

DiagnosticCode code_of(base::WalkProblem::Kind kind) {
  using Kind = base::WalkProblem::Kind;
  switch (kind) {
    case Kind::unreadable: return DiagnosticCode::file_unreadable;
    case Kind::symlink_loop:
    case Kind::outside_root: return DiagnosticCode::symlink_skipped;
    case Kind::special_file: return DiagnosticCode::special_file_skipped;
  }
  return DiagnosticCode::file_unreadable;
}

}  // namespace

void note_problems(core::Diagnostics& diagnostics, const std::string& prefix, const base::Listing& listing) {
  for (const base::WalkProblem& problem : listing.problems) {
    const DiagnosticCode code = code_of(problem.kind);
    note(diagnostics, code, prefix + problem.path, problem.reason, code == DiagnosticCode::file_unreadable ? "check its permissions" : "");
  }
}

std::string root_name(const std::string& root) {
  std::filesystem::path path = std::filesystem::path(root).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const std::string name = path.filename().string();
  if (!name.empty() && name != "." && name != "..") return name;
  std::error_code error;
  return std::filesystem::weakly_canonical(root, error).filename().string();
}

RootPaths::RootPaths(const std::vector<std::string>& roots, const base::FileSystem& files) : roots_(roots) {
  std::map<std::string, int> taken;
  for (const std::string& root : roots) {
    is_file_.push_back(files.is_file(root) ? 1 : 0);
    if (roots.size() == 1) {
      prefixes_.emplace_back();
      continue;
    }
    const std::string name = root_name(root);
    const int n = ++taken[name];
    prefixes_.push_back((n == 1 ? name : fmt::format("{}{}", name, n)) + "/");
  }
}

std::string RootPaths::on_disk(const std::string& artifact_path) const {
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (artifact_path.rfind(prefixes_[i], 0) != 0) continue;
    if (is_file_[i] != 0) return roots_[i];
    const std::string rest = artifact_path.substr(prefixes_[i].size());
    if (roots_[i].empty() || roots_[i].back() == '/') return roots_[i] + rest;
    return roots_[i] + "/" + rest;
  }
  return artifact_path;
}

InterpretedFile read_one(const FileItem& item, const Options& options, const base::FileSystem& files, const facts::Interpreter& interpreter) {
  InterpretedFile out;
  out.file = Reader(options, files).read(item);
  if (!out.file.parsed) return out;
  out.meaning = interpreter.interpret(out.file.document, out.file.diagnostics);
  out.file.document.artifact.tool = out.meaning.tool;
  out.account = sources::account(out.file.document, out.meaning.tables);
  return out;
}

base::Result<ReadFiles> read_files(const Options& options, const base::FileSystem& files) {
  ReadFiles out;
  TRY(const std::vector<Item> items, list_items(options, files, out.diagnostics));
  out.files.resize(items.size());
  const Reader reader(options, files);
  const std::vector<std::size_t> order = largest_first(items.size(), [&](std::size_t i) { return items[i].info.size; });
  std::atomic<std::size_t> done{0};
  base::for_each_index(order.size(), workers_of(options), [&](std::size_t k) {
    const Item& item = items[order[k]];
    ReadFile& file = out.files[order[k]];
    if (options.remembered != nullptr) {
      const std::string key = key_of(item);
      const auto known = options.remembered->files.find(key);
      if (known != options.remembered->files.end()) file.known = known->second;
      else file = reader.read(item);
      if (file.known == nullptr) file.key = key;
    } else {
      file = reader.read(item);
    }
    const std::size_t now = ++done;
    if (options.progress) options.progress(now, items.size());
  });
  return out;
}

Ingested interpret(ReadFiles read, const Options& options, const facts::Interpreter& interpreter) {
  std::vector<KnownFile> meanings(read.files.size());
  const std::vector<std::size_t> order = largest_first(read.files.size(), [&](std::size_t i) { return read.files[i].document.text.size(); });
  base::for_each_index(order.size(), workers_of(options), [&](std::size_t k) {
    ReadFile& file = read.files[order[k]];
    KnownFile& meaning = meanings[order[k]];
    if (file.known != nullptr) {
      meaning = *file.known;
      file = meaning.file;
      return;
    }
    if (!file.parsed) return;
    meaning.tables = interpreter.interpret(file.document, file.diagnostics);
    file.document.artifact.tool = meaning.tables.tool;
    meaning.account = sources::account(file.document, meaning.tables.tables);
  });
  if (options.remembered != nullptr) {
    for (std::size_t i = 0; i < read.files.size(); ++i) {
      if (read.files[i].key.empty()) continue;  // is remembered already
      meanings[i].file = read.files[i];
      options.remembered->files.emplace(read.files[i].key, std::make_shared<const KnownFile>(meanings[i]));
    }
  }
  Ingested out;
  out.corpus.diagnostics = std::move(read.diagnostics);
  for (std::size_t i = 0; i < read.files.size(); ++i) {
    ReadFile& file = read.files[i];
    out.corpus.diagnostics.append(std::move(file.diagnostics));
    if (!file.kept) continue;
    add_up(out.account, meanings[i].account);
    out.readable += file.readable ? 1 : 0;
    out.corpus.add(std::move(file.document), std::move(meanings[i].tables.tables), std::move(meanings[i].tables.configs));
  }
  out.corpus.diagnostics.sort();
  return out;
}

base::Result<Ingested> into_corpus(const Options& options, const base::FileSystem& files, const facts::Interpreter& interpreter) {
  TRY(ReadFiles read, read_files(options, files));
  return interpret(std::move(read), options, interpreter);
}

}  // namespace chimera::ingest
