// Makes the items of a list ahead of whoever takes them in order, on threads of its own, and within limits of number and weight.
// What an item is does not depend on who makes it, so nor does what is taken.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"

namespace chimera::base {

template <typename T>
class Ahead {
 public:
  struct Limits {
    unsigned threads = 0;      // none: an item is made when it is asked for, by whoever asks
    std::size_t items = 1;     // made or being made and not let go yet, at most
    std::uint64_t weight = 0;  // likewise of their weights together; one alone may be heavier
  };

  // One weight an item. `make` is called once for each from any of the threads; it must not throw.
  Ahead(std::vector<std::uint64_t> weights, const Limits& limits, std::function<T(std::size_t)> make)
      : weights_(std::move(weights)), limits_(limits), make_(std::move(make)), slots_(std::min(limits.items, weights_.size())) {
    const auto threads = static_cast<unsigned>(std::min<std::size_t>(limits.threads, weights_.size()));
    trash_.resize(threads);
    for (unsigned maker = 0; maker < threads; ++maker) threads_.emplace_back([this, maker] { work(maker); });
  }
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // Waits for item `i`, which was not let go; those held meanwhile and it must be within the limits. One thread asks at a time.
  [[nodiscard]] T& at(std::size_t i) {
    std::unique_lock lock(mutex_);
    CHECK(i >= gone_ && i - gone_ < slots_.size(), "an item is asked for within the limits of what is held");
    awaited_ = i;
    while (!slot(i).ready) {
      if (!threads_.empty()) {
        made_.wait(lock);
        continue;
      }
      slot(i).item = make_(i);
      slot(i).ready = true;
    }
    return slot(i).item;
  }

  // Who needs several items waits for the last one first, and is woken once. There is nothing to wait for without threads.
  void await(std::size_t i) {
    if (!threads_.empty()) static_cast<void>(at(i));
  }

  // Items before `end` are not asked for again.
  void let_go(std::size_t end) {
    {
      const std::lock_guard lock(mutex_);
      for (; gone_ < end; ++gone_) {
        Slot& slot = this->slot(gone_);
        // Memory goes back to the thread that took it, which is what allocators are fast at.
        if (threads_.empty()) slot.item = {};
        else trash_[slot.maker].push_back(std::move(slot.item));
        slot.ready = false;
        held_ -= weights_[gone_];
      }
    }
    wake_.notify_all();
  }

 private:
  struct Slot {
    T item;
    unsigned maker = 0;
    bool ready = false;
  };

  [[nodiscard]] Slot& slot(std::size_t i) { return slots_[i % slots_.size()]; }
  [[nodiscard]] bool may_begin() const {
    return next_ < weights_.size() && next_ - gone_ < slots_.size() && (held_ == 0 || held_ + weights_[next_] <= limits_.weight);
  }

  void work(unsigned maker) {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [&] { return stop_ || !trash_[maker].empty() || may_begin(); });
      if (stop_) return;
      std::vector<T> trash = std::exchange(trash_[maker], {});
      const bool begins = may_begin();
      const std::size_t i = next_;
      if (begins) held_ += weights_[next_++];
      lock.unlock();
      trash.clear();
      if (begins) slot(i).item = make_(i);  // nobody else looks at it until it is ready
      lock.lock();
      if (!begins) continue;
      slot(i).maker = maker;
      slot(i).ready = true;
      if (i == awaited_) made_.notify_one();
    }
  }

  const std::vector<std::uint64_t> weights_;
  const Limits limits_;
  const std::function<T(std::size_t)> make_;
  std::mutex mutex_;
  std::condition_variable wake_;  // of the threads
  std::condition_variable made_;
  std::vector<Slot> slots_;           // item i in slot i modulo their number
  std::vector<std::vector<T>> trash_; // let go, by maker
  std::size_t next_ = 0;              // to be made
  std::size_t gone_ = 0;              // let go up to here
  std::size_t awaited_ = 0;           // asked for last
  std::uint64_t held_ = 0;            // weights from gone_ to next_
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace chimera::base
