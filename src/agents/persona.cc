#include "agents/persona.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "agents/embedded.h"
#include "base/check.h"

namespace chimera::agents {
namespace {

constexpr std::string_view kFacts = "Facts:";
constexpr std::string_view kSentence = "Sentence:";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

class Parser {
 public:
  Parser(std::string_view text, std::string_view path) : text_(text), path_(path) {}

  base::Result<Persona> run() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      ++line_;
      TRY_VOID(take(trimmed(text_.substr(at, end - at))));
      at = end + 1;
    }
    if (persona_.name.empty()) return wrong("a persona begins with \"# NAME\"");
    if (half_ != nullptr) return wrong("\"Facts:\" without its \"Sentence:\"");
    persona_.system = trimmed(persona_.system);
    for (auto& [id, section] : persona_.sections) section.instruction = trimmed(section.instruction);
    return std::move(persona_);
  }

 private:
  tl::unexpected<base::Error> wrong(std::string_view what) const {
    return base::fail(base::ErrorKind::input, fmt::format("{}:{}: {}", path_, line_, what), "docs/writing.md describes the form");
  }

  base::Result<void> take(std::string_view line) {
    if (begins(line, "### ")) {
      if (section_ == nullptr || line != "### Examples") return wrong("only \"### Examples\" stands below a section");
      examples_ = true;
    } else if (begins(line, "## ")) {
      section_ = &persona_.sections[std::string(trimmed(line.substr(3)))];
      examples_ = false;
    } else if (begins(line, "# ")) {
      if (!persona_.name.empty()) return wrong("a second name");
      persona_.name = trimmed(line.substr(2));
    } else if (examples_) {
      return take_example(line);
    } else {
      (section_ == nullptr ? persona_.system : section_->instruction) += std::string(line) + "\n";
    }
    return {};
  }

  base::Result<void> take_example(std::string_view line) {
    if (line.empty()) return {};
    if (begins(line, kFacts) && half_ == nullptr) {
      section_->examples.push_back({std::string(trimmed(line.substr(kFacts.size()))), {}});
      half_ = &section_->examples.back();
      return {};
    }
    if (begins(line, kSentence) && half_ != nullptr) {
      half_->sentence = trimmed(line.substr(kSentence.size()));
      half_ = nullptr;
      return {};
    }
    return wrong("examples are pairs of \"Facts:\" and \"Sentence:\" lines");
  }

  std::string_view text_;
  std::string_view path_;
  std::size_t line_ = 0;
  Persona persona_;
  PersonaSection* section_ = nullptr;
  Example* half_ = nullptr;
  bool examples_ = false;
};

base::Result<Persona> built_in(std::string_view file) {
  const std::string name = fmt::format("personas/{}", file);
  for (const base::EmbeddedFile& embedded : embedded_data())
    if (embedded.name == name) return parse_persona(embedded.bytes, name);
  return base::fail(base::ErrorKind::internal, fmt::format("{} is not part of the program", name));
}

base::Result<Persona> load(const std::string& folder, std::string_view file, const base::FileSystem& files) {
  TRY(Persona standard, built_in(file));
  const std::string path = (std::filesystem::path(folder) / file).string();
  std::error_code error;
  if (folder.empty() || !std::filesystem::exists(path, error)) return standard;
  TRY(const std::string bytes, files.read(path));
  TRY(Persona persona, parse_persona(bytes, path));
  persona.sections.merge(standard.sections);
  return persona;
}

}  // namespace

base::Result<Persona> parse_persona(std::string_view text, std::string_view path) { return Parser(text, path).run(); }

base::Result<Personas> load_personas(const std::string& folder, const base::FileSystem& files) {
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error))
    return base::fail(base::ErrorKind::usage, fmt::format("no folder {}", folder), "--personas takes a folder with collector.md, insight.md or both");
  Personas personas;
  TRY(personas.collector, load(folder, "collector.md", files));
  TRY(personas.insight, load(folder, "insight.md", files));
  return personas;
}

}  // namespace chimera::agents
