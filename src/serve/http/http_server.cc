// The module that serve/server.cc loads: the only source that sees cpp-httplib.
#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string_view>
#include <thread>

#include "serve/follow.h"
#include "serve/guard.h"
#include "serve/module.h"

namespace chimera::serve {
namespace {

using namespace std::chrono_literals;

constexpr int kTimeoutSeconds = 5;       // of one read or write: a slow client loses its place
constexpr std::size_t kMostRequests = 1000;  // of one connection
constexpr auto kPoll = 200ms;
constexpr int kPollsPerBeat = 50;        // a comment every ten seconds, so that a client that is gone is noticed
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kPage =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Chimera</title>\n<link rel=\"stylesheet\" href=\"/serve.css\">\n</head>\n<body>\n"
    "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<nav id=\"views\" aria-label=\"Views\"></nav>\n<main id=\"content\" tabindex=\"-1\">"
    "<p>This page needs scripts; the same is to be had from <code>chimera query</code>, <code>verify</code> and <code>compare</code>.</p></main>\n"
    "<script src=\"/serve.js\" defer></script>\n<script src=\"/charts.js\" defer></script>\n</body>\n</html>\n";

std::string header(const httplib::Request& request, const char* name) { return request.get_header_value(name); }

// What was answered, by status and kind of path; and how many streams are open.
class Counters {
 public:
  void count(int status, const std::string& path) {
    const std::lock_guard lock(mutex_);
    ++answered_[{status, path.rfind("/api/", 0) == 0 ? "api" : path == "/metrics" ? "metrics" : "page"}];
  }
  std::string text() {
    std::string out = "# HELP chimera_http_requests_total Requests answered.\n# TYPE chimera_http_requests_total counter\n";
    const std::lock_guard lock(mutex_);
    for (const auto& [key, count] : answered_) out += fmt::format("chimera_http_requests_total{{code=\"{}\",kind=\"{}\"}} {}\n", key.first, key.second, count);
    out += fmt::format("# HELP chimera_live_streams Live streams that are open.\n# TYPE chimera_live_streams gauge\nchimera_live_streams {}\n", streams.load());
    return out;
  }
  std::atomic<unsigned> streams{0};

 private:
  std::mutex mutex_;
  std::map<std::pair<int, std::string>, std::uint64_t> answered_;
};

class HttpServer final : public Server {
 public:
  HttpServer(const ServeOptions& options, Backend& backend) : options_(options), backend_(backend) { set_up(); }

  base::Result<void> listen() {
    if (options_.port == 0) port_ = http_.bind_to_any_port(options_.host);
    else port_ = http_.bind_to_port(options_.host, options_.port) ? options_.port : -1;
    if (port_ > 0) return {};
    return base::fail(base::ErrorKind::input, fmt::format("cannot listen on {} port {}", options_.host, options_.port), "another program may use it: --port 0 takes a free one");
  }

  [[nodiscard]] int port() const override { return port_; }

  void run(const std::stop_token& stop) override {
    const std::stop_callback end(stop, [this] {
      stopping_ = true;
      http_.stop();
    });
    if (!stop.stop_requested()) http_.listen_after_bind();
  }

 private:
  void set_up() {
    http_.new_task_queue = [threads = options_.threads] { return new httplib::ThreadPool(threads); };
    http_.set_keep_alive_max_count(kMostRequests);
    http_.set_keep_alive_timeout(kTimeoutSeconds);
    http_.set_read_timeout(kTimeoutSeconds);
    http_.set_write_timeout(kTimeoutSeconds);
    http_.set_payload_max_length(options_.most_body);
    http_.set_default_headers({{"Content-Security-Policy", std::string(kPolicy)},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Cache-Control", "no-store"}});
    http_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) { return admit(request, response); });
    http_.set_exception_handler([](const httplib::Request&, httplib::Response& response, auto) { send(response, failure(500, "the request could not be answered", "")); });
    http_.set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) send(response, failure(response.status, response.status == 413 ? "the body is larger than this server takes" : "there is nothing here", ""));
    });
    http_.set_logger([this](const httplib::Request& request, const httplib::Response& response) { counters_.count(response.status, request.path); });
    http_.Get("/", [](const httplib::Request&, httplib::Response& response) { response.set_content(std::string(kPage), "text/html; charset=utf-8"); });
    for (const std::string_view name : {"charts.js", "serve.js", "serve.css"})
      http_.Get("/" + std::string(name), [this, name](const httplib::Request&, httplib::Response& response) {
        const std::string_view bytes = backend_.page_file(name);
        response.set_content(bytes.data(), bytes.size(), name.substr(name.size() - 3) == "css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");
      });
    http_.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) { response.set_content(counters_.text() + backend_.metrics(), "text/plain; version=0.0.4"); });
    http_.Get("/api/live", [this](const httplib::Request& request, httplib::Response& response) { live(request, response); });
    const auto ask = [this](const httplib::Request& request, httplib::Response& response) { this->ask(request, response); };
    http_.Get("/api/.*", ask);
    http_.Post("/api/.*", ask);
  }

  static void send(httplib::Response& response, const Reply& reply) {
    response.status = reply.status;
    response.set_content(reply.body, reply.type.c_str());
  }

  httplib::Server::HandlerResponse admit(const httplib::Request& request, httplib::Response& response) const {
    using Response = httplib::Server::HandlerResponse;
    // The token in the address becomes a cookie that no script reads, and leaves the address.
    if (!options_.token.empty() && request.method == "GET" && request.path == "/" && request.has_param("token") && same_secret(request.get_param_value("token"), options_.token)) {
      response.set_header("Set-Cookie", fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/", kCookie, options_.token));
      response.set_redirect("/");
      return Response::Handled;
    }
    const Refusal refusal = judge({request.method, header(request, "Host"), header(request, "Origin"), header(request, "Authorization"), header(request, "Cookie"), header(request, "Sec-Fetch-Site")}, options_.token);
    if (refusal.status == 0) return Response::Unhandled;
    send(response, failure(refusal.status, refusal.reason, ""));
    return Response::Handled;
  }

  void ask(const httplib::Request& request, httplib::Response& response) {
    Request asked{request.method == "HEAD" ? "GET" : request.method, request.path, {}, request.body};
    for (const auto& [name, value] : request.params) asked.fields.emplace(name, value);
    const auto reply = backend_.answer(asked);
    send(response, reply ? *reply : failure(404, "the API has no such path", "schema/serve.openapi.json lists all of them"));
  }

  void live(const httplib::Request& request, httplib::Response& response) {
    const auto file = backend_.log_file(request.get_param_value("log"));
    if (!file) return send(response, failure(404, "there is no such log", "/api/logs lists them"));
    if (counters_.streams.fetch_add(1) >= options_.most_streams) {
      counters_.streams.fetch_sub(1);
      return send(response, failure(503, fmt::format("{} live streams are open, which is as many as this server has", options_.most_streams), "close one"));
    }
    const std::string last = header(request, "Last-Event-ID");
    const std::uint64_t from = std::strtoull((last.empty() ? request.get_param_value("from") : last).c_str(), nullptr, 10);
    auto follower = std::make_shared<Follower>(*file, from);
    auto idle = std::make_shared<int>(0);
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, follower, idle](std::size_t, httplib::DataSink& sink) {
          std::string events;
          const Follower::State state = stopping_ ? Follower::State::gone : follower->next(events);
          if (state == Follower::State::gone) events += "event: gone\ndata: \n\n";
          if (events.empty() && ++*idle % kPollsPerBeat == 0) events = ": still here\n\n";
          if (!events.empty() && !sink.write(events.data(), events.size())) return false;
          if (state == Follower::State::gone) {
            sink.done();
            return true;
          }
          if (state == Follower::State::waiting) std::this_thread::sleep_for(kPoll);
          return sink.is_writable();
        },
        [this](bool) { counters_.streams.fetch_sub(1); });
  }

  ServeOptions options_;
  Backend& backend_;
  httplib::Server http_;
  Counters counters_;
  std::atomic<bool> stopping_{false};
  int port_ = 0;
};

}  // namespace
}  // namespace chimera::serve

void chimera_serve_bind(const chimera::serve::ServeOptions& options, chimera::serve::Backend& backend, chimera::base::Result<std::unique_ptr<chimera::serve::Server>>& out) {
  auto server = std::make_unique<chimera::serve::HttpServer>(options, backend);
  if (const auto listening = server->listen(); !listening) out = tl::unexpected(listening.error());
  else out = std::move(server);
}
