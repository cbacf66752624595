// A sentence in parts: what is text, what quotes a fact, what compares two. The draft writer turns parts into links,
// an engine with a grammar sees placeholders, and claims judges the result; nobody types a number by hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/fact.h"

namespace chimera::core {

struct Part {
  enum class Kind {
    text,        // words without any number
    quantity,    // `shown` states fact `a`: "103.16 tok/s"
    comparison,  // `shown` is a word about a against b: "faster", "no difference"
    artifact,    // `shown` is a path of an artifact
    passage,     // `shown` stands word for word in the artifact `path`: a date, a name
    config,      // `shown` is a configuration, code style: "num_gpu=40, num_ctx=1024"; `a` is any fact of that row
    code         // a command or key, verbatim
  };
  Kind kind = Kind::text;
  std::string shown;
  FactId a;
  FactId b;
  std::string path;
};

class Statement {
 public:
  Statement& text(std::string_view words);
  // As `decimals` digits after the point and the fact's own unit symbol (none where the unit is unknown or a count).
  Statement& quantity(const Fact& fact, int decimals);
  Statement& shown(FactId fact, std::string shown);
  Statement& compare(std::string_view word, FactId a, FactId b);
  Statement& artifact(std::string_view path);
  Statement& shown_in(std::string_view path, std::string_view passage);
  Statement& config(std::string_view settings, FactId row);
  Statement& code(std::string_view verbatim);
  Statement& append(const Statement& other);
  Statement& part(const Part& part);
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  [[nodiscard]] std::string plain() const;  // without links, for terminals and logs

 private:
  std::vector<Part> parts_;
};

}  // namespace chimera::core
