#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""longest-functions.py [TREE]: the ten longest functions and the longest files of src/.

Fails over the hard limits.  It relies on the layout clang-format gives: a function's
braces stand alone in the first column.  Tables (.def, *_table.c) may be of any length.
"""

import pathlib
import sys

FUNCTION_WARN, FUNCTION_MAX = 60, 100
FILE_WARN, FILE_MAX = 400, 500
SHOWN = 10


def functions(path, lines):
    """Yields (length, place, name); the length counts from the name to the last brace."""
    head, start = 0, None
    for number, line in enumerate(lines, 1):
        if start is None and line == "{":
            start = head
        elif start is not None and line == "}":
            name = lines[start - 1].split("(")[0].split()[-1].lstrip("*")
            yield number - start + 1, f"{path}:{start}", name
            start = None
        elif start is None and line[:1].isalpha():
            head = number


def is_table(path):
    return path.suffix == ".def" or path.stem.endswith("_table")


def report(what, rows, warn, limit):
    for length, *where in rows:
        if length > warn:
            word = "too long" if length > limit else "long"
            print(f"{word}: {what} of {length} lines: {' '.join(where)}")
    return any(row[0] > limit for row in rows)


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    tree = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    found, files = [], []
    for path in sorted((tree / "src").rglob("*.[ch]")):
        lines = path.read_text(encoding="utf-8").split("\n")
        place = path.relative_to(tree)
        found += functions(place, lines)
        if not is_table(path):
            files.append((len(lines) - 1, str(place)))
    found.sort(reverse=True)
    files.sort(reverse=True)
    for length, place, name in found[:SHOWN]:
        print(f"{length:5}  {name}  {place}")
    bad = report("function", found, FUNCTION_WARN, FUNCTION_MAX)
    bad |= report("file", files, FILE_WARN, FILE_MAX)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
