#!/usr/bin/env python3
"""The floors test sees what it should: each violation is planted in a small house, and found."""
import pathlib
import tempfile
import unittest

import floors_test

GOOD_HOUSE = {
    "src/model/time.h": "#pragma once\n#include <chrono>\n",
    "src/route/route.h": '#pragma once\n#include "model/time.h"\n',
    "src/group/group.cpp": '#include "route/route.h"\n',
    "src/config/yaml.cpp": "#include <yaml-cpp/yaml.h>\n",
    "src/journal/file.cpp": "#include <SQLiteCpp/SQLiteCpp.h>\n#include <sqlite3.h>\n",
    "src/net/client.cpp": "#include <curl/curl.h>\n",
    "src/web/server.cpp": "#include <httplib.h>\nauto now = std::chrono::system_clock::now();\n",
    "src/engine/loop.cpp": '#include "notifiers/slack.h"\nauto now() { return time(nullptr); }\n',
    "src/main.cpp": '#include "cli/cli.h"\n',
    "src/cli/cli.h": '#pragma once\n#include "web/server.h"\n',
    "src/web/server.h": "#pragma once\n",
    "notifiers/slack.h": '#pragma once\n#include "net/client.h"\n',
    "src/net/client.h": "#pragma once\n",
}


class FloorsSelftest(unittest.TestCase):
    def found(self, **planted):
        """What is found in the good house with these files planted; "__" in names stands for "/",
        a last "_" for "." """
        return self.found_in({self.path(name): text for name, text in planted.items()})

    @staticmethod
    def path(name):
        folders = name.split("__")
        folders[-1] = ".".join(folders[-1].rsplit("_", 1))
        return "/".join(folders)

    def found_in(self, planted):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**GOOD_HOUSE, **planted}.items():
                file = pathlib.Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return floors_test.violations(folder)

    def assert_only(self, found, *pieces):
        self.assertEqual(len(found), 1, found)
        for piece in pieces:
            self.assertIn(piece, found[0])

    def test_a_good_house_has_nothing_to_complain_about(self):
        self.assertEqual(self.found(), [])

    def test_an_include_that_points_up(self):
        found = self.found(src__model__labels_h='#pragma once\n\n#include "net/client.h"\n')
        self.assert_only(found, "src/model/labels.h:3:", "points up", "src/net/client.h (floor 2)")

    def test_an_include_that_points_up_through_a_relative_path(self):
        self.assert_only(self.found(src__model__labels_h='#include "../net/client.h"\n'),
                         "src/model/labels.h:1:", "points up")

    def test_an_include_in_angle_brackets_points_up_as_well(self):
        self.assert_only(self.found(src__model__labels_h="#include <net/client.h>\n"),
                         "src/model/labels.h:1:", "points up")

    def test_an_include_that_points_sideways(self):
        self.assert_only(self.found(src__state__step_h='#include "route/route.h"\n'),
                         "src/state/step.h:1:", "points sideways")

    def test_a_notifier_that_includes_the_engine(self):
        found = self.found(src__engine__book_h="", notifiers__mail_cpp='#include "engine/book.h"\n')
        self.assert_only(found, "notifiers/mail.cpp:1:", "points up")

    def test_files_that_include_each_other(self):
        found = self.found(src__rule__a_h='#include "rule/b.h"\n',
                           src__rule__b_h='\n#include "rule/c.h"\n',
                           src__rule__c_h='#include "a.h"\n')
        self.assert_only(found, "src/rule/a.h:1:",
                         "src/rule/a.h -> src/rule/b.h -> src/rule/c.h -> src/rule/a.h")

    def test_a_file_that_includes_itself(self):
        self.assert_only(self.found(src__rule__a_h='#include "rule/a.h"\n'), "src/rule/a.h:1:",
                         "circle")

    def test_two_circles_are_two_complaints(self):
        found = self.found(src__rule__a_h='#include "b.h"\n', src__rule__b_h='#include "a.h"\n',
                           src__net__a_h='#include "b.h"\n', src__net__b_h='#include "a.h"\n')
        self.assertEqual(len(found), 2, found)

    def test_a_folder_without_a_floor(self):
        self.assert_only(self.found(src__util__things_h=""), "src/util/things.h:1:", "no floor")

    def test_reads_of_the_wall_clock(self):
        for read in ("auto t = std::chrono::system_clock::now();",
                     "auto t = system_clock :: now ();",
                     "auto t = std::chrono::high_resolution_clock::now();",
                     "auto t = std::filesystem::file_time_type::clock::now();",
                     "using Clock = std::chrono::system_clock;",
                     "typedef std::chrono::system_clock Clock;",
                     "auto t = time(nullptr);",
                     "auto t = ::time(NULL);",
                     "auto t = time(0);",
                     "time_t t; time(&t);",
                     "auto t = std::time(&x.y);",
                     "gettimeofday(&tv, nullptr);",
                     "clock_gettime(CLOCK_REALTIME, &ts);",
                     "clock_gettime(CLOCK_REALTIME_COARSE, &ts);",
                     "std::timespec_get(&ts, TIME_UTC);",
                     'run("INSERT INTO t VALUES (CURRENT_TIMESTAMP)");',
                     """run("SELECT strftime('%s', 'now')");""",
                     """run(R"sql(SELECT datetime('now'))sql");"""):
            with self.subTest(read):
                found = self.found(src__state__step_cpp="int a;\n" + read + "\n")
                self.assert_only(found, "src/state/step.cpp:2:", "reads the wall clock")

    def test_what_only_looks_like_a_read_of_the_wall_clock(self):
        for text in ("// not system_clock::now()",
                     "/* time(nullptr)\n gettimeofday(a, b) */",
                     'log("system_clock::now() is forbidden");',
                     "using Timestamp = std::chrono::time_point<std::chrono::system_clock, Ms>;",
                     "auto t = std::chrono::steady_clock::now();",
                     "clock_gettime(CLOCK_MONOTONIC, &ts);",
                     "auto t = alert.time(0);",
                     "auto t = start_time(0);",
                     "int n = 1'000'000; // time(nullptr)",
                     'run("SELECT time, date FROM timeline");'):
            with self.subTest(text):
                self.assertEqual(self.found(src__state__step_cpp=text + "\n"), [])

    def test_libraries_outside_their_folders(self):
        for header, folder in (("yaml-cpp/yaml.h", "engine"), ("httplib.h", "cli"),
                               ("sqlite3.h", "engine"), ("SQLiteCpp/Database.h", "web"),
                               ("curl/curl.h", "config")):
            with self.subTest(header):
                found = self.found_in({f"src/{folder}/x.cpp": f"int a;\n#include <{header}>\n"})
                self.assert_only(found, f"src/{folder}/x.cpp:2:", header)

    def test_a_commented_include_is_none(self):
        self.assertEqual(self.found(src__model__labels_h='// #include "net/client.h"\n'), [])

    def test_a_file_that_is_too_long(self):
        for name in ("src/model/long.cpp", "tests/long.py", "scripts/long"):
            with self.subTest(name):
                found = self.found_in({name: "\n" * 501})
                self.assert_only(found, f"{name}:501:", "over 500 lines")
                self.assertEqual(self.found_in({name: "\n" * 500}), [])


if __name__ == "__main__":
    unittest.main()
