// Errors as values: the channel for "I could not do it".
//
// What was found wrong in the user's data travels as core::Diagnostic instead, and our own bugs go through CHECK
// (check.h). No exception crosses a room: code that calls a throwing library catches at its own boundary.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace chimera::base {

// Each kind is an exit code of the program (docs/interfaces.md).
enum class ErrorKind {
  usage = 2,         // the command line makes no sense
  input = 3,         // nothing readable, or inputs that do not fit together
  engine = 4,        // an engine could not be reached or refused
  undecided = 5,     // the data do not decide
  internal = 70,     // our bug
  interrupted = 130  // the user asked to stop
};

// What failed and where (`message`, found against expected), and what to do about it (`hint`, may be empty).
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::string hint;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return tl::make_unexpected(Error{kind, std::move(message), std::move(hint)});
}

}  // namespace chimera::base

#define CHIMERA_CONCAT_INNER(a, b) a##b
#define CHIMERA_CONCAT(a, b) CHIMERA_CONCAT_INNER(a, b)

// TRY(auto bytes, fs.read(path));  declares `bytes`, or returns the error of the expression from this function.
#define TRY(declaration, expression) CHIMERA_TRY_INNER(CHIMERA_CONCAT(try_result_, __LINE__), declaration, expression)
#define CHIMERA_TRY_INNER(temporary, declaration, expression)                             \
  auto temporary = (expression);                                                          \
  if (!temporary.has_value()) return tl::make_unexpected(std::move(temporary.error())); \
  declaration = std::move(*temporary)

// TRY_VOID(out.write(bytes));  returns the error of a Result<void>.
#define TRY_VOID(expression)                                                                  \
  do {                                                                                        \
    auto try_result = (expression);                                                           \
    if (!try_result.has_value()) return tl::make_unexpected(std::move(try_result.error())); \
  } while (false)
