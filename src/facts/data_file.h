// A data file of the program (vocabulary.toml, recipes/*.toml) as a plain tree in the order of the file, and typed
// access to its members with errors that name file and line.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace chimera::facts {

struct DataMember;

struct DataNode {
  enum class Kind { text, integer, other, list, table };
  Kind kind = Kind::other;
  std::string text;
  long long integer = 0;
  std::vector<DataNode> items;      // of a list
  std::vector<DataMember> members;  // of a table, in the order of the file
  unsigned line = 0;
  [[nodiscard]] const DataNode* find(std::string_view key) const;
};

// Not a pair: a pair of an incomplete type is no member of a vector for clang.
struct DataMember {
  std::string key;
  DataNode value;
};

class DataFileReader {
 public:
  explicit DataFileReader(std::string_view name) : name_(name) {}

  // The root table of a TOML text.
  [[nodiscard]] base::Result<DataNode> parse(std::string_view bytes) const;

  [[nodiscard]] std::string place(const DataNode& node) const;  // "vocabulary.toml:40"
  [[nodiscard]] tl::unexpected<base::Error> wrong(const DataNode& node, std::string_view what) const;

  // The member as text; `fallback` where it is missing.
  [[nodiscard]] base::Result<std::string> text(const DataNode& table, std::string_view key, std::string_view fallback = {}) const;
  [[nodiscard]] base::Result<std::string> required(const DataNode& table, std::string_view key) const;
  // Zero where it is missing.
  [[nodiscard]] base::Result<int> number(const DataNode& table, std::string_view key) const;
  // A list of strings, or one string for a list of one; empty where it is missing.
  [[nodiscard]] base::Result<std::vector<std::string>> list(const DataNode& table, std::string_view key) const;
  // The tables under [[key]], or the one under [key]; none where it is missing.
  [[nodiscard]] base::Result<std::vector<const DataNode*>> tables(const DataNode& table, std::string_view key) const;
  // A misspelt member is an error, not a silence.
  [[nodiscard]] base::Result<void> only(const DataNode& table, const std::set<std::string_view>& known) const;

 private:
  std::string name_;
};

}  // namespace chimera::facts
