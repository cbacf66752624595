#include "analysis/copies.h"

#include <algorithm>

namespace chimera::analysis {
namespace {

using core::Format;

constexpr std::size_t kShown = 12;     // groups of copies that are told; the rest stand in `paths`
constexpr std::size_t kExcerpt = 80;   // bytes of a file that show what it is

std::string_view name_of(Format format) {
  switch (format) {
    case Format::json: return "JSON";
    case Format::jsonl: return "JSON lines";
    case Format::csv: return "a table";
    case Format::markdown: return "Markdown";
    case Format::text: return "plain text";
    case Format::binary: return "binary data";
    case Format::unknown: break;
  }
  return "nothing that can be read";
}

core::Finding find_copies(const Inventory& inventory) {
  core::Finding finding;
  finding.kind = core::FindingKind::duplicate_artifacts;
  finding.id = "duplicate_artifacts:all";
  finding.title = "Identical files in several places";
  finding.weight = 40;
  finding.statement.text("Byte for byte the same: ");
  for (std::size_t i = 0; i < inventory.copies.size(); ++i) {
    const std::vector<std::string>& group = inventory.copies[i];
    for (std::size_t j = 0; j < group.size(); ++j) {
      finding.paths.push_back(group[j]);
      if (i >= kShown) continue;
      if (j > 0) finding.statement.text(j + 1 == group.size() ? " and " : ", ");
      finding.statement.artifact(group[j]);
    }
    if (i < kShown && i + 1 < inventory.copies.size()) finding.statement.text("; ");
  }
  if (inventory.copies.size() > kShown) finding.statement.text("and more");
  finding.statement.text(". Each is counted once, as the first of its paths: a copy is no second measurement.");
  std::sort(finding.paths.begin(), finding.paths.end());
  return finding;
}

// The first words of a text, cut at a line end and between characters.
std::string excerpt(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.size() > kExcerpt) {
    std::size_t end = kExcerpt;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    const std::size_t space = text.substr(0, end).rfind(' ');
    text = text.substr(0, space == std::string_view::npos ? end : space);
  }
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != '`') out += c;
  return out;
}

core::Finding differs(const core::Document& document) {
  const core::Artifact& artifact = document.artifact;
  core::Finding finding;
  finding.kind = core::FindingKind::content_mismatch;
  finding.id = "content_mismatch:" + artifact.path;
  finding.title = "A file that is something else inside";
  finding.weight = 45;
  finding.paths = {artifact.path};
  const std::size_t dot = artifact.path.rfind('.');
  finding.statement.artifact(artifact.path).text(" is named ").code(dot == std::string::npos ? artifact.path : artifact.path.substr(dot));
  finding.statement.text(" but holds ").text(name_of(artifact.format));
  if (artifact.encoding != "UTF-8") finding.statement.text(" in ").code(artifact.encoding);
  const std::string words = artifact.format == Format::binary ? std::string() : excerpt(document.text);
  if (!words.empty()) finding.statement.text(": ").code(words);
  finding.statement.text(".");
  finding.action.text("Write the file again, or remove it.");
  return finding;
}

}  // namespace

std::vector<core::Finding> copy_findings(const core::Corpus& corpus, const Inventory& inventory) {
  std::vector<core::Finding> out;
  if (!inventory.copies.empty()) out.push_back(find_copies(inventory));
  for (const core::Document& document : corpus.documents()) {
    const std::vector<std::string>& paths = inventory.content_differs;
    if (std::binary_search(paths.begin(), paths.end(), document.artifact.path)) out.push_back(differs(document));
  }
  return out;
}

}  // namespace chimera::analysis
