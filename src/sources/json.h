// JSON, JSONL and what tools really write, as tables.
//
// * The top object is one row of a table of kind object, named "". Objects inside it give columns: "timing/mean_ms".
// * An array of objects is a table of kind records, its scalars a table of kind series (column key: the array's key path;
//   a cell's pointer is its row's). Arrays at one key path of all rows of a table share one table, named with "*" for
//   the index or key of each row: "/models/*/runs".
// * An array of equally long arrays of up to kMatrixWidth scalars is a table of kind records with columns "0", "1", …;
//   other arrays of arrays are series whose pointers have an index more.
// * Where an array of texts says what they are ("columns", "fields", "result_columns"), the arrays of the first
//   array of arrays behind it that is so wide have its texts as columns, and so have the elements of an array in an object behind it where one of
//   them is an array again: {"result_columns": ["result", "duration"], "results": {"sort": [[0.1, 0.2], 3]}}.
// * An object of at least two objects of alike keys, or of one whose key is a number, is a table of kind keyed: a row for each
//   member, its key in column "". Rows of records are never split this way; those of a keyed table where all of their keys are levels
//   ("8", "threads=4", "q4_0"): their members are rows of a table named with one "*" more. So is an object whose one key is a model.
// * In a document that is one object, an object that repeats what stands beside it ("best_config", "warmup"; stands_apart() in
//   json_tables.h) is a row of a table of kind records of its own, so that what it says is not said of the others.
// * An array of arrays whose first is a row of texts above numbers has these as columns.
// * In a document that is one object, tables may be written by columns (json_layout.h): a row for each position or key, with pointers
//   "/*/3". A list of names and values under "config", "parameters", … is read as an object of them: "Configuration/TILE".
// * A sequence of top-level values (JSONL) gives one table of kind records for each family of keys; pointers start at
//   the value, so a row's pointer is "".
// * A key that occurs twice in an object has its second value in column "key#2".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/diagnostic.h"
#include "core/document.h"

namespace chimera::sources {

inline constexpr std::uint32_t kMatrixWidth = 32;

// Fills tables and ignored of `document` from its text; needs its lines, its path (for diagnostics) and its format: jsonl
// is read line by line. Sets the format to jsonl where several values stand one after the other. What is not JSON
// is passed over with a diagnostic.
void read_json(core::Document& document, core::Diagnostics& diagnostics);
// The same where what is not JSON may be a log: gives whole lines of it back, in order, and tells of the rest alone.
[[nodiscard]] std::vector<core::Span> read_json_of_log(core::Document& document, core::Diagnostics& diagnostics);
// Tells of lines that nobody read.
void report_foreign(const core::Document& document, const std::vector<core::Span>& lines, core::Diagnostics& diagnostics);

// Whether `text` begins, after white space, as JSON objects and arrays do (and logs, lists and links do not).
[[nodiscard]] bool looks_like_json(std::string_view text);
// Whether `text` is a number, a string or a word of JSON, and nothing else.
[[nodiscard]] bool is_json_scalar(std::string_view text);
// Whether most of the first lines are objects or arrays, each complete on its line.
[[nodiscard]] bool looks_like_jsonl(std::string_view text);
// Where in the line an object begins that ends with it ("INFO {...}"), or npos.
[[nodiscard]] std::size_t find_record(std::string_view line);
// Offset of the first line behind `from` that looks like JSON, or of the value that a script gives to a page at `from`
// ("window.DATA = {"); or npos.
[[nodiscard]] std::size_t find_json(std::string_view text, std::size_t from);

}  // namespace chimera::sources
