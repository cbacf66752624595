#include "facts/data_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <toml++/toml.h>

namespace chimera::facts {
namespace {

DataNode to_node(const toml::node& from);

DataNode table_node(const toml::table& table) {
  DataNode node;
  node.kind = DataNode::Kind::table;
  for (const auto& [key, member] : table) node.members.push_back({std::string(key.str()), to_node(member)});
  // toml++ sorts members by name; people wrote them in an order.
  std::stable_sort(node.members.begin(), node.members.end(), [](const auto& a, const auto& b) { return a.value.line < b.value.line; });
  return node;
}

DataNode to_node(const toml::node& from) {
  DataNode node;
  if (const auto* table = from.as_table()) {
    node = table_node(*table);
  } else if (const auto* array = from.as_array()) {
    node.kind = DataNode::Kind::list;
    for (const toml::node& item : *array) node.items.push_back(to_node(item));
  } else if (const auto* text = from.as_string()) {
    node.kind = DataNode::Kind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = DataNode::Kind::integer;
    node.integer = integer->get();
  }
  node.line = from.source().begin.line;
  return node;
}

}  // namespace

const DataNode* DataNode::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

base::Result<DataNode> DataFileReader::parse(std::string_view bytes) const {
  try {
    return to_node(toml::parse(bytes));
  } catch (const toml::parse_error& error) {  // the one boundary to a library that throws
    return base::fail(base::ErrorKind::input, fmt::format("{}:{}: {}", name_, error.source().begin.line, error.description()));
  }
}

std::string DataFileReader::place(const DataNode& node) const { return fmt::format("{}:{}", name_, node.line); }

tl::unexpected<base::Error> DataFileReader::wrong(const DataNode& node, std::string_view what) const {
  return base::fail(base::ErrorKind::input, fmt::format("{}: {}", place(node), what));
}

base::Result<std::string> DataFileReader::text(const DataNode& table, std::string_view key, std::string_view fallback) const {
  const DataNode* node = table.find(key);
  if (node == nullptr) return std::string(fallback);
  if (node->kind != DataNode::Kind::text) return wrong(*node, fmt::format("'{}' must be a string", key));
  return node->text;
}

base::Result<std::string> DataFileReader::required(const DataNode& table, std::string_view key) const {
  if (table.find(key) == nullptr) return wrong(table, fmt::format("'{}' is missing", key));
  return text(table, key);
}

base::Result<int> DataFileReader::number(const DataNode& table, std::string_view key) const {
  const DataNode* node = table.find(key);
  if (node == nullptr) return 0;
  if (node->kind != DataNode::Kind::integer) return wrong(*node, fmt::format("'{}' must be a whole number", key));
  return static_cast<int>(node->integer);
}

base::Result<std::vector<std::string>> DataFileReader::list(const DataNode& table, std::string_view key) const {
  std::vector<std::string> items;
  const DataNode* node = table.find(key);
  if (node == nullptr) return items;
  if (node->kind == DataNode::Kind::text) return std::vector<std::string>{node->text};
  if (node->kind != DataNode::Kind::list) return wrong(*node, fmt::format("'{}' must be a list of strings", key));
  for (const DataNode& item : node->items) {
    if (item.kind != DataNode::Kind::text) return wrong(item, fmt::format("'{}' must hold strings", key));
    items.push_back(item.text);
  }
  return items;
}

base::Result<std::vector<const DataNode*>> DataFileReader::tables(const DataNode& table, std::string_view key) const {
  std::vector<const DataNode*> found;
  const DataNode* node = table.find(key);
  if (node == nullptr) return found;
  if (node->kind == DataNode::Kind::table) return std::vector<const DataNode*>{node};
  if (node->kind != DataNode::Kind::list) return wrong(*node, fmt::format("'{}' must be a list of tables", key));
  for (const DataNode& item : node->items) {
    if (item.kind != DataNode::Kind::table) return wrong(item, fmt::format("'{}' must hold tables", key));
    found.push_back(&item);
  }
  return found;
}

base::Result<void> DataFileReader::only(const DataNode& table, const std::set<std::string_view>& known) const {
  for (const auto& [key, node] : table.members)
    if (known.count(key) == 0) return wrong(node, fmt::format("'{}' is not known here", key));
  return {};
}

}  // namespace chimera::facts
