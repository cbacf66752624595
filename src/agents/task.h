// What an agent is asked to write: one sentence at a time, about exhibits that the program will fill in.
#pragma once

#include <string>
#include <vector>

namespace chimera::agents {

// Something that the sentence may cite, as "{F3}". What fills it is the program's business, not the model's.
struct Exhibit {
  int number = 0;     // from 1, in order of importance
  std::string reads;  // what the model is told: "the highest bandwidth (148.48 MB/s), with {F1}"
};

enum class Tone {
  report,  // says what was found
  warn,    // says what could go wrong
  advise   // says what to do
};

struct SentenceTask {
  std::string section;               // of the persona: "executive_summary"
  std::string topic;                 // in a few words: "throughput"; may be empty
  std::string advice;                // what the analysis says should be done, in words; may be empty
  std::vector<Exhibit> exhibits;     // at least one
  std::vector<std::vector<int>> orders;  // in which exhibits may follow each other in the sentence; empty: any
  std::vector<int> clauses;          // exhibits that are whole clauses: each alone, behind "that", at the end
  std::vector<std::string> terms;    // names that these exhibits allow beside plain words: "bandwidth", "highest"
  Tone tone = Tone::report;
};

// What was wrong with an earlier attempt at the same sentence.
struct Objection {
  std::string sentence;
  std::vector<std::string> problems;
};

[[nodiscard]] std::string placeholder(int number);  // "{F3}"

}  // namespace chimera::agents
