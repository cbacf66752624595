// Who an agent is: a Markdown file that a user can change.
//
//   # Agent B: insight          the name
//   You are ...                 the system message
//   ## executive_summary        a section that it writes, with what to do there
//   ### Examples                sentences for exhibits, as it should write them: pairs "Facts: ..." / "Sentence: ..."
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace chimera::agents {

struct Example {
  std::string facts;
  std::string sentence;
};

struct PersonaSection {
  std::string instruction;
  std::vector<Example> examples;
};

struct Persona {
  std::string name;    // "Agent B: insight"
  std::string system;  // one paragraph or more
  std::map<std::string, PersonaSection> sections;
};

struct Personas {
  Persona collector;  // Agent A
  Persona insight;    // Agent B
};

// An input error with the line where the text is not of the form above. `path` is for messages.
[[nodiscard]] base::Result<Persona> parse_persona(std::string_view text, std::string_view path);

// collector.md and insight.md of a folder; of the ones built in where it is empty or lacks one of them. A section that
// the built-in persona has and the user's lacks is taken from the built-in one.
[[nodiscard]] base::Result<Personas> load_personas(const std::string& folder, const base::FileSystem& files);

}  // namespace chimera::agents
