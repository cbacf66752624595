// Where the reader of a text stands: the section, what deeper lines are about, what stood in front of the line, and where a new block
// of values began. It knows nothing of tables; table_builder.h puts what it says into them.
// Threads: one reader's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "plaintext/text_sections.h"

namespace chimera::plaintext {

class ReadingContext {
 public:
  // `section` names the tables until a title does.
  explicit ReadingContext(std::string section) : section_(std::move(section)) {}

  // The section names its tables; the chapter is the section that was titled by equals signs, empty outside of one.
  [[nodiscard]] const std::string& section() const { return section_; }
  [[nodiscard]] const std::string& chapter() const { return chapter_; }
  // Below a title, framed by `mark` or by none ('\0'). `keys` counts the names of values read so far, as for leave_section().
  void enter_section(core::Span title, std::string name, char mark, std::size_t keys);
  // Below "Summary:", a label, which frames nothing.
  void enter_part(std::string name);
  // Below one whose lines stand deeper than it does: it ends with them.
  void enter_part(std::string name, std::size_t indent);
  // At an empty line of a log: it ends a chapter in which something was said.
  void leave_section(std::size_t keys);

  // "Warmup ...", the title of runs that warm up; empty outside of them.
  [[nodiscard]] core::Span warmup() const { return warmup_; }
  // What made the run fail whose values are read; empty where nothing did.
  [[nodiscard]] core::Span failure() const { return failure_; }
  void set_failure(core::Span failure) { failure_ = failure; }
  void enter_warmup(core::Span title, std::string name);
  // That of one line, which says so behind its values; an empty one ends it.
  void set_warm_up_line(core::Span mark) { warmup_ = mark; }
  // At the title of the stage that follows, if they were entered.
  void leave_warmup(std::string name);

  // "change/", before the names of values in deeper lines: the labels that stand above them.
  [[nodiscard]] const std::string& prefix() const { return prefix_; }
  // Below a line `indent` deep; `below` is how deep the first line below it stands.
  void enter_prefix(std::string_view name, std::size_t indent, std::size_t below);
  // What the deeper lines are about; empty where no line says it.
  [[nodiscard]] core::Span subject() const { return subject_; }
  [[nodiscard]] bool inside_subject(std::size_t indent) const { return subject_.size() > 0 && indent > subject_indent_; }
  // What it is about is a block of its own.
  void enter_subject(core::Span subject, std::size_t indent);
  // Prefixes end where a line stands no deeper than they do, or less deep than the first line below them; a subject ends likewise.
  void leave_scopes(std::size_t indent);

  // Heads the values below `begin`; an empty one ends the one before it.
  void add_heading(std::uint64_t begin, core::Span heading) { notes_.headings[begin] = heading; }
  [[nodiscard]] bool is_heading(std::uint64_t begin) const { return notes_.headings.count(begin) > 0; }

  // Counts the blocks: what follows begin_block() is about another run or thing than what stands before.
  [[nodiscard]] std::size_t block() const { return block_; }
  void begin_block() { ++block_; }

  // "TPOT", the tag in front of the line that is being read, and "latencies", the label right above statistics; empty: none.
  [[nodiscard]] core::Span tag() const { return tag_; }
  void set_tag(core::Span tag) { tag_ = tag; }
  [[nodiscard]] core::Span list_of() const { return list_of_; }
  void set_list_of(core::Span label) { list_of_ = label; }

  // How the sections and headings that were seen belong together; leaves none.
  [[nodiscard]] SectionNotes take_notes() { return std::move(notes_); }

 private:
  struct Prefix {
    std::size_t indent = 0;  // of the line that says it
    std::size_t below = 0;   // of the first line below it
    std::size_t size = 0;    // of the prefix up to it
  };

  std::string section_;
  std::string title_;                // the last one that lines or marks frame
  std::string chapter_;
  std::size_t keys_at_title_ = 0;   // before the title of the section
  std::optional<std::size_t> part_indent_;  // of the label of a part that ends with its deeper lines
  std::string around_part_;         // the section before it
  core::Span warmup_;
  core::Span failure_;
  std::string prefix_;
  std::vector<Prefix> prefixes_;     // what it is made of
  core::Span subject_;
  std::size_t subject_indent_ = 0;
  core::Span tag_;
  core::Span list_of_;
  std::size_t block_ = 0;
  SectionNotes notes_;
};

}  // namespace chimera::plaintext
