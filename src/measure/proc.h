// What the kernel tells in /proc and /sys, below a root that tests choose ("" is the real one).
//
// Fails: nothing here does; what cannot be read is absent. Threads: const members from several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chimera::measure {

class Proc {
 public:
  explicit Proc(std::string root = {}) : root_(std::move(root)) {}

  // The content of a small file, blanks and line ends cut off behind; at most 1 MiB of it.
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const;
  // Its content as one number.
  [[nodiscard]] std::optional<std::uint64_t> number(const std::string& path) const;
  // Names in a folder, sorted; empty where there is none.
  [[nodiscard]] std::vector<std::string> names(const std::string& path) const;
  [[nodiscard]] bool exists(const std::string& path) const;
  // Why text() had nothing to say, in the system's words: "Permission denied".
  [[nodiscard]] std::string reason(const std::string& path) const;

 private:
  std::string root_;
};

// The value behind "key:" or "key\t:" of a file such as /proc/meminfo; of the first such line, trimmed.
[[nodiscard]] std::optional<std::string_view> field(std::string_view text, std::string_view key);
// Digits at the beginning, after blanks: "16384 kB" is 16384.
[[nodiscard]] std::optional<std::uint64_t> leading_number(std::string_view text);
// The parts between blanks.
[[nodiscard]] std::vector<std::string_view> words(std::string_view text);
// "0-3,8" has five; absent where that is no list of processors.
[[nodiscard]] std::optional<unsigned> count_cpu_list(std::string_view text);

// Clock ticks and bytes of a process and those below it, as /proc/PID/stat gives them.
struct ProcessUse {
  std::uint64_t ticks = 0;       // of processor time, those of waited-for children included
  std::uint64_t rss_bytes = 0;   // resident memory, added up: pages that several share count for each
  std::size_t processes = 0;
};

// A process together with all its descendants.
class ProcessTree {
 public:
  enum class Root { counted, left_out };  // left out: its descendants alone, and what it has waited for
  ProcessTree(const Proc& proc, int root, Root counted) : proc_(proc), root_(root), counted_(counted) {}
  // Now. Processes that end meanwhile are passed over.
  [[nodiscard]] ProcessUse use();
  // Of the last use(), parents before their children; the root first where it is counted.
  [[nodiscard]] const std::vector<int>& pids() const { return pids_; }

 private:
  void find_children();
  void find_by_scan();

  const Proc& proc_;
  int root_;
  Root counted_;
  std::vector<int> pids_;
  std::optional<bool> has_children_files_;
};

}  // namespace chimera::measure
