#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace chimera::base {

void for_each_index(std::size_t count, unsigned workers, const std::function<void(std::size_t)>& work) {
  const std::size_t threads = std::min<std::size_t>(workers, count);
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto take_items = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> others;
  others.reserve(threads - 1);
  for (std::size_t t = 1; t < threads; ++t) others.emplace_back(take_items);
  take_items();
}

void in_parallel(const std::function<void()>& here, const std::function<void()>& beside) {
  const std::jthread other(beside);
  here();
}

}  // namespace chimera::base
