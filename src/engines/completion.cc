#include "engines/completion.h"

namespace chimera::engines {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::system: return "system";
    case Role::user: return "user";
    case Role::assistant: return "assistant";
  }
  return "";
}

std::string_view to_string(Event event) {
  switch (event) {
    case Event::sent: return "sent";
    case Event::loaded: return "loaded";
    case Event::prefilled: return "prefilled";
  }
  return "";
}

std::string_view to_string(Finish finish) {
  switch (finish) {
    case Finish::stop: return "stop";
    case Finish::length: return "length";
    case Finish::other: return "other";
    case Finish::broken: return "broken";
  }
  return "";
}

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::unreachable: return "unreachable";
    case FailureKind::timed_out: return "timed_out";
    case FailureKind::cut: return "cut";
    case FailureKind::refused: return "refused";
    case FailureKind::no_such_model: return "no_such_model";
    case FailureKind::malformed: return "malformed";
    case FailureKind::redirected: return "redirected";
    case FailureKind::context_overflow: return "context_overflow";
    case FailureKind::out_of_memory: return "out_of_memory";
    case FailureKind::bad_model: return "bad_model";
    case FailureKind::unsupported: return "unsupported";
    case FailureKind::not_recorded: return "not_recorded";
    case FailureKind::transcript: return "transcript";
    case FailureKind::cancelled: return "cancelled";
  }
  return "";
}

}  // namespace chimera::engines
