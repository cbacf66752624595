// Laws 1 and 2 on real files: every fact is what its bytes say, and every number is accounted for.
//
// Values are read again with strtod, and numbers are counted again by tools/scan_numbers.py, so that neither test
// believes the code it tests. Reads the test data of this repository and, where it is there, ../shared/corpora.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "base/files.h"
#include "facts/interpret.h"
#include "sources/account.h"
#include "sources/read.h"

namespace chimera {
namespace {

namespace fs = std::filesystem;

// Compressed members and texts that were decoded have other bytes than their files.
bool is_as_in_file(const core::Document& document, const std::string& bytes) {
  return document.text.size() + document.offsets.shift == bytes.size() && document.offsets.runs.empty() &&
         bytes.compare(document.offsets.shift, std::string::npos, document.text) == 0;
}

void remove_all(std::string& text, std::string_view what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) text.erase(at, what.size());
}

// The same of "2 days 01:02:03.5", without its blanks.
std::string in_seconds_of_clock(const std::string& lexeme) {
  static const std::regex kClock(R"((\d+)days?(\d+):(\d\d):(\d\d)(\.\d+)?)");
  std::smatch parts;
  if (!std::regex_match(lexeme, parts, kClock)) return {};
  unsigned long long seconds = 0;
  std::size_t part = 1;
  for (const unsigned long long of_next : {24ULL, 60ULL, 60ULL, 1ULL}) seconds = (seconds + std::stoull(parts[part++].str())) * of_next;
  return std::to_string(seconds) + parts[5].str();
}

// "1h2m3.5s" as the decimal number of its seconds; nothing where it is no such time.
std::string in_seconds(const std::string& lexeme) {
  static const std::regex kTime(R"((-?)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.(\d+))?s)?)");
  std::smatch parts;
  if (lexeme.find(':') != std::string::npos) return in_seconds_of_clock(lexeme);
  if (lexeme.find_first_of("hms") == std::string::npos || !std::regex_match(lexeme, parts, kTime)) return {};
  const auto number = [&](std::size_t i) { return parts[i].matched ? std::stoull(parts[i].str()) : 0ULL; };
  const std::string whole = std::to_string(number(2) * 3600 + number(3) * 60 + number(4));
  return parts[1].str() + whole + (parts[5].matched ? "." + parts[5].str() : "");
}

// Whether `lexeme` says `value`, with a decimal point or with a decimal comma, or as a time in several units.
bool says(std::string lexeme, double value) {
  for (const std::string_view space : {" ", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"}) remove_all(lexeme, space);
  if (const std::size_t minus = lexeme.find("\xE2\x88\x92"); minus != std::string::npos) lexeme.replace(minus, 3, "-");
  if (const std::string seconds = in_seconds(lexeme); !seconds.empty()) return std::strtod(seconds.c_str(), nullptr) == value;
  std::string point = lexeme;
  remove_all(point, ",");
  std::string comma = lexeme;
  remove_all(comma, ".");
  std::replace(comma.begin(), comma.end(), ',', '.');
  const auto reads = [&](const std::string& text) {
    char* end = nullptr;
    const double read = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0' && read == value;
  };
  return reads(point) || reads(comma);
}

class Laws : public testing::Test {
 protected:
  struct Result {
    std::uint64_t documents = 0;
    std::uint64_t facts = 0;
    std::vector<std::string> broken;
    void add(const std::string& what) {
      if (broken.size() < 20) broken.push_back(what);
    }
  };

  // Folders to read: the data of the tests, the examples, and the shared corpora.
  static std::vector<std::string> roots() {
    std::vector<std::string> roots;
    const char* given = std::getenv("CHIMERA_SHARED");
    const std::string shared = given != nullptr ? given : "../shared";
    for (const std::string& root : {std::string("tests"), std::string("examples"), shared + "/corpora"}) {
      if (fs::is_directory(root)) roots.push_back(root);
    }
    return roots;
  }

  template <class Visit>
  static void for_each_document(Visit visit) {
    auto interpreter = facts::Interpreter::create();
    ASSERT_TRUE(interpreter.has_value()) << interpreter.error().message;
    const base::RealFileSystem files;
    for (const std::string& root : roots()) {
      const auto listing = files.walk(root);
      ASSERT_TRUE(listing.has_value()) << listing.error().message;
      for (const base::FileInfo& info : listing->files) {
        const auto bytes = files.read(root + "/" + info.path);
        if (!bytes) continue;
        core::Diagnostics diagnostics;
        const core::Document document = sources::read_document(info, *bytes, diagnostics);
        const facts::Interpretation meaning = interpreter->interpret(document, diagnostics);
        visit(root + "/" + info.path, *bytes, document, meaning.tables);
      }
    }
  }
};

bool is_fact(const core::Cell& cell, core::Role role) {
  return cell.kind == core::CellKind::number && role != core::Role::unread && role != core::Role::no_value && role != core::Role::text;
}

TEST_F(Laws, EveryFactIsWhatItsBytesSay) {
  Result result;
  for_each_document([&](const std::string& path, const std::string& bytes, const core::Document& document, const auto& meaning) {
    ++result.documents;
    const bool same_bytes = is_as_in_file(document, bytes);
    for (std::size_t t = 0; t < document.tables.size(); ++t) {
      const core::Table& table = document.tables[t];
      for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
        for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
          const core::Cell& cell = table.columns[c].cells[r];
          if (!is_fact(cell, meaning[t].at(r, c).role)) continue;
          ++result.facts;
          const std::string lexeme(document.at(cell.span()));
          const core::Span in_file = document.to_file(cell.span());
          if (!says(lexeme, cell.number)) result.add(path + ": " + table.columns[c].key + " is not " + lexeme);
          if (same_bytes && bytes.substr(in_file.begin, in_file.size()) != lexeme) result.add(path + ": other bytes than " + lexeme);
        }
      }
    }
  });
  EXPECT_EQ(result.broken, std::vector<std::string>{});
  RecordProperty("documents", std::to_string(result.documents));
  RecordProperty("facts", std::to_string(result.facts));
}

TEST_F(Laws, EveryFactIsCountedAsANumber) {
  Result result;
  for_each_document([&](const std::string& path, const std::string&, const core::Document& document, const auto& meaning) {
    std::vector<std::uint64_t> ends;  // of the numbers that are facts, ascending
    std::vector<std::uint64_t> begins;
    for (const sources::Accounted& one : sources::account_each(document, meaning)) {
      if (one.fate != "fact") continue;
      begins.push_back(one.span.begin);
      ends.push_back(one.span.end);
    }
    for (std::size_t t = 0; t < document.tables.size(); ++t) {
      const core::Table& table = document.tables[t];
      for (std::uint32_t c = 0; c < table.columns.size(); ++c) {
        for (std::uint32_t r = 0; r < table.rows.size(); ++r) {
          const core::Cell& cell = table.columns[c].cells[r];
          if (!is_fact(cell, meaning[t].at(r, c).role)) continue;
          const auto at = std::upper_bound(ends.begin(), ends.end(), cell.begin) - ends.begin();
          const auto index = static_cast<std::size_t>(at);
          const bool counted = index < begins.size() && begins[index] < cell.span().end;
          if (!counted) result.add(path + ": " + table.columns[c].key + ": " + std::string(document.at(cell.span())));
        }
      }
    }
  });
  EXPECT_EQ(result.broken, std::vector<std::string>{});
}

TEST_F(Laws, EveryNumberIsAccountedFor) {
  if (std::system("python3 --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "python3 is not there for the independent scan";
  const fs::path scratch = fs::path(testing::TempDir()) / ("chimera_laws." + std::to_string(::getpid()));
  fs::create_directories(scratch);
  std::ofstream list(scratch / "list");
  std::vector<std::pair<std::string, std::string>> ours;  // path, "count begins lengths"
  std::map<std::string, std::uint64_t> fates;
  for_each_document([&](const std::string& path, const std::string& bytes, const core::Document& document, const auto& meaning) {
    if (document.artifact.format == core::Format::binary) return;
    const sources::Account account = sources::account(document, meaning);
    std::uint64_t sum = account.facts + account.unread;
    for (const auto& [reason, count] : account.ignored) sum += count;
    EXPECT_EQ(sum, account.numbers) << path;
    std::uint64_t begins = 0;
    std::uint64_t lengths = 0;
    for (const sources::Accounted& one : sources::account_each(document, meaning)) {
      ++fates[one.fate];
      begins += one.span.begin;
      lengths += one.span.size();
    }
    std::string scanned = path;
    if (!is_as_in_file(document, bytes)) {
      scanned = (scratch / std::to_string(ours.size())).string();
      std::ofstream(scanned, std::ios::binary) << document.text;
    }
    const bool separate = sources::commas_of(document.artifact.format) == text::Commas::separate;
    list << (separate ? "separate " : "group ") << scanned << '\n';
    std::ostringstream line;
    line << account.numbers << ' ' << begins << ' ' << lengths;
    ours.emplace_back(path, line.str());
  });
  list.close();
  const std::string run = "python3 tools/scan_numbers.py --batch < " + (scratch / "list").string() + " > " + (scratch / "out").string();
  ASSERT_EQ(std::system(run.c_str()), 0);
  std::ifstream out(scratch / "out");
  std::string theirs;
  for (const auto& [path, counted] : ours) {
    ASSERT_TRUE(std::getline(out, theirs)) << path;
    EXPECT_EQ(counted, theirs) << path;
  }
  for (const auto& [fate, count] : fates) RecordProperty(fate, std::to_string(count));
  fs::remove_all(scratch);
}

}  // namespace
}  // namespace chimera
