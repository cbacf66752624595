#include "serve/backend.h"

#include <nlohmann/json.hpp>

namespace chimera::serve {

Reply failure(int status, const std::string& message, const std::string& hint) {
  nlohmann::ordered_json body{{"error", message}};
  if (!hint.empty()) body["hint"] = hint;
  return {status, body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace chimera::serve
