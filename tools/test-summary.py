#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test-summary.py TESTLOG.json: what a run of `meson test` came to.

Prints the whole output of each test that failed, then "N passed, N failed".  The cases of
a TAP test or of pytest count one by one; a test that says nothing of its cases counts as
one.  A test
that fails as a whole (a crash, a leak found at its end) counts at least one failed case.
"""

import json
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
TAP_LINE = re.compile(r"^(not )?ok\b(?!.*# *SKIP)", re.MULTILINE | re.IGNORECASE)
PYTEST_END = re.compile(r"^(?:=+ )?(.*) in [0-9.]+s\b.*$", re.MULTILINE)
PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|error)")


def count(test):
    text = test.get("stdout") or ""
    cases = [match.group(1) is None for match in TAP_LINE.finditer(text)]
    passed, failed = cases.count(True), cases.count(False)
    for end in PYTEST_END.findall(text)[-1:]:
        for number, word in PYTEST_COUNT.findall(end):
            passed += int(number) if word == "passed" else 0
            failed += int(number) if word != "passed" else 0
    if test["result"] in GOOD:
        return max(passed, 1), 0
    return passed, max(failed, 1)


def show(test):
    print(f"----- {test['name']}: {test['result']}, exit {test.get('returncode')}")
    for stream in ("stdout", "stderr"):
        if test.get(stream):
            print(test[stream].rstrip())


def main():
    passed = failed = skipped = 0
    try:
        with open(sys.argv[1], encoding="utf-8") as log:
            tests = [json.loads(line) for line in log]
    except OSError as error:
        print(f"----- meson test left no log: {error}")
        tests = []
    for test in tests:
        if test["result"] == "SKIP":
            skipped += 1
            print(f"skipped: {test['name']}")
            continue
        good, bad = count(test)
        passed += good
        failed += bad
        if bad:
            show(test)
    if not tests:
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed and not tests else 0


if __name__ == "__main__":
    sys.exit(main())
