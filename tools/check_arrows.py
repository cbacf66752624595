#!/usr/bin/env python3
"""Holds every #include under src/ against the arrows of src/CMakeLists.txt.

A room may include its own headers and those of the rooms in its DEPS. A third-party header may be included only in a
room whose LIBS name its library, or in the folder of a module that has it in its own, and only in .cc files; fmt and tl::expected are free; GoogleTest is for *_test.cc.
Prints one line for each include that breaks this. Exit 0 where there is none, else 1.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Header prefix -> the library, as LIBS names it, that a room must list.
LIBRARIES = {
    "CLI/": "CLI11::CLI11",
    "Eigen/": "Eigen3::Eigen",
    "boost/": "Boost::headers",
    "cmark-gfm": "cmark_gfm",
    "curl/": "curl_headers",
    "duckdb.h": "duckdb",
    "ggml": "llama_headers",
    "httplib.h": "httplib",
    "llama.h": "llama_headers",
    "nlohmann/": "nlohmann_json::nlohmann_json",
    "openssl/": "OpenSSL::Crypto",
    "simdjson.h": "simdjson::simdjson",
    "spdlog/": "spdlog::spdlog",
    "toml++/": "tomlplusplus::tomlplusplus",
    "zlib.h": "ZLIB::ZLIB",
}
# Libraries that even within their room belong in this one file.
ONLY_IN = {"spdlog::spdlog": "log.cc"}
FREE = ("fmt/", "tl/")
FOR_TESTS = ("gtest/", "gmock/")
SYSTEM = re.compile(
    r"[a-z_0-9]+"  # the C++ standard library
    r"|(arpa|linux|net|netinet|sys)/[a-z_0-9]+\.h"
    r"|(cxxabi|dirent|dlfcn|elf|execinfo|fcntl|getopt|glob|link|netdb|poll|pthread|pwd|sched|signal|spawn|termios|unistd)\.h"
    r"|emmintrin\.h"  # SSE2, behind its macro
)

ROOM = re.compile(r"^\s*chimera_room\(([^)]*)\)", re.MULTILINE)
MODULE = re.compile(r"^\s*chimera_module\(([^)]*)\)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")')


def read_rooms(text):
    """{room: (its DEPS, its LIBS)}, in the order written."""
    rooms = {}
    for arguments in ROOM.findall(re.sub(r"#.*", "", text)):
        name, *words = arguments.split()
        lists = {"DEPS": set(), "LIBS": set()}
        for word in words:
            if word in lists:
                current = lists[word]
            else:
                current.add(word)
        rooms[name] = (lists["DEPS"], lists["LIBS"])
    return rooms


def read_modules(text):
    """{"room/folder": its LIBS}."""
    modules = {}
    for arguments in MODULE.findall(re.sub(r"#.*", "", text)):
        room, folder, *words = arguments.split()
        modules[f"{room}/{folder}"] = set(words[words.index("LIBS") + 1 :]) if "LIBS" in words else set()
    return modules


def room_problems(rooms):
    """Arrows to rooms that are declared later or not at all: with these, arrows could run in a circle."""
    seen = set()
    for room, (deps, _) in rooms.items():
        for dep in sorted(deps - seen):
            yield f"src/CMakeLists.txt: {room} depends on {dep}, which is not declared above it"
        seen.add(room)


def judge(include, file, room, rooms, modules):
    """Why this file of this room may not include this, or None."""
    deps, libs = rooms[room]
    libs = libs | modules.get(file.rpartition("/")[0], set())
    name = include[1:-1]
    if include[0] == '"':
        other = name.split("/")[0] if "/" in name else None
        if other not in rooms:
            return 'is not "room/file.h"; third-party and system headers stand in <>'
        if other != room and other not in deps:
            return f"is an arrow from {room} to {other} that src/CMakeLists.txt does not list"
        return None
    if name.startswith(FREE):
        return None
    if name.startswith(FOR_TESTS):
        return None if file.endswith("_test.cc") else "is for *_test.cc only"
    library = next((library for prefix, library in LIBRARIES.items() if name.startswith(prefix)), None)
    if library is None:
        return None if SYSTEM.fullmatch(name) else "is a third-party header that tools/check_arrows.py does not know"
    if library not in libs:
        return f"needs {library}, which is not among the LIBS of {room}"
    if not file.endswith(".cc"):
        return "is a third-party header in a header; these stay in .cc files"
    if library in ONLY_IN and file != f"{room}/{ONLY_IN[library]}":
        return f"belongs in {room}/{ONLY_IN[library]} only"
    return None


def find_problems(root):
    """One sentence for each broken arrow, in the order of files and lines."""
    src = pathlib.Path(root) / "src"
    listed = (src / "CMakeLists.txt").read_text()
    rooms, modules = read_rooms(listed), read_modules(listed)
    yield from room_problems(rooms)
    for path in sorted(p for p in src.rglob("*") if p.suffix in (".cc", ".h", ".def")):
        file = path.relative_to(src).as_posix()
        room = file.split("/")[0]
        if room not in rooms:
            yield f"src/{file}: no chimera_room({room} ...) in src/CMakeLists.txt"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            problem = match and judge(match[1], file, room, rooms, modules)
            if problem:
                yield f"src/{file}:{number}: {match[1]} {problem}"


def main():
    problems = list(find_problems(ROOT))
    print("\n".join(problems) if problems else "every include follows the arrows")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
