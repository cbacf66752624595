#include "serve/server.h"

#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "report/embedded.h"
#include "serve/follow.h"
#include "serve/guard.h"

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

}  // namespace

Reply failure(int status, const std::string& message, const std::string& hint) {
  nlohmann::ordered_json body{{"error", message}};
  if (!hint.empty()) body["hint"] = hint;
  return {status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

struct Server::State {
  ServeOptions options;
  Backend& backend;
  httplib::Server http;
  Counters counters;
  std::atomic<bool> stopping{false};
  int port = 0;

  State(const ServeOptions& o, Backend& b) : options(o), backend(b) {}

  void set_up() {
    http.new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };
    http.set_keep_alive_max_count(kMostRequests);
    http.set_keep_alive_timeout(kTimeoutSeconds);
    http.set_read_timeout(kTimeoutSeconds);
    http.set_write_timeout(kTimeoutSeconds);
    http.set_payload_max_length(options.most_body);
    http.set_default_headers({{"Content-Security-Policy", std::string(kPolicy)},
                              {"X-Content-Type-Options", "nosniff"},
                              {"Referrer-Policy", "no-referrer"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"Cache-Control", "no-store"}});
    http.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) { return admit(request, response); });
    http.set_exception_handler([](const httplib::Request&, httplib::Response& response, auto) { send(response, failure(500, "the request could not be answered", "")); });
    http.set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) send(response, failure(response.status, response.status == 413 ? "the body is larger than this server takes" : "there is nothing here", ""));
    });
    http.set_logger([this](const httplib::Request& request, const httplib::Response& response) { counters.count(response.status, request.path); });
    http.Get("/", [](const httplib::Request&, httplib::Response& response) { response.set_content(std::string(kPage), "text/html; charset=utf-8"); });
    for (const std::string_view name : {"charts.js", "serve.js", "serve.css"})
      http.Get("/" + std::string(name), [name](const httplib::Request&, httplib::Response& response) {
        const std::string_view bytes = report::asset(name);
        response.set_content(bytes.data(), bytes.size(), name.substr(name.size() - 3) == "css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8");
      });
    http.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) { response.set_content(counters.text() + backend.metrics(), "text/plain; version=0.0.4"); });
    http.Get("/api/live", [this](const httplib::Request& request, httplib::Response& response) { live(request, response); });
    const auto ask = [this](const httplib::Request& request, httplib::Response& response) { this->ask(request, response); };
    http.Get("/api/.*", ask);
    http.Post("/api/.*", ask);
  }

  static void send(httplib::Response& response, const Reply& reply) {
    response.status = reply.status;
    response.set_content(reply.body, reply.type.c_str());
  }

  httplib::Server::HandlerResponse admit(const httplib::Request& request, httplib::Response& response) const {
    using Response = httplib::Server::HandlerResponse;
    // The token in the address becomes a cookie that no script reads, and leaves the address.
    if (!options.token.empty() && request.method == "GET" && request.path == "/" && request.has_param("token") && same_secret(request.get_param_value("token"), options.token)) {
      response.set_header("Set-Cookie", fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/", kCookie, options.token));
      response.set_redirect("/");
      return Response::Handled;
    }
    const Refusal refusal = judge({request.method, header(request, "Host"), header(request, "Origin"), header(request, "Authorization"), header(request, "Cookie"), header(request, "Sec-Fetch-Site")}, options.token);
    if (refusal.status == 0) return Response::Unhandled;
    send(response, failure(refusal.status, refusal.reason, ""));
    return Response::Handled;
  }

  void ask(const httplib::Request& request, httplib::Response& response) {
    Request asked{request.method == "HEAD" ? "GET" : request.method, request.path, {}, request.body};
    for (const auto& [name, value] : request.params) asked.fields.emplace(name, value);
    const auto reply = backend.answer(asked);
    send(response, reply ? *reply : failure(404, "the API has no such path", "schema/serve.openapi.json lists all of them"));
  }

  void live(const httplib::Request& request, httplib::Response& response) {
    const auto file = backend.log_file(request.get_param_value("log"));
    if (!file) return send(response, failure(404, "there is no such log", "/api/logs lists them"));
    if (counters.streams.fetch_add(1) >= options.most_streams) {
      counters.streams.fetch_sub(1);
      return send(response, failure(503, fmt::format("{} live streams are open, which is as many as this server has", options.most_streams), "close one"));
    }
    const std::string last = header(request, "Last-Event-ID");
    const std::uint64_t from = std::strtoull((last.empty() ? request.get_param_value("from") : last).c_str(), nullptr, 10);
    auto follower = std::make_shared<Follower>(*file, from);
    auto idle = std::make_shared<int>(0);
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, follower, idle](std::size_t, httplib::DataSink& sink) {
          std::string events;
          const Follower::State state = stopping ? Follower::State::gone : follower->next(events);
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
        [this](bool) { counters.streams.fetch_sub(1); });
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

base::Result<std::unique_ptr<Server>> Server::bind(const ServeOptions& options, Backend& backend) {
  if (!is_loopback(options.host) && options.token.empty())
    return base::fail(base::ErrorKind::usage, fmt::format("{} can be reached by others, so it is served only with a token", options.host), "add --token SECRET, or leave --host out");
  auto state = std::make_unique<State>(options, backend);
  state->set_up();
  if (options.port == 0) state->port = state->http.bind_to_any_port(options.host);
  else state->port = state->http.bind_to_port(options.host, options.port) ? options.port : -1;
  if (state->port <= 0) return base::fail(base::ErrorKind::input, fmt::format("cannot listen on {} port {}", options.host, options.port), "another program may use it: --port 0 takes a free one");
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

int Server::port() const { return state_->port; }

void Server::run(const std::stop_token& stop) {
  const std::stop_callback end(stop, [this] {
    state_->stopping = true;
    state_->http.stop();
  });
  if (!stop.stop_requested()) state_->http.listen_after_bind();
}

}  // namespace chimera::serve
