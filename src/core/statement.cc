#include "core/statement.h"

namespace chimera::core {

Statement& Statement::text(std::string_view words) {
  parts_.push_back({Part::Kind::text, std::string(words), {}, {}, {}});
  return *this;
}

Statement& Statement::quantity(const Fact& fact, int decimals) {
  std::string shown = format_fixed(fact.value.value, decimals);
  const std::string_view symbol = fact.value.unit->symbol;
  if (!symbol.empty()) shown += (symbol == "x" ? "" : " ") + std::string(symbol);
  return this->shown(fact.id, std::move(shown));
}

Statement& Statement::shown(FactId fact, std::string shown) {
  parts_.push_back({Part::Kind::quantity, std::move(shown), fact, {}, {}});
  return *this;
}

Statement& Statement::compare(std::string_view word, FactId a, FactId b) {
  parts_.push_back({Part::Kind::comparison, std::string(word), a, b, {}});
  return *this;
}

Statement& Statement::artifact(std::string_view path) {
  parts_.push_back({Part::Kind::artifact, std::string(path), {}, {}, {}});
  return *this;
}

Statement& Statement::shown_in(std::string_view path, std::string_view passage) {
  parts_.push_back({Part::Kind::passage, std::string(passage), {}, {}, std::string(path)});
  return *this;
}

Statement& Statement::config(std::string_view settings, FactId row) {
  parts_.push_back({Part::Kind::config, std::string(settings), row, {}, {}});
  return *this;
}

Statement& Statement::code(std::string_view verbatim) {
  parts_.push_back({Part::Kind::code, std::string(verbatim), {}, {}, {}});
  return *this;
}

Statement& Statement::append(const Statement& other) {
  parts_.insert(parts_.end(), other.parts_.begin(), other.parts_.end());
  return *this;
}

Statement& Statement::part(const Part& part) {
  parts_.push_back(part);
  return *this;
}

std::string Statement::plain() const {
  std::string text;
  for (const Part& part : parts_) text += part.shown;
  return text;
}

}  // namespace chimera::core
