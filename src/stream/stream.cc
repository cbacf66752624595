#include "stream/stream.h"

#include <optional>
#include <string_view>
#include <utility>

#include "core/document_source.h"
#include "sources/account.h"
#include "sources/json_elements.h"
#include "sources/read.h"
#include "text/decode.h"

namespace chimera::stream {
namespace {

constexpr std::size_t kProbed = std::size_t{64} << 10U;

// A document that it owns, as a source.
class WholeSource final : public core::FactSource {
 public:
  WholeSource(const base::FileInfo& info, std::string bytes, const facts::Interpreter& interpreter, core::FactCatalog& catalog) {
    document_ = sources::read_document(info, std::move(bytes), summary_.diagnostics);
    read_ = interpreter.interpret(document_, summary_.diagnostics);
    document_.artifact.tool = read_.tool;
    const sources::Account account = sources::account(document_, read_.tables);
    summary_.artifact = document_.artifact;
    summary_.coverage.emplace_back("fact", account.facts);
    summary_.coverage.emplace_back("unread", account.unread);
    for (const auto& [reason, numbers] : account.ignored) summary_.coverage.emplace_back(reason, numbers);
    cells_.emplace(document_, read_.tables, read_.configs, catalog, core::SourceSummary{});
  }
  [[nodiscard]] std::unique_ptr<core::FactReader> reader() override { return cells_->reader(); }
  [[nodiscard]] base::Result<core::SourceSummary> finish() override { return std::move(summary_); }

 private:
  core::Document document_;
  facts::Interpretation read_;
  core::SourceSummary summary_;
  std::optional<core::DocumentSource> cells_;
};

class FailedSource final : public core::FactSource {
 public:
  explicit FailedSource(base::Error error) : error_(std::move(error)) {}
  [[nodiscard]] std::unique_ptr<core::FactReader> reader() override { return std::make_unique<Reader>(error_); }
  [[nodiscard]] base::Result<core::SourceSummary> finish() override { return tl::make_unexpected(error_); }

 private:
  class Reader final : public core::FactReader {
   public:
    explicit Reader(base::Error error) : error_(std::move(error)) {}
    [[nodiscard]] base::Result<bool> next(core::FactBatch& /*batch*/) override { return tl::make_unexpected(error_); }

   private:
    base::Error error_;
  };
  base::Error error_;
};

bool is_streamed(core::Format format, std::string_view text) {
  const bool array = format == core::Format::json && sources::begins_array_of_objects(text) != std::string_view::npos;
  return array || format == core::Format::jsonl || format == core::Format::csv;
}

}  // namespace

bool may_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files) {
  if (info.size < kStreamedFrom) return false;
  auto file = files.open_reader(on_disk);
  if (!file) return false;
  std::string head(kProbed, '\0');
  const auto got = (*file)->read(head.data(), head.size());
  if (!got) return false;
  const std::size_t last = head.rfind('\n', *got);
  head.resize(last == std::string::npos ? *got : last + 1);  // no character is cut in two
  const text::Decoded decoded = text::decode(std::move(head));
  return !decoded.binary && decoded.encoding == "UTF-8" && is_streamed(sources::detect_format(decoded.text, sources::declared_format(info.path)), decoded.text);
}

std::unique_ptr<core::FactSource> open_stream(const base::FileInfo& info, const std::string& on_disk, const base::FileSystem& files,
                                              const facts::Interpreter& interpreter, core::FactCatalog& catalog, Attempt& attempt, std::optional<Head> head) {
  if (!attempt.whole) {
    if (!head) {
      auto read = Source::read_head(info, on_disk, files, interpreter);
      if (!read) return std::make_unique<FailedSource>(read.error());
      head = std::move(*read);
    }
    if (auto source = Source::open(std::move(*head), files, interpreter, catalog, attempt)) return source;
  }
  auto bytes = files.read(on_disk);
  if (!bytes) return std::make_unique<FailedSource>(bytes.error());
  return std::make_unique<WholeSource>(info, std::move(*bytes), interpreter, catalog);
}

}  // namespace chimera::stream
