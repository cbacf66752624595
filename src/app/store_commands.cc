#include "app/store_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/console.h"
#include "app/ingest_job.h"
#include "base/check.h"
#include "base/log.h"
#include "ingest/into_store.h"
#include "store/query.h"

namespace chimera::app {
namespace {

constexpr std::uint64_t kTableRows = 1000;  // more than anybody reads; --limit, csv and json give all
constexpr std::size_t kWidest = 60;         // characters of a cell of a table

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// On one line, and no longer than a table bears.
std::string in_table(const std::string& text) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80 && ++characters > kWidest) return out + "…";
    out += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return out;
}

std::string in_csv(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string in_markdown(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : c == '\n' || c == '\r' ? std::string(" ") : std::string(1, c);
  return out;
}

// A value as JSON: a number stands bare where JSON can write it.
std::string in_json(const store::Answer& answer, std::size_t c) {
  if (answer.null(c)) return "null";
  const std::string text = answer.text(c);
  const auto& column = answer.columns()[c];
  const bool finite = text != "inf" && text != "-inf" && text != "nan" && text != "-nan";
  if (column.boolean || (column.numeric && finite)) return text;
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool print_csv(store::Answer& answer, std::uint64_t limit) {
  std::string line;
  for (std::size_t c = 0; c < answer.columns().size(); ++c) line += (c > 0 ? "," : "") + in_csv(answer.columns()[c].name);
  if (!print(line + "\n")) return false;
  for (std::uint64_t n = 0; n < limit && answer.next(); ++n) {
    line.clear();
    for (std::size_t c = 0; c < answer.columns().size(); ++c) line += (c > 0 ? "," : "") + (answer.null(c) ? "" : in_csv(answer.text(c)));
    if (!print(line + "\n")) return false;
  }
  return true;
}

bool print_json(store::Answer& answer, std::uint64_t limit) {
  for (std::uint64_t n = 0; n < limit && answer.next(); ++n) {
    std::string line = "{";
    for (std::size_t c = 0; c < answer.columns().size(); ++c)
      line += fmt::format("{}{}:{}", c > 0 ? "," : "", nlohmann::json(answer.columns()[c].name).dump(), in_json(answer, c));
    if (!print(line + "}\n")) return false;
  }
  return true;
}

struct Grid {
  std::vector<std::vector<std::string>> rows;  // the first is the header
  std::vector<std::size_t> widths;
  bool more = false;
};

Grid read_grid(store::Answer& answer, std::uint64_t limit, std::string (*cell)(const std::string&)) {
  Grid grid;
  grid.rows.emplace_back();
  for (const auto& column : answer.columns()) grid.rows.back().push_back(cell(column.name));
  while (answer.next()) {
    if (grid.rows.size() > limit) {
      grid.more = true;
      break;
    }
    grid.rows.emplace_back();
    for (std::size_t c = 0; c < answer.columns().size(); ++c) grid.rows.back().push_back(answer.null(c) ? "" : cell(answer.text(c)));
  }
  grid.widths.assign(answer.columns().size(), 3);
  for (const auto& row : grid.rows)
    for (std::size_t c = 0; c < row.size(); ++c) grid.widths[c] = std::max(grid.widths[c], width_of(row[c]));
  return grid;
}

// Numbers stand right. `edge` is put before and behind a line, `between` between its cells.
bool print_grid(const Grid& grid, const store::Answer& answer, std::string_view edge, std::string_view between) {
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    std::string line(edge);
    std::string rule(edge);
    for (std::size_t c = 0; c < grid.rows[r].size(); ++c) {
      const std::string pad(grid.widths[c] - width_of(grid.rows[r][c]), ' ');
      const bool right = answer.columns()[c].numeric;
      line += (c > 0 ? std::string(between) : "") + (right ? pad + grid.rows[r][c] : grid.rows[r][c] + pad);
      rule += (c > 0 ? std::string(between) : "") + std::string(grid.widths[c] - (right && !edge.empty() ? 1 : 0), '-') + (right && !edge.empty() ? ":" : "");
    }
    if (edge.empty()) line.resize(line.find_last_not_of(' ') + 1);
    std::string back(edge.rbegin(), edge.rend());
    if (!print(line + back + "\n" + (r == 0 ? rule + back + "\n" : ""))) return false;
  }
  return true;
}

int print_answer(store::Answer& answer, const QueryCommand& command) {
  const std::uint64_t all = command.limit > 0 ? command.limit : ~std::uint64_t{0};
  if (command.format == "csv") return print_csv(answer, all), 0;
  if (command.format == "json") return print_json(answer, all), 0;
  if (command.format == "md") return print_grid(read_grid(answer, all, in_markdown), answer, "| ", " | "), 0;
  const std::uint64_t limit = command.limit > 0 ? command.limit : kTableRows;
  const Grid grid = read_grid(answer, limit, in_table);
  if (print_grid(grid, answer, "", "  ") && grid.more) base::log_info(fmt::format("only the first {} rows; --limit N or --format csv shows more", limit));
  return 0;
}

std::string summary_rows(const ingest::StoreOutcome& outcome) {
  std::string text = fmt::format("new         {}\nchanged     {}\nunchanged   {}\ndeleted     {}\n", outcome.fresh, outcome.changed, outcome.unchanged, outcome.deleted);
  if (outcome.fresh + outcome.changed == 0) return text;
  text += fmt::format("numbers     {}\n  facts     {}\n", outcome.account.numbers, outcome.account.facts);
  for (const auto& [reason, count] : outcome.account.ignored) text += fmt::format("  ignored   {} ({})\n", count, reason);
  return text + fmt::format("  unread    {}\n", outcome.account.unread);
}

std::string summary_json(const ingest::StoreOutcome& outcome, const std::string& store) {
  nlohmann::ordered_json json{{"store", store},           {"new", outcome.fresh},       {"changed", outcome.changed},
                              {"unchanged", outcome.unchanged}, {"deleted", outcome.deleted}, {"numbers", outcome.account.numbers},
                              {"facts", outcome.account.facts}, {"unread", outcome.account.unread}};
  json["ignored"] = outcome.account.ignored;
  return json.dump() + "\n";
}

}  // namespace

ingest::StoreOptions ingest_options_of(const IngestCommand& command, const std::string& store) {
  ingest::StoreOptions options;
  options.ingest.roots = command.paths;
  options.ingest.own_outputs = command.include_own ? ingest::OwnOutputs::include : ingest::OwnOutputs::skip;
  options.ingest.workers = command.workers;
  options.store = store;
  return options;
}

base::Result<ingest::StoreOutcome> ingest_files(const IngestCommand& command, const std::string& store, const base::FileSystem& files, const CommonOptions& common) {
  ingest::StoreOptions options = ingest_options_of(command, store);
  options.ingest.progress = progress_line(common, "reading file");
  return ingest::into_store(options, files, base::SystemClock());
}

int show_ingest(const ingest::StoreOutcome& outcome, const IngestCommand& command, const CommonOptions& common) {
  print_diagnostics(outcome.diagnostics, common);
  print(common.form == OutputForm::json ? summary_json(outcome, command.store) : summary_rows(outcome));
  if (outcome.readable == 0 && outcome.unchanged == 0)
    return report_error({base::ErrorKind::input, "nothing readable: no file with content that chimera reads", "give a folder that holds benchmark results"});
  return 0;
}

int store_ingest_command(const IngestCommand& command, const CommonOptions& common) {
  if (command.executor.makes_job()) return ingest_as_job(command, common);
  if (command.executor.is_task()) return ingest_task(command, common);
  const auto outcome = ingest_files(command, command.store, base::RealFileSystem(), common);
  return outcome ? show_ingest(*outcome, command, common) : report_error(outcome.error());
}

int query_command(const QueryCommand& command, const CommonOptions& common) {
  QueryCommand asked = command;
  if (common.form == OutputForm::json) asked.format = "json";
  if (asked.sql == "-") asked.sql.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  // One thread: with several, sums of floating point numbers differ from run to run in their last digits.
  auto store = store::Store::open(asked.store, {.threads = 1, .memory_limit = {}});
  if (!store) return report_error(store.error());
  auto answer = store::Answer::ask(*store, asked.sql);
  if (!answer) return report_statement_error(answer.error());
  return print_answer(*answer, asked);
}

int export_command(const ExportCommand& command, const CommonOptions& /*common*/) {
  const auto written = store::export_parquet(command.store, command.parquet);
  if (!written) return report_error(written.error());
  for (const std::string& path : *written) base::log_info("wrote " + path);
  return 0;
}

}  // namespace chimera::app
