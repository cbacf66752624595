// Work on a fixed list of items by a few threads: the only place where a report starts threads.
#pragma once

#include <cstddef>
#include <functional>

namespace chimera::base {

// Calls work(i) once for every i in [0, count), from up to `workers` threads at a time; returns when all are done.
// Runs in the calling thread where one worker is enough. work() must not throw and must write to its own slot only,
// so that the result does not depend on which thread took which item.
void for_each_index(std::size_t count, unsigned workers, const std::function<void(std::size_t)>& work);

// Runs both, the second in a thread of its own; returns when both are done. Neither may throw, nor write what the other reads.
void in_parallel(const std::function<void()>& here, const std::function<void()>& beside);

}  // namespace chimera::base
