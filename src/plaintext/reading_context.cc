#include "plaintext/reading_context.h"

#include <utility>

#include "text/words.h"

namespace chimera::plaintext {

// Dashes around a title below one between equals signs make it a part of that; "Additional …" goes on with the section before it.
void ReadingContext::enter_section(core::Span title, std::string name, char mark, std::size_t keys) {
  constexpr std::string_view kGoesOn = "Additional ";
  constexpr std::string_view kEnd = "end of ";
  if (text::lower(name.substr(0, kEnd.size())) == kEnd) name.clear();
  add_heading(title.begin, {});
  if (mark != '-') chapter_ = mark == '=' ? name : std::string();
  if (mark == '-' && !chapter_.empty()) notes_.outer.try_emplace(name, chapter_);
  else if (name.compare(0, kGoesOn.size(), kGoesOn) == 0) notes_.outer.try_emplace(name, title_);
  section_ = title_ = std::move(name);
  part_indent_.reset();
  keys_at_title_ = keys;
  warmup_ = {};
}

void ReadingContext::enter_part(std::string name) {
  section_ = std::move(name);
  part_indent_.reset();
}

void ReadingContext::enter_part(std::string name, std::size_t indent) {
  if (!part_indent_) around_part_ = section_;
  section_ = std::move(name);
  part_indent_ = indent;
}

void ReadingContext::leave_section(std::size_t keys) {
  if (!chapter_.empty() && keys > keys_at_title_) section_.clear(), chapter_.clear();
}

void ReadingContext::enter_warmup(core::Span title, std::string name) {
  section_ = std::move(name);
  warmup_ = title;
}

void ReadingContext::leave_warmup(std::string name) {
  if (warmup_.size() > 0) section_ = std::move(name);
  warmup_ = {};
}

void ReadingContext::enter_prefix(std::string_view name, std::size_t indent, std::size_t below) {
  prefix_.append(name).append(1, '/');
  prefixes_.push_back({indent, below, prefix_.size()});
}

void ReadingContext::enter_subject(core::Span subject, std::size_t indent) {
  subject_ = subject;
  subject_indent_ = indent;
  begin_block();
}

void ReadingContext::leave_scopes(std::size_t indent) {
  if (part_indent_ && indent <= *part_indent_) {
    section_ = around_part_;
    part_indent_.reset();
    begin_block();
  }
  while (!prefixes_.empty() && (indent <= prefixes_.back().indent || indent < prefixes_.back().below)) prefixes_.pop_back();
  prefix_.resize(prefixes_.empty() ? 0 : prefixes_.back().size);
  if (subject_.size() == 0 || indent > subject_indent_) return;
  subject_ = {};
  begin_block();
}

}  // namespace chimera::plaintext
