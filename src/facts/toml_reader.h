// The little of TOML that data files need: typed members of a table, with errors that name file and line.
// Only catalog.cc and recipe_file.cc include it: toml++ is slow to compile.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

#include "base/result.h"

namespace chimera::facts {

class TomlReader {
 public:
  explicit TomlReader(std::string_view file) : file_(file) {}

  [[nodiscard]] std::string place(const toml::node& node) const {
    return fmt::format("{}:{}", file_, node.source().begin.line);
  }
  [[nodiscard]] tl::unexpected<base::Error> wrong(const toml::node& node, std::string_view what) const {
    return base::fail(base::ErrorKind::input, fmt::format("{}: {}", place(node), what));
  }

  // The member as text; `fallback` where it is missing.
  [[nodiscard]] base::Result<std::string> text(const toml::table& table, std::string_view key, std::string_view fallback = {}) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::string(fallback);
    if (!node->is_string()) return wrong(*node, fmt::format("'{}' must be a string", key));
    return node->as_string()->get();
  }
  [[nodiscard]] base::Result<std::string> required(const toml::table& table, std::string_view key) const {
    if (table.get(key) == nullptr) return wrong(table, fmt::format("'{}' is missing", key));
    return text(table, key);
  }
  [[nodiscard]] base::Result<int> number(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return 0;
    if (!node->is_integer()) return wrong(*node, fmt::format("'{}' must be a whole number", key));
    return static_cast<int>(node->as_integer()->get());
  }
  // A list of strings, or one string for a list of one; empty where it is missing.
  [[nodiscard]] base::Result<std::vector<std::string>> list(const toml::table& table, std::string_view key) const {
    std::vector<std::string> items;
    const toml::node* node = table.get(key);
    if (node == nullptr) return items;
    if (node->is_string()) return std::vector<std::string>{node->as_string()->get()};
    if (!node->is_array()) return wrong(*node, fmt::format("'{}' must be a list of strings", key));
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_string()) return wrong(item, fmt::format("'{}' must hold strings", key));
      items.push_back(item.as_string()->get());
    }
    return items;
  }
  // The tables under [[key]]; an error where the member is something else.
  [[nodiscard]] base::Result<std::vector<const toml::table*>> tables(const toml::table& table, std::string_view key) const {
    std::vector<const toml::table*> found;
    const toml::node* node = table.get(key);
    if (node == nullptr) return found;
    if (!node->is_array()) return wrong(*node, fmt::format("'{}' must be a list of tables", key));
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_table()) return wrong(item, fmt::format("'{}' must hold tables", key));
      found.push_back(item.as_table());
    }
    return found;
  }
  // A misspelt member is an error, not a silence.
  [[nodiscard]] base::Result<void> only(const toml::table& table, const std::set<std::string_view>& known) const {
    for (const auto& [key, node] : table)
      if (known.count(key.str()) == 0) return wrong(node, fmt::format("'{}' is not known here", key.str()));
    return {};
  }

  // toml++ throws where it was built with exceptions; nothing leaves here.
  [[nodiscard]] base::Result<toml::table> parse(std::string_view bytes) const {
    try {
      return toml::parse(bytes);
    } catch (const toml::parse_error& error) {
      return base::fail(base::ErrorKind::input, fmt::format("{}:{}: {}", file_, error.source().begin.line, error.description()));
    }
  }

 private:
  std::string file_;
};

}  // namespace chimera::facts
