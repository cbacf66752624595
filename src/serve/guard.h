// Who may ask: the rules that every request passes before anything else looks at it.
//
// A browser's page from elsewhere must neither read nor change anything here: its requests carry a foreign Origin, or, by
// rebinding a name to this machine (DNS rebinding), a foreign Host. So the Host is an address or localhost, never a name
// that somebody else's server could answer for; and an Origin, where there is one, is this server.
#pragma once

#include <string>
#include <string_view>

namespace chimera::serve {

struct Asked {
  std::string method;
  std::string host;           // header, empty where there is none
  std::string origin;         // likewise
  std::string authorization;  // likewise
  std::string cookie;         // likewise
  std::string site;           // Sec-Fetch-Site
};

struct Refusal {
  int status = 0;  // 0: let in
  std::string reason;
};

// `token`: empty where none is asked for.
[[nodiscard]] Refusal judge(const Asked& asked, std::string_view token);

// Of an address without port: "127.0.0.1" and the rest of 127/8, "::1", "localhost".
[[nodiscard]] bool is_loopback(std::string_view host);
// The same whatever the bytes: a guess takes as long wherever it goes wrong.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

inline constexpr std::string_view kCookie = "chimera_token";

}  // namespace chimera::serve
