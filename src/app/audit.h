// One report and what became of its claims: what text, JSON, page and SARIF are made from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.h"
#include "core/corpus.h"
#include "ingest/into_corpus.h"

namespace chimera::app {

// Owns nothing but the name.
struct Audit {
  std::string name;       // the report, as it was given
  std::string_view text;  // decoded
  const std::vector<claims::Verdict>& verdicts;
  const core::Corpus& corpus;  // the evidence
  const ingest::RootPaths& roots;      // where its paths stand on this machine
};

// The bytes around a piece of evidence, clipped to a few short lines; all empty where it is a whole file or none.
struct Excerpt {
  std::string before;
  std::string marked;
  std::string after;
};
[[nodiscard]] Excerpt excerpt(const core::Corpus& corpus, const core::SourceRef& source);

// "✗", "?", "–", "✓": a verdict without its colour.
[[nodiscard]] std::string_view sign(claims::VerdictKind kind);

// Bytes of the code point at `at`, at least 1.
[[nodiscard]] std::size_t code_point_width(std::string_view text, std::size_t at);

}  // namespace chimera::app
