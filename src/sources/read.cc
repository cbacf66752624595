#include "sources/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/sha256.h"
#include "plaintext/markdown.h"
#include "plaintext/text_tables.h"
#include "sources/csv.h"
#include "sources/gzip.h"
#include "sources/json.h"
#include "sources/log_records.h"
#include "text/decode.h"
#include "text/words.h"

namespace chimera::sources {
namespace {

using core::DiagnosticCode;
using core::Format;

constexpr std::size_t kOwnMarkWithin = 4096;  // bytes from the beginning

void add(core::Diagnostics& diagnostics, const core::Document& document, DiagnosticCode code, std::string message,
         std::string hint = {}, core::Place place = {}) {
  diagnostics.add({code, document.artifact.path, std::move(place), std::move(message), std::move(hint)});
}

std::string unpack(std::string bytes, const core::Document& document, core::Diagnostics& diagnostics) {
  if (!is_gzip(bytes)) return bytes;
  Unpacked unpacked = gunzip(bytes);
  const auto stopped = [&](DiagnosticCode code, std::string_view what) {
    add(diagnostics, document, code,
        fmt::format("{} at byte {} of {}; {} bytes were unpacked", what, unpacked.offset, bytes.size(), unpacked.bytes.size()));
  };
  switch (unpacked.state) {
    case GzipState::complete: break;
    case GzipState::truncated: stopped(DiagnosticCode::gzip_damaged, "the compressed data end too early,"); break;
    case GzipState::corrupt: stopped(DiagnosticCode::gzip_damaged, "the compressed data are not valid"); break;
    case GzipState::trailing: stopped(DiagnosticCode::gzip_damaged, "other bytes follow the compressed data"); break;
    case GzipState::too_large: stopped(DiagnosticCode::file_too_large, "unpacking was stopped"); break;
  }
  return std::move(unpacked.bytes);
}

void report_encoding(const text::Decoded& decoded, const core::Document& document, core::Diagnostics& diagnostics) {
  const bool utf16 = decoded.encoding.compare(0, 6, "UTF-16") == 0;
  if (utf16) {
    add(diagnostics, document, DiagnosticCode::utf16_text, fmt::format("the text is {}", decoded.encoding));
  } else if (decoded.encoding != "UTF-8") {
    add(diagnostics, document, DiagnosticCode::legacy_encoding, fmt::format("the text was read as {}", decoded.encoding));
  } else if (decoded.shift > 0) {
    add(diagnostics, document, DiagnosticCode::byte_order_mark, fmt::format("a byte order mark of {} bytes", decoded.shift));
  }
  if (decoded.invalid_count == 0) return;
  const std::uint64_t first = decoded.invalid.empty() ? 0 : decoded.invalid.front();
  const bool one = decoded.invalid_count == 1;
  add(diagnostics, document, DiagnosticCode::invalid_utf8,
      fmt::format("{} place{} not {}, the first at byte {}", decoded.invalid_count, one ? " is" : "s are", decoded.encoding, first),
      "these characters were replaced by U+FFFD", document.place(document.offsets.to_decoded(first)));
}

// Takes over text, offsets and encoding.
void take(text::Decoded decoded, core::Document& document, core::Diagnostics& diagnostics) {
  document.artifact.encoding = decoded.encoding;
  document.offsets.shift = decoded.shift;
  document.offsets.runs.reserve(decoded.segments.size());
  for (const text::Segment& s : decoded.segments) {
    document.offsets.runs.push_back({s.decoded, s.source, s.decoded_unit, s.source_unit});
  }
  document.text = std::move(decoded.text);
  document.lines = text::line_starts(document.text);
  report_encoding(decoded, document, diagnostics);
  if (decoded.nuls > 0)
    add(diagnostics, document, DiagnosticCode::invalid_utf8, fmt::format("{} NUL bytes are read as blanks, the first at byte {}", decoded.nuls, decoded.first_nul),
        "the writer crashed, or the file was cut while it was written", document.place(document.offsets.to_decoded(decoded.first_nul)));
}

// A log may hold anything; Markdown without marks is text.
bool fits(Format declared, Format found) {
  if (declared == found || declared == Format::unknown || declared == Format::text) return true;
  return (core::is_json(declared) && core::is_json(found)) || (declared == Format::markdown && found == Format::text);
}

void read_tables(core::Document& document, core::Diagnostics& diagnostics) {
  if (may_be_both(document.artifact)) return read_log(document, diagnostics);
  switch (document.artifact.format) {
    case Format::json:
    case Format::jsonl: read_json(document, diagnostics); break;
    case Format::csv: read_csv(document, diagnostics); break;
    case Format::markdown: plaintext::read_markdown(document, diagnostics); break;
    case Format::text: plaintext::read_text(document, diagnostics); break;
    case Format::unknown:
    case Format::binary: break;
  }
}

std::string_view first_line(std::string_view text) {
  text = text::trim(text);
  text = text.substr(0, std::min<std::size_t>(text.find('\n'), 60));
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.remove_suffix(1);
  return text::trim(text);
}

// transcript.jsonl beside a report. A transcript by any other name was asked for and is an artifact.
bool is_own_transcript(const core::Document& document) {
  const std::string& path = document.artifact.path;
  return path.substr(path.rfind('/') + 1) == "transcript.jsonl" && document.text.rfind("{\"schema\":\"chimera-transcript/", 0) == 0;
}

}  // namespace

core::Document read_document(const base::FileInfo& info, std::string bytes, core::Diagnostics& diagnostics) {
  core::Document document;
  core::Artifact& artifact = document.artifact;
  artifact.path = info.path;
  artifact.digest = base::sha256(bytes);
  artifact.size = bytes.size();
  artifact.modified = info.modified;
  artifact.declared = declared_format(info.path);

  bytes = unpack(std::move(bytes), document, diagnostics);
  text::Decoded decoded = text::decode(std::move(bytes));
  if (decoded.binary) {
    artifact.format = Format::binary;
    artifact.encoding = "binary";
    add(diagnostics, document, DiagnosticCode::binary_content, "the bytes are no text");
    return document;
  }
  take(std::move(decoded), document, diagnostics);
  artifact.format = detect_format(document.text, artifact.declared);
  if (artifact.format == Format::unknown) {
    add(diagnostics, document, DiagnosticCode::empty_file,
        artifact.size == 0 ? "the file has no bytes" : "the file holds white space only");
    return document;
  }
  if (!fits(artifact.declared, artifact.format)) {
    add(diagnostics, document, DiagnosticCode::content_differs_from_name,
        fmt::format("the name says {}, the content is {}: \"{}\"", core::to_string(artifact.declared),
                    core::to_string(artifact.format), first_line(document.text)));
  }
  read_tables(document, diagnostics);
  return document;
}

bool is_own_output(const core::Document& document) {
  if (is_own_transcript(document)) return true;
  if (std::string_view(document.text).substr(0, kOwnMarkWithin).find(kOwnMark) != std::string_view::npos) return true;
  if (!core::is_json(document.artifact.format) || document.tables.empty() || document.tables[0].kind != core::TableKind::object) return false;
  const core::Table& top = document.tables[0];
  const bool record = top.find("chimera") != nullptr && top.find("schema") != nullptr;
  return record || top.find("usermeta/chimera") != nullptr;
}

}  // namespace chimera::sources
