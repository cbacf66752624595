#include "app/serve_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "app/compare.h"
#include "base/ascii.h"
#include "base/version.h"
#include "report/embedded.h"
#include "report/json_writer.h"
#include "store/query.h"

namespace chimera::app {
namespace {

using serve::Reply;
using serve::Request;
using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr std::uint64_t kPageRows = 200;        // of a list; more are asked for
constexpr std::uint64_t kMostPageRows = 5000;
constexpr std::size_t kMostCounts = 1000;       // filters whose count is remembered
constexpr std::uint64_t kConsoleRows = 2000;
constexpr std::size_t kConsoleBytes = std::size_t{8} << 20;
constexpr auto kConsoleTime = 10s;
constexpr std::uint64_t kAround = 200;          // bytes shown before and behind a number
constexpr std::size_t kLargestReport = std::size_t{32} << 20;  // bytes that are judged, one report after another

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string field(const Request& request, const char* name) {
  const auto found = request.fields.find(name);
  return found == request.fields.end() ? std::string() : found->second;
}

std::uint64_t number(const Request& request, const char* name, std::uint64_t otherwise, std::uint64_t most) {
  const std::string text = field(request, name);
  if (!base::all_digits(text) || text.size() > 18) return otherwise;
  return std::min<std::uint64_t>(std::stoull(text), most);
}

Reply failed(const base::Error& error) {
  const int status = error.kind == base::ErrorKind::internal ? 500 : error.kind == base::ErrorKind::usage ? 400 : 422;
  return serve::failure(status, error.message, error.hint);
}

// {"columns":[…],"rows":[[…]]} of a result whose columns are numbers or text.
std::string rows_json(store::Rows& rows, std::uint64_t most) {
  std::string out;
  report::JsonWriter json(out);
  json.open_object().key("columns").open_array();
  for (std::size_t c = 0; c < rows.columns(); ++c) json.text(rows.name(c));
  json.close_array().key("rows").open_array();
  for (std::uint64_t n = 0; n < most && rows.next(); ++n) {
    json.open_array();
    for (std::size_t c = 0; c < rows.columns(); ++c) {
      using Kind = store::Rows::Kind;
      if (rows.null(c)) json.null();
      else if (rows.kind(c) == Kind::integer) json.integer(rows.integer(c));
      else if (rows.kind(c) == Kind::real) json.number(rows.real(c));
      else if (rows.kind(c) == Kind::boolean) json.boolean(rows.boolean(c));
      else json.text(rows.text(c));
    }
    json.close_array();
  }
  json.close_array().close_object();
  return out;
}

// What a filter asks of the view `facts`, with its texts in order.
struct Where {
  std::string sql = " WHERE true";
  std::vector<std::string> texts;
};
Where where_of(const Request& request) {
  Where where;
  const auto add = [&](const char* name, const char* condition) {
    const std::string value = field(request, name);
    if (value.empty()) return;
    where.sql += std::string(" AND ") + condition;
    where.texts.push_back(value);
  };
  add("path", "contains(path, ?)");
  add("metric", "metric = ?");
  add("statistic", "statistic = ?");
  add("config", "contains(config, ?)");
  add("state", "state = ?");
  return where;
}

// Ends a question that takes too long. Joined when the question is answered.
class Watchdog {
 public:
  Watchdog(store::Connection& connection, std::chrono::milliseconds limit) : thread_([this, &connection, limit] {
    std::unique_lock lock(mutex_);
    if (!done_signal_.wait_for(lock, limit, [this] { return done_; })) {
      expired_ = true;
      connection.interrupt();
    }
  }) {}
  ~Watchdog() { finish(); }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  // Whether the limit was passed.
  bool finish() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    done_signal_.notify_all();
    if (thread_.joinable()) thread_.join();
    return expired_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_signal_;
  bool done_ = false;
  bool expired_ = false;
  std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<StoreBackend>> StoreBackend::open(std::vector<std::string> roots, const std::string& file) {
  TRY(store::Store pages, store::Store::open(file, {}));
  TRY(store::Store console, store::Store::open(file, {}));
  std::vector<std::string> places = roots;
  if (roots.size() == 1 && roots.front() == file) {
    places.clear();
    TRY(store::Rows rows, pages.connection().query("SELECT DISTINCT place FROM stored.roots ORDER BY place"));
    while (rows.next()) places.emplace_back(rows.text(0));
  }
  return std::unique_ptr<StoreBackend>(new StoreBackend(std::move(roots), std::move(pages), std::move(console), Logs(std::move(places))));
}

std::optional<Reply> StoreBackend::answer(const Request& request) {
  const bool get = request.method == "GET";
  if (request.path == "/api/overview" && get) return overview();
  if (request.path == "/api/files" && get) return files();
  if (request.path == "/api/facts" && get) return facts(request);
  if (request.path == "/api/trials" && get) return trials(request);
  if (request.path == "/api/source" && get) return source(request);
  if (request.path == "/api/query" && !get) return query(request);
  if (request.path == "/api/compare" && get) return compare(request);
  if (request.path == "/api/verify" && !get) return verify(request);
  if (request.path == "/api/logs" && get) {
    Json logs = Json::array();
    for (const LogEntry& log : logs_.list()) logs.push_back({{"name", log.name}, {"bytes", log.bytes}, {"written", log.written}});
    return Reply{200, dump({{"logs", logs}})};
  }
  if (request.path == "/api/stop" && !get) {
    const auto asked = logs_.stop(field(request, "log"));
    return asked ? Reply{200, dump({{"asked", *asked}})} : failed(asked.error());
  }
  return std::nullopt;
}

std::string_view StoreBackend::page_file(std::string_view name) const { return report::asset(name); }

std::string StoreBackend::metrics() {
  const std::lock_guard lock(pages_mutex_);
  std::string out;
  const auto gauge = [&](const char* name, const char* help, const char* sql) {
    auto rows = pages_.connection().query(sql);
    if (rows && rows->next()) out += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, rows->integer(0));
  };
  gauge("chimera_artifacts", "Files in the store.", "SELECT count(*) FROM artifacts WHERE state = 'current'");
  gauge("chimera_facts", "Numbers whose meaning is known.", "SELECT coalesce(sum(numbers), 0)::BIGINT FROM coverage WHERE fate = 'fact'");
  return out;
}

base::Result<std::int64_t> StoreBackend::count(const std::string& where, const std::vector<std::string>& texts) {
  std::string key = where;
  for (const std::string& text : texts) key += '\n' + text;
  if (const auto known = counts_.find(key); known != counts_.end()) return known->second;
  TRY(store::Rows rows, pages_.connection().query("SELECT count(*) FROM facts" + where, texts));
  if (counts_.size() >= kMostCounts) counts_.clear();
  return counts_[key] = rows.next() ? rows.integer(0) : 0;
}

Reply StoreBackend::overview() {
  const std::lock_guard lock(pages_mutex_);
  if (overview_) return *overview_;
  store::Connection& connection = pages_.connection();
  auto totals = connection.query("SELECT (SELECT count(*) FROM artifacts WHERE state = 'current'), (SELECT coalesce(sum(numbers), 0)::BIGINT FROM coverage WHERE fate = 'fact'), "
                                 "(SELECT count(*) FROM diagnostics WHERE severity <> 'note')");
  if (!totals) return failed(totals.error());
  if (!totals->next()) return serve::failure(500, "the store gave no totals", "");
  // By columns, not by cells: a column has one metric.
  auto metrics = connection.query("SELECT metric FROM stored.metrics ORDER BY metric");
  if (!metrics) return failed(metrics.error());
  Json names = Json::array();
  while (metrics->next()) names.push_back(std::string(metrics->text(0)));
  overview_ = Reply{200, dump({{"version", base::version()}, {"roots", roots_}, {"files", totals->integer(0)}, {"facts", totals->integer(1)}, {"problems", totals->integer(2)}, {"metrics", names}})};
  return *overview_;
}

Reply StoreBackend::files() {
  const std::lock_guard lock(pages_mutex_);
  if (files_) return *files_;
  auto rows = pages_.connection().query(
      "SELECT a.path, a.format, a.tool, a.size, coalesce((SELECT sum(numbers) FROM coverage c WHERE c.artifact = a.artifact AND c.fate = 'fact'), 0)::BIGINT AS facts, "
      "(SELECT count(*) FROM diagnostics d WHERE d.artifact = a.artifact AND d.severity <> 'note') AS problems FROM artifacts a WHERE a.state = 'current' ORDER BY a.path");
  if (!rows) return failed(rows.error());
  files_ = Reply{200, rows_json(*rows, kMostPageRows)};
  return *files_;
}

Reply StoreBackend::facts(const Request& request) {
  const Where where = where_of(request);
  const std::uint64_t limit = number(request, "limit", kPageRows, kMostPageRows);
  const std::uint64_t offset = number(request, "offset", 0, std::uint64_t{1} << 40);
  const std::lock_guard lock(pages_mutex_);
  const auto all = count(where.sql, where.texts);
  if (!all) return failed(all.error());
  // The identifier is computed of the rows that are shown, not of all.
  auto rows = pages_.connection().query(fmt::format("SELECT fact, path, line, key, metric, statistic, value, unit, config, state, \"begin\", \"end\", rule FROM "
                                                    "(SELECT * FROM facts{} LIMIT {} OFFSET {})", where.sql, limit, offset), where.texts);
  if (!rows) return failed(rows.error());
  std::string body = rows_json(*rows, limit);
  body.back() = ',';
  return {200, body + fmt::format("\"total\":{}}}", *all)};
}

// The rows of one file with what was measured in each: one trial a row.
Reply StoreBackend::trials(const Request& request) {
  const std::string path = field(request, "path");
  const std::lock_guard lock(pages_mutex_);
  auto rows = pages_.connection().query(fmt::format("SELECT \"table\", record, line, config, state, metric, statistic, value, unit FROM facts WHERE path = ? "
                                                    "ORDER BY \"table\", record, series LIMIT {}", kMostPageRows), {path});
  return rows ? Reply{200, rows_json(*rows, kMostPageRows)} : failed(rows.error());
}

std::string StoreBackend::on_disk(const std::string& path) {
  const std::lock_guard lock(pages_mutex_);
  auto rows = pages_.connection().query("SELECT place FROM artifacts WHERE state = 'current' AND path = ?", {path});
  if (rows && rows->next()) return std::string(rows->text(0));
  auto inside = pages_.connection().query("SELECT place, path FROM artifacts WHERE state = 'current' AND starts_with(path, ?) LIMIT 1", {path + "/"});
  if (path.empty() || !inside || !inside->next()) return {};
  const std::string place(inside->text(0));
  return place.substr(0, place.size() - (inside->text(1).size() - path.size()));
}

Reply StoreBackend::source(const Request& request) {
  const std::string path = field(request, "path");
  const std::uint64_t begin = number(request, "begin", 0, std::uint64_t{1} << 50);
  const std::uint64_t end = std::min(number(request, "end", begin, std::uint64_t{1} << 50), begin + 4096);
  const std::string place = on_disk(path);
  if (place.empty()) return serve::failure(404, "no such file was read", "");
  if (path.size() > 3 && path.substr(path.size() - 3) == ".gz") return serve::failure(422, "the file is compressed: its bytes are not shown", "chimera explain shows them");
  std::ifstream file(place, std::ios::binary);
  if (!file) return serve::failure(422, fmt::format("{} is no longer there", path), "");
  const std::uint64_t from = begin - std::min(begin, kAround);
  file.seekg(static_cast<std::streamoff>(from));
  std::string bytes(static_cast<std::size_t>(end - from + kAround), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  const auto cut = [&](std::uint64_t a, std::uint64_t b) { return a >= bytes.size() ? std::string() : bytes.substr(static_cast<std::size_t>(a), static_cast<std::size_t>(b - a)); };
  return {200, dump({{"before", cut(0, begin - from)}, {"marked", cut(begin - from, end - from)}, {"after", cut(end - from, bytes.size())}})};
}

Reply StoreBackend::query(const Request& request) {
  const std::lock_guard lock(console_mutex_);
  const auto started = std::chrono::steady_clock::now();
  Watchdog watchdog(console_.connection(), kConsoleTime);
  auto answer = store::Answer::ask(console_, request.body);
  if (!answer) {
    if (watchdog.finish()) return serve::failure(408, fmt::format("the question took longer than {} s and was ended", kConsoleTime.count()), "narrow it, or ask with chimera query");
    return failed(answer.error());
  }
  std::string body;
  report::JsonWriter json(body);
  json.open_object().key("columns").open_array();
  for (const auto& column : answer->columns()) json.open_object().text("name", column.name).key("numeric").boolean(column.numeric).close_object();
  json.close_array().key("rows").open_array();
  std::uint64_t rows = 0;
  bool more = false;
  while (answer->next()) {
    if ((more = rows == kConsoleRows || body.size() > kConsoleBytes)) break;
    ++rows;
    json.open_array();
    for (std::size_t c = 0; c < answer->columns().size(); ++c) answer->null(c) ? json.null() : json.text(answer->text(c));
    json.close_array();
  }
  json.close_array().key("more").boolean(more);
  json.number("seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count()).close_object();
  return {200, std::move(body)};
}

Reply StoreBackend::compare(const Request& request) {
  CompareCommand command;
  command.a = on_disk(field(request, "a"));
  command.b = on_disk(field(request, "b"));
  if (command.a.empty() || command.b.empty()) return serve::failure(404, "a and b are paths of files that were read, or folders that hold some", "");
  auto compared = compare_as_json(command);
  return compared ? Reply{200, std::move(*compared)} : failed(compared.error());
}

Reply StoreBackend::verify(const Request& request) {
  if (request.body.size() > kLargestReport)
    return serve::failure(413, fmt::format("a report of up to {} MiB is judged here", kLargestReport >> 20U), "chimera verify FILE --against DIR takes larger ones");
  const std::lock_guard lock(desk_mutex_);
  if (!desk_) {
    auto desk = AuditDesk::open(roots_);
    if (!desk) return failed(desk.error());
    desk_ = std::move(*desk);
  }
  auto judged = desk_->judge(request.body);
  return judged ? Reply{200, std::move(*judged)} : failed(judged.error());
}

}  // namespace chimera::app
