#include "plaintext/header_words.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "text/words.h"

namespace chimera::plaintext {
namespace {

bool has_word_of(std::string_view header, std::initializer_list<std::string_view> words) {
  const std::vector<std::string> pieces = text::split_identifier(header);
  return std::any_of(pieces.begin(), pieces.end(), [&](const std::string& piece) {
    return std::find(words.begin(), words.end(), piece) != words.end();
  });
}

}  // namespace

bool names_settings(std::string_view header) {
  return has_word_of(
      header, {"property", "parameter", "setting", "attribute", "field", "characteristic", "option", "item", "key"});
}
bool names_values(std::string_view header) {
  return has_word_of(header, {"value", "values", "val", "setting", "settings", "specification", "amount"});
}

bool names_things(std::string_view header) {
  return has_word_of(header, {"model", "engine", "framework", "backend", "system", "gpu", "device", "hardware", "method", "kernel", "tool", "server",
                              "quantization", "quant", "precision", "dtype", "batch", "concurrency", "threads", "version", "size", "type"});
}

}  // namespace chimera::plaintext
