// The words that state nothing by themselves (plain_words.txt): what may stand around cited facts in a model's sentence.
//
// A closed list, since what is on no list may be a name, a number or a rank in any language. Threads: any.
#pragma once

#include <span>
#include <string_view>

namespace chimera::claims {

enum class PlainClass {
  plain,  // anywhere
  small,  // of these, the ones that bind: a sentence does not end on them, and may repeat them
  advice  // where advice is given: they say what to do, which in a summary of findings would be a finding of its own
};

// Lower case, sorted.
[[nodiscard]] std::span<const std::string_view> plain_words(PlainClass words);
// Whether the word, in any case, is in the class. An apostrophe's tail ("engine's") is no part of it.
[[nodiscard]] bool is_plain_word(std::string_view word, PlainClass words);

}  // namespace chimera::claims
