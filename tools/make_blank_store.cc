// make_blank_store FILE VERSION: an empty store for the program, made by the build (cmake/BlankStore.cmake).
#include <fmt/format.h>

#include <cstdio>

#include "store/store.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: make_blank_store FILE VERSION\n");
    return 2;
  }
  const auto made = chimera::store::make_blank(argv[1], argv[2]);
  if (made) return 0;
  fmt::print(stderr, "make_blank_store: {}\n", made.error().message);
  return 1;
}
