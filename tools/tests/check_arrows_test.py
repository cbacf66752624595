"""check_arrows must fail on each kind of broken arrow."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_arrows  # noqa: E402

ROOMS = """# chimera_room(ghost DEPS low)
chimera_room(low LIBS spdlog::spdlog OpenSSL::Crypto)
chimera_room(middle DEPS low LIBS simdjson::simdjson)
chimera_room(high DEPS middle low
  LIBS CLI11::CLI11)
"""


class Arrows(unittest.TestCase):
    def problems(self, files, rooms=ROOMS):
        with tempfile.TemporaryDirectory() as root:
            for name, text in {"CMakeLists.txt": rooms, **files}.items():
                path = pathlib.Path(root) / "src" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return list(check_arrows.find_problems(root))

    def assert_one(self, files, words, rooms=ROOMS):
        found = self.problems(files, rooms)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_reads_rooms_over_several_lines_and_not_in_comments(self):
        rooms = check_arrows.read_rooms(ROOMS)
        self.assertEqual(list(rooms), ["low", "middle", "high"])
        self.assertEqual(rooms["high"], ({"middle", "low"}, {"CLI11::CLI11"}))

    def test_allowed_includes_pass(self):
        self.assertEqual([], self.problems({
            "low/log.cc": "#include <spdlog/spdlog.h>\n#include <sys/stat.h>\n#include \"low/log.h\"\n",
            "low/log.h": "#include <string_view>\n#include <fmt/format.h>\n#include <tl/expected.hpp>\n",
            "middle/read.cc": "#include \"low/log.h\"\n#include <simdjson.h>\n// #include \"high/x.h\"\n",
            "high/x_test.cc": "#include <gtest/gtest.h>\n#include \"middle/read.h\"\n",
        }))

    def test_an_arrow_upward_fails(self):
        self.assert_one({"low/a.cc": '\n#include "high/a.h"\n'}, 'src/low/a.cc:2: "high/a.h"')

    def test_an_arrow_upward_in_a_test_fails(self):
        self.assert_one({"low/a_test.cc": '#include "middle/a.h"\n'}, "arrow from low to middle")

    def test_an_arrow_that_no_line_lists_fails_though_an_indirect_one_exists(self):
        rooms = ROOMS.replace("DEPS middle low\n", "DEPS middle\n")
        self.assert_one({"high/a.cc": '#include "low/a.h"\n'}, "arrow from high to low", rooms)

    def test_a_library_outside_its_room_fails(self):
        self.assert_one({"high/a.cc": "#include <simdjson.h>\n"}, "not among the LIBS of high")

    def test_a_library_of_a_module_is_for_its_folder_alone(self):
        rooms = ROOMS + "chimera_module(high http SHARES a.cc LIBS httplib)\n"
        self.assertEqual([], self.problems({"high/http/server.cc": '#include <httplib.h>\n#include "middle/read.h"\n'}, rooms))
        self.assert_one({"high/a.cc": "#include <httplib.h>\n"}, "not among the LIBS of high", rooms)

    def test_a_third_party_header_in_a_header_fails(self):
        self.assert_one({"high/a.h": "#  include <CLI/CLI.hpp>\n"}, "stay in .cc files")

    def test_spdlog_outside_its_one_file_fails(self):
        self.assert_one({"low/other.cc": "#include <spdlog/spdlog.h>\n"}, "low/log.cc only")

    def test_an_unknown_library_fails(self):
        self.assert_one({"low/a.cc": "#include <rapidjson/document.h>\n"}, "does not know")

    def test_googletest_in_the_program_fails(self):
        self.assert_one({"low/a.cc": "#include <gtest/gtest.h>\n"}, "for *_test.cc only")

    def test_a_header_without_its_room_fails(self):
        self.assert_one({"low/a.cc": '#include "log.h"\n'}, 'is not "room/file.h"')

    def test_a_folder_without_a_room_fails(self):
        self.assert_one({"attic/a.cc": ""}, "no chimera_room(attic")

    def test_arrows_in_a_circle_fail(self):
        self.assert_one({}, "low depends on high", ROOMS.replace("chimera_room(low", "chimera_room(low DEPS high"))


if __name__ == "__main__":
    unittest.main()
