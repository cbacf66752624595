#include "engines/curl_api.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include <mutex>

namespace chimera::engines {

struct CurlApi {
#define CHIMERA_CURL(name) decltype(&::curl_##name) name = nullptr;
#include "engines/curl_api.def"
#undef CHIMERA_CURL
};

namespace {

// The name of its first stable interface, which it has kept since 2006; Debian's other build of it has another.
constexpr const char* kLibrary = "libcurl.so.4";

template <class Function>
bool look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

base::Result<const CurlApi*> load_curl() {
  static std::mutex mutex;
  static CurlApi functions;
  static bool started = false;
  const std::lock_guard lock(mutex);
  if (started) return &functions;
  void* library = ::dlopen(kLibrary, RTLD_LAZY | RTLD_LOCAL);
  bool whole = library != nullptr;
#define CHIMERA_CURL(name) whole = whole && look_up(library, "curl_" #name, functions.name);
#include "engines/curl_api.def"
#undef CHIMERA_CURL
  const char* const reason = whole ? nullptr : ::dlerror();
  if (whole && functions.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return started = true, &functions;
  return base::fail(base::ErrorKind::engine, fmt::format("the library that talks to servers cannot be used: {}", reason == nullptr ? "it does not start" : reason),
                    fmt::format("{} belongs among the system's libraries; Debian and Ubuntu have it in libcurl4", kLibrary));
}

}  // namespace chimera::engines
