// Memory on pages of 2 MiB. The first touch of a page costs 1 to 25 us on a virtual machine whatever its size, and who reads a file of
// 15 MB whole touches 200 MB; where /sys/kernel/mm/transparent_hugepage/enabled is "madvise", which many distributions have, only memory
// that was asked for so is given as such pages.
#pragma once

namespace chimera::base {

// From now on the large anonymous mappings of the process, those of its allocator and of the libraries that bring their own, are such
// pages where the kernel has them; it rounds what is in memory up. For commands that read: what is measured by others shall use memory as
// they do. Does nothing in programs built with sanitizers. Not thread-safe against itself; mapping may go on meanwhile.
void use_huge_pages();

}  // namespace chimera::base
