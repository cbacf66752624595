#include "store/duck_api.h"

#include <dlfcn.h>
#include <duckdb.h>
#include <fmt/format.h>

#include <mutex>

#include "base/check.h"

namespace chimera::store {

struct DuckApi {
#define CHIMERA_DUCKDB(name) decltype(&::name) name = nullptr;
#include "store/duck_api.def"
};

namespace {

DuckApi functions;
bool loaded = false;
std::mutex loading;

template <class Function>
bool look_up(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace

base::Result<void> load_duckdb() {
  const std::lock_guard lock(loading);
  if (loaded) return {};
  // Found by the run path of the program. Lazily: of the library's own 20,000 calls few are ever made.
  void* library = ::dlopen("libduckdb.so", RTLD_LAZY | RTLD_LOCAL);
  bool whole = library != nullptr;
#define CHIMERA_DUCKDB(name) whole = whole && look_up(library, #name, functions.name);
#include "store/duck_api.def"
  if (!whole) {
    const char* reason = ::dlerror();
    return base::fail(base::ErrorKind::input, fmt::format("the store's library cannot be loaded: {}", reason == nullptr ? "no reason given" : reason),
                      "libduckdb.so 1.4.4 belongs beside the program, in ../lib/chimera or among the system's libraries");
  }
  loaded = true;
  return {};
}

const DuckApi& api() {
  CHECK(loaded, "DuckDB is loaded before it is called");
  return functions;
}

}  // namespace chimera::store
