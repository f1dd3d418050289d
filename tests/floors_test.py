#!/usr/bin/env python3
"""Holds the house to its plan: includes point down, and only two files read the wall clock.

    floors_test.py [ROOT]      prints file:line and what is wrong; exit code 1 when something is

Looked for in src/ and notifiers/: an include that points up, or sideways to another folder of the
same floor; files that include each other in a circle; a read of the wall clock; a library outside
the folders that may see it. Looked for in all sources and scripts: files that are too long.
"""
import collections
import pathlib
import re
import sys

# The floors, bottom to top. A folder may include itself and folders with a lower number.
FLOORS = {
    "model": 0,
    "template": 1, "query": 1, "state": 1, "route": 1, "notify": 1,
    "rule": 2, "group": 2, "series": 2, "net": 2,
    "journal": 3, "scrape": 3, "notifiers": 3,
    "config": 4,
    "engine": 5, "check": 5, "explain": 5,
    "web": 6, "trial": 6,
    "demo": 7,
    "cli": 8,
    "main.cpp": 9,
}

# Who may ask what time it is; everybody else is told.
CLOCK_FILES = ("src/engine/loop.cpp", "src/web/server.cpp")

# Headers of libraries that only some folders may see.
LIBRARIES = (
    ("yaml-cpp", r"yaml-cpp/", ("config", "notifiers")),
    ("httplib", r"httplib\.h", ("web",)),
    ("SQLite", r"sqlite3\.h|SQLiteCpp/", ("journal",)),
    ("curl", r"curl/", ("net",)),
)

MAX_LINES = 500
MEASURED = ("src", "notifiers", "tests", "bench", "scripts")
MEASURED_SUFFIXES = (".cpp", ".h", ".py", ".sh", "")

CLOCK_READS = re.compile(
    r"\b(?:system|high_resolution|utc|tai|gps|file)_clock\s*::\s*now\b"
    r"|\bfile_time_type\s*::\s*clock\b"
    r"|\b(?:using\s+\w+\s*=|typedef)[^;]*\b(?:system|high_resolution)_clock\s*(?:;|\w+\s*;)"
    r"|(?<![\w.>])(?:std\s*::\s*|::\s*)?time\s*\(\s*(?:nullptr|NULL|0|&\s*\w+)\s*\)"
    r"|\bstd\s*::\s*time\s*\("
    r"|\b(?:gettimeofday|timespec_get|ftime)\s*\("
    r"|\bCLOCK_(?:REALTIME|TAI)\w*")
SQL_CLOCK_READS = re.compile(
    r"\bCURRENT_(?:TIMESTAMP|TIME|DATE)\b"
    r"|\b(?:datetime|date|time|strftime|julianday|unixepoch)\s*\([^()]*'now'", re.IGNORECASE)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)

COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\s\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def without(text, comments=True, strings=False):
    """`text` with comments (and strings) blanked out, its lines where they were."""
    def blank(match):
        is_comment = match.group().startswith(("//", "/*"))
        if not (comments if is_comment else strings):
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())
    return COMMENT_OR_TEXT.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class House:
    """The sources under `root`, read once."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.texts = {}
        for top in ("src", "notifiers"):
            for file in sorted((self.root / top).rglob("*")):
                if file.suffix in (".cpp", ".h"):
                    name = file.relative_to(self.root).as_posix()
                    self.texts[name] = file.read_text(encoding="utf-8")
        self.includes = {name: list(self.includes_of(name)) for name in self.texts}

    def includes_of(self, name):
        """(line, the file in this house it names or None, the text between the quotes)"""
        text = without(self.texts[name])
        for match in INCLUDE.finditer(text):
            quoted = match.group(1) or match.group(2)
            yield line_of(text, match.start()), self.find(name, quoted), quoted

    def find(self, includer, quoted):
        """Where the compiler would find it: beside the file, in src/, in the root."""
        for folder in (pathlib.PurePosixPath(includer).parent.as_posix(), "src", "."):
            parts = []
            for part in pathlib.PurePosixPath(folder, quoted).parts:
                if part == "..":
                    parts = parts[:-1]
                else:
                    parts.append(part)
            candidate = "/".join(parts)
            if candidate in self.texts:
                return candidate
        return None


def folder_of(name):
    """The folder a file belongs to, as FLOORS calls it."""
    parts = name.split("/")
    return parts[1] if parts[0] == "src" else parts[0]


def check_folders(house):
    for name in house.texts:
        if folder_of(name) not in FLOORS:
            yield f"{name}:1: {folder_of(name)} has no floor; give it one in tests/floors_test.py"


def check_directions(house):
    for name, includes in house.includes.items():
        here = folder_of(name)
        for line, target, _ in includes:
            there = folder_of(target) if target else here
            if here == there or not {here, there} <= FLOORS.keys() or FLOORS[there] < FLOORS[here]:
                continue
            way = "sideways" if FLOORS[there] == FLOORS[here] else "up"
            yield (f"{name}:{line}: points {way}: {here} (floor {FLOORS[here]}) includes {target} "
                   f"(floor {FLOORS[there]})")


def check_circles(house):
    """Files that reach themselves. Each circle is told once, at its first file by name."""
    told = set()
    for start in sorted(house.includes):
        way = shortest_way_back(house, start)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            line = next(line for line, target, _ in house.includes[start] if target == way[1])
            yield f"{start}:{line}: includes in a circle: {' -> '.join(way)}"


def shortest_way_back(house, start):
    came_from = {}
    queue = collections.deque([start])
    while queue:
        name = queue.popleft()
        for _, target, _ in house.includes[name]:
            if target == start:
                way = [start]
                while name != start:
                    way.insert(0, name)
                    name = came_from[name]
                return [start, *way]
            if target and target not in came_from:
                came_from[target] = name
                queue.append(target)
    return None


def check_clock(house):
    for name, text in house.texts.items():
        if name in CLOCK_FILES:
            continue
        code, code_and_strings = without(text, strings=True), without(text)
        for pattern, where in ((CLOCK_READS, code), (SQL_CLOCK_READS, code_and_strings)):
            for match in pattern.finditer(where):
                yield (f"{name}:{line_of(where, match.start())}: reads the wall clock: "
                       f"{' '.join(match.group().split())} (only {' and '.join(CLOCK_FILES)} may)")


def check_libraries(house):
    for name, includes in house.includes.items():
        for line, _, quoted in includes:
            for library, pattern, folders in LIBRARIES:
                if re.match(pattern, quoted) and folder_of(name) not in folders:
                    yield (f"{name}:{line}: includes {quoted}, but only {' and '.join(folders)}/ "
                           f"may see {library}")


def check_lengths(house):
    for top in MEASURED:
        for file in sorted((house.root / top).rglob("*")):
            if file.suffix not in MEASURED_SUFFIXES or not file.is_file():
                continue
            lines = file.read_bytes().count(b"\n")
            if lines > MAX_LINES:
                yield f"{file.relative_to(house.root).as_posix()}:{lines}: over {MAX_LINES} lines"


CHECKS = (check_folders, check_directions, check_circles, check_clock, check_libraries,
          check_lengths)


def violations(root):
    house = House(root)
    return [violation for check in CHECKS for violation in check(house)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[1]
    house = House(root)
    if not house.texts:
        sys.exit(f"there are no sources under {root}")
    found = violations(root)
    print("\n".join(found) if found else f"{len(house.texts)} files keep to their floors")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
