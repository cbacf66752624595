// Questions in SQL: one statement on a store that it can read and nothing else.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace chimera::store {

// The answer to one statement. Values are given as text; `numeric` columns hold numbers, `boolean` ones true and false.
class Answer {
 public:
  // A usage error where `sql` holds no or several statements, an input error where DuckDB refuses it.
  [[nodiscard]] static base::Result<Answer> ask(Store& store, const std::string& sql);
  struct Column {
    std::string name;
    bool numeric = false;
    bool boolean = false;
  };
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] bool next() { return rows_.next(); }
  [[nodiscard]] bool null(std::size_t column) const { return rows_.null(column); }
  [[nodiscard]] std::string text(std::size_t column) const { return rows_.written(column); }

 private:
  Answer(std::vector<Column> columns, Rows rows) : columns_(std::move(columns)), rows_(std::move(rows)) {}
  std::vector<Column> columns_;
  Rows rows_;
};

// One Parquet file per documented view into `folder`, each replaced when it is whole. Returns their paths.
[[nodiscard]] base::Result<std::vector<std::string>> export_parquet(const std::string& store, const std::string& folder);

}  // namespace chimera::store
