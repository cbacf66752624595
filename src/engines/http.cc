#include "engines/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <ctime>

#include "engines/curl_api.h"
#include "engines/pacer.h"

namespace chimera::engines {

struct CurlApi {
#define CHIMERA_CURL(name) decltype(&::curl_##name) name = nullptr;
#include "engines/curl_api.def"
#undef CHIMERA_CURL
};

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kErrorBody = std::size_t{64} << 10;
constexpr std::size_t kShortBody = std::size_t{16} << 20;
constexpr std::chrono::milliseconds kGrace{20};  // for a connection to become free again after the protocol's end
constexpr int kMostRedirects = 3;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// RFC 9110, 10.2.3: seconds or a date.
std::optional<base::Nanoseconds> parse_retry_after(const CurlApi& curl, const std::string& value) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size()) {
    const std::time_t date = curl.getdate(value.c_str(), nullptr);
    if (date < 0) return std::nullopt;
    seconds = static_cast<std::int64_t>(date) - static_cast<std::int64_t>(std::time(nullptr));
  }
  return std::clamp<std::int64_t>(seconds, 0, 86'400) * 1'000'000'000;
}

bool is_loopback(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  const std::string_view host = origin.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
  return host.rfind("127.", 0) == 0 || host.rfind("localhost", 0) == 0 || host.rfind("[::1]", 0) == 0;
}

// One transfer's state, which the callbacks of libcurl fill.
struct Transfer {
  const CurlApi& curl;
  BodyReader& reader;
  HttpAnswer answer;
  std::string location;
  BodyReader::State state = BodyReader::State::nothing;
  SteadyClock::time_point alive = SteadyClock::now();
  bool any = false;  // something that counts as life has come
};

void take_header(Transfer& transfer, std::string_view line) {
  if (line.rfind("HTTP/", 0) == 0) {
    const std::size_t blank = line.find(' ');
    int status = 0;
    if (blank != std::string_view::npos) std::from_chars(line.data() + blank + 1, line.data() + line.size(), status);
    transfer.answer = HttpAnswer{};
    transfer.answer.status = status;
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower(line.substr(0, colon));
  const std::string value(trim(line.substr(colon + 1)));
  if (name == "content-type") transfer.answer.content_type = lower(value);
  if (name == "location") transfer.location = value;
  if (name == "retry-after") transfer.answer.retry_after = parse_retry_after(transfer.curl, value);
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  take_header(*static_cast<Transfer*>(user), trim({data, size * count}));
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::string_view bytes(data, size * count);
  if (transfer.answer.status != 200) {
    transfer.answer.error_body += bytes.substr(0, kErrorBody - std::min(kErrorBody, transfer.answer.error_body.size()));
    return bytes.size();
  }
  if (transfer.state == BodyReader::State::done) return bytes.size();
  transfer.state = transfer.reader.read(bytes);
  if (transfer.state == BodyReader::State::failed) return 0;  // ends the transfer
  if (transfer.state != BodyReader::State::nothing) {
    transfer.alive = SteadyClock::now();
    transfer.any = true;
  }
  return bytes.size();
}

Failure failed(FailureKind kind, std::string message, std::string hint = {}) {
  return {kind, std::nullopt, {kind == FailureKind::cancelled ? base::ErrorKind::interrupted : base::ErrorKind::engine, std::move(message), std::move(hint)}};
}

Failure from_curl(CURLcode code, const std::string& reason, const std::string& origin, bool answered) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return failed(FailureKind::timed_out, fmt::format("no connection to {}: {}", origin, reason));
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return failed(FailureKind::unreachable, fmt::format("nothing to talk to at {}: {}", origin, reason), "is the server running, and is the address right?");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {FailureKind::unreachable, std::nullopt, {base::ErrorKind::usage, fmt::format("not an address of a server: \"{}\"", origin), "it begins with http:// or https://"}};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return failed(FailureKind::malformed, fmt::format("{} does not speak HTTP: {}", origin, reason));
    default:
      return failed(answered ? FailureKind::cut : FailureKind::unreachable,
                    answered ? fmt::format("the answer of {} broke off: {}", origin, reason) : fmt::format("no answer from {}: {}", origin, reason));
  }
}

}  // namespace

struct HttpClient::Connection {
  explicit Connection(const CurlApi& api) : curl(api), easy(curl.easy_init()), multi(curl.multi_init()) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    curl.easy_cleanup(easy);
    curl.multi_cleanup(multi);
  }
  const CurlApi& curl;
  CURL* easy;
  CURLM* multi;
};

namespace {

// The steps of one transfer over one connection.
class Exchange {
 public:
  Exchange(const CurlApi& curl, CURL* easy, CURLM* multi, const HttpRequest& request, const std::string& url, BodyReader& reader, const Timeouts& timeouts, const std::stop_token& stop)
      : curl_(curl), easy_(easy), multi_(multi), origin_(origin_of(url)), timeouts_(timeouts), stop_(stop), transfer_{curl, reader, {}, {}} {
    for (const std::string& header : request.headers) headers_ = curl_.slist_append(headers_, header.c_str());
    curl_.easy_reset(easy_);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, detail_);
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &transfer_);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, &transfer_);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect / 1'000'000));
    if (is_loopback(origin_)) set(CURLOPT_PROXY, "");
    if (!request.body.empty()) {
      headers_ = curl_.slist_append(headers_, "Content-Type: application/json");
      headers_ = curl_.slist_append(headers_, "Expect:");  // a round trip that no server here needs
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set(CURLOPT_HTTPHEADER, headers_);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() { curl_.slist_free_all(headers_); }

  HttpAnswer run() {
    const std::stop_callback wake(stop_, [this] { curl_.multi_wakeup(multi_); });
    transfer_.alive = SteadyClock::now();
    curl_.multi_add_handle(multi_, easy_);
    while (!ended()) {
      const auto wait = std::min<std::chrono::nanoseconds>(time_left(), std::chrono::seconds(1));
      curl_.multi_poll(multi_, nullptr, 0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count()), nullptr);
    }
    curl_.multi_remove_handle(multi_, easy_);
    return std::move(transfer_.answer);
  }
  [[nodiscard]] const std::string& location() const { return transfer_.location; }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_.easy_setopt(easy_, option, value);
  }

  // Moves bytes; true where the exchange is over.
  bool ended() {
    int running = 0;
    curl_.multi_perform(multi_, &running);
    if (running == 0) return finish(), true;
    if (stop_.stop_requested()) return transfer_.answer.failure = failed(FailureKind::cancelled, "the call was cancelled"), true;
    if (time_left() > std::chrono::nanoseconds(0)) return false;
    if (transfer_.state != BodyReader::State::done)
      transfer_.answer.failure = failed(FailureKind::timed_out, fmt::format("{} sent no {} text for {} ms", origin_, transfer_.any ? "further" : "first", limit() / 1'000'000));
    return true;
  }

  [[nodiscard]] base::Nanoseconds limit() const { return transfer_.any ? timeouts_.between_tokens : timeouts_.first_token; }

  [[nodiscard]] std::chrono::nanoseconds time_left() const {
    const std::chrono::nanoseconds silent = SteadyClock::now() - transfer_.alive;
    if (transfer_.state == BodyReader::State::done) return kGrace - silent;
    return limit() == 0 ? std::chrono::hours(1) : std::chrono::nanoseconds(limit()) - silent;
  }

  void finish() {
    int left = 0;
    const CURLMsg* message = curl_.multi_info_read(multi_, &left);
    if (message == nullptr || message->data.result == CURLE_OK) return;
    if (transfer_.state == BodyReader::State::done || transfer_.state == BodyReader::State::failed) return;
    transfer_.answer.failure = from_curl(message->data.result, *detail_ != '\0' ? detail_ : curl_.easy_strerror(message->data.result), origin_, transfer_.answer.status != 0);
  }

  const CurlApi& curl_;
  CURL* easy_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::string origin_;
  const Timeouts& timeouts_;
  const std::stop_token& stop_;
  Transfer transfer_;
  char detail_[CURL_ERROR_SIZE] = {};
};

class WholeBody final : public BodyReader {
 public:
  State read(std::string_view bytes) override {
    if (body.size() + bytes.size() > kShortBody) return State::failed;
    body += bytes;
    return State::life;
  }
  std::string body;
};

}  // namespace

HttpClient::HttpClient() : curl_(load_curl()) {}
HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Connection> HttpClient::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>(**curl_);
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void HttpClient::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

HttpAnswer HttpClient::exchange(const HttpRequest& request, BodyReader& reader, const Timeouts& timeouts, const std::stop_token& stop) {
  HttpAnswer answer;
  if (!curl_) {
    answer.failure = {FailureKind::unreachable, std::nullopt, curl_.error()};
    return answer;
  }
  std::unique_ptr<Connection> connection = take();
  std::string url = request.url;
  for (int hops = 0;; ++hops) {
    Exchange exchange(**curl_, connection->easy, connection->multi, request, url, reader, timeouts, stop);
    answer = exchange.run();
    if (answer.failure || answer.status < 300 || answer.status > 399) break;
    const std::string& location = exchange.location();
    const std::string origin = origin_of(url);
    const std::string target = location.rfind('/', 0) == 0 && location.rfind("//", 0) != 0 ? origin + location : location;
    if (hops < kMostRedirects && origin_of(target) == origin && (answer.status == 307 || answer.status == 308)) {
      url = target;
      continue;
    }
    answer.failure = failed(FailureKind::redirected, fmt::format("{} answered {} and points to \"{}\", which is not followed", origin, answer.status, location), "give the address that it points to, if you trust it");
    answer.failure->status = answer.status;
    break;
  }
  give_back(std::move(connection));
  return answer;
}

base::Result<std::string> HttpClient::get(const HttpRequest& request) {
  constexpr base::Nanoseconds kLimit = 10'000'000'000;
  WholeBody body;
  const HttpAnswer answer = exchange(request, body, {kLimit / 2, kLimit, kLimit}, {});
  if (answer.failure) return tl::make_unexpected(answer.failure->error);
  if (answer.status != 200) return base::fail(base::ErrorKind::engine, fmt::format("{} answered {}", request.url, answer.status));
  return std::move(body.body);
}

bool wait_for(base::Nanoseconds duration, const std::stop_token& stop) {
  RealPacer pacer;
  return pacer.wait_until(pacer.now() + duration, stop);
}

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t end = url.find_first_of("/?#", scheme + 3);
  const std::string_view authority = url.substr(scheme + 3, end == std::string_view::npos ? end : end - scheme - 3);
  const std::size_t at = authority.rfind('@');  // names and passwords are no part of it, and stay out of messages
  return lower(url.substr(0, scheme)) + "://" + lower(at == std::string_view::npos ? authority : authority.substr(at + 1));
}

}  // namespace chimera::engines
