#include "serve/guard.h"

#include <algorithm>
#include <array>

#include "base/one_of.h"

namespace chimera::serve {
namespace {

// Without the port; brackets of IPv6 dropped.
std::string_view name_of(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const std::size_t close = host.find(']');
    return close == std::string_view::npos ? std::string_view() : host.substr(1, close - 1);
  }
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view name) {
  const auto of = [&](std::string_view allowed) { return !name.empty() && name.find_first_not_of(allowed) == std::string_view::npos; };
  const bool four = of("0123456789.") && std::count(name.begin(), name.end(), '.') == 3;
  const bool six = of("0123456789abcdefABCDEF:.") && name.find(':') != std::string_view::npos;
  return four || six;
}

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(one.size() + 1, cookies.size()));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.substr(0, name.size()) == name && one.size() > name.size() && one[name.size()] == '=') return one.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "::1" || host == "localhost") return true;
  return is_address(host) && host.substr(0, 4) == "127.";
}

bool same_secret(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < b.size(); ++i) different |= static_cast<unsigned char>(b[i]) ^ static_cast<unsigned char>(i < a.size() ? a[i] : 0);
  return different == 0;
}

Refusal judge(const Asked& asked, std::string_view token) {
  constexpr std::array<std::string_view, 3> kMethods = {"GET", "HEAD", "POST"};
  if (!base::is_one_of(asked.method, kMethods)) return {405, "only GET, HEAD and POST are answered"};
  const std::string_view name = name_of(asked.host);
  if (name != "localhost" && !is_address(name)) return {403, "the Host of a request is localhost or an address, so that no other site's name can lead here"};
  if (!asked.origin.empty() && asked.origin != "http://" + asked.host) return {403, "pages of other origins get no answer"};
  if (asked.site == "cross-site" && asked.method == "POST") return {403, "pages of other sites get no answer"};
  if (token.empty()) return {};
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = asked.authorization;
  if (authorization.substr(0, kBearer.size()) == kBearer && same_secret(authorization.substr(kBearer.size()), token)) return {};
  if (same_secret(cookie_value(asked.cookie, kCookie), token)) return {};
  return {401, "this server wants its token: open the address with ?token=… once, or send it as Authorization: Bearer"};
}

}  // namespace chimera::serve
