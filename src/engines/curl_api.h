// libcurl's functions, found in the library when a server is first asked: it brings some thirty others, which every command would load at
// its start.
#pragma once

#include "base/result.h"

namespace chimera::engines {

// One member for each function of curl_api.def, named without "curl_"; defined where <curl/curl.h> is known.
struct CurlApi;

// Loads the library and starts it, once. An engine error, with what the loader says, where it is not there or lacks a function.
[[nodiscard]] base::Result<const CurlApi*> load_curl();

}  // namespace chimera::engines
