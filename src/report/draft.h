// A report being written: Markdown whose every number, word of comparison, path and configuration is a citation.
//
// Citations are ordinary links: [12.5 tok/s](fact:ID), [faster](calc:ID>ID), [x.csv](artifact:PATH),
// [num_gpu=40](config:ID), [title](chart:chart-3). claims judges this text; publish.h turns the citations into links for readers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/statement.h"

namespace chimera::report {

// A table cell or list item is a Statement; plain words go through Statement::text.
using Cells = std::vector<core::Statement>;

enum class Align { left, right };

// How a line of links to charts begins.
inline constexpr std::string_view kChartsLead = "Charts: ";

class Draft {
 public:
  void heading(int level, std::string_view words);
  void heading(int level, const core::Statement& statement);
  void paragraph(const core::Statement& statement);
  // "**Name:** value", one a line.
  void fields(const std::vector<std::pair<std::string, core::Statement>>& fields);
  void bullets(const std::vector<core::Statement>& items);
  // One item; `level` 1 stands at the margin, deeper ones belong to the item above. The list ends with gap().
  void bullet(const core::Statement& item, int level);
  // "- **Name.** statement"; the list ends with gap().
  void named_bullet(std::string_view name, const core::Statement& statement);
  void named_bullets(const std::vector<std::pair<std::string, core::Statement>>& items);
  void gap();  // ends a list that was written item by item
  void numbered(const std::vector<core::Statement>& items);
  // Every row has as many cells as the header. Nothing is written where there are no rows.
  void table(const std::vector<std::string>& header, const std::vector<Cells>& rows, const std::vector<Align>& align);
  // Begins with kChartsLead. Links to charts by id and title: figures in report.html. Nothing is written where there are none.
  void charts(const std::vector<std::pair<std::string, std::string>>& charts);
  // Verbatim and therefore quoted: no claim is made by it.
  void code(std::string_view text);
  [[nodiscard]] const std::string& markdown() const { return markdown_; }
  // Where headings begin, ascending: what stands between two of them is whole blocks.
  [[nodiscard]] const std::vector<std::size_t>& headings() const { return headings_; }

 private:
  std::string markdown_;
  std::vector<std::size_t> headings_;
};

// So that `words` read as themselves in Markdown, whatever an artifact put into them. One line.
[[nodiscard]] std::string escape(std::string_view words);
// As a link destination: percent-encoded where Markdown would trip.
[[nodiscard]] std::string encode_path(std::string_view path);
[[nodiscard]] std::string decode_path(std::string_view encoded);

}  // namespace chimera::report
