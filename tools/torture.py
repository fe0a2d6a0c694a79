#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""torture.py [BUILDDIR]: writes docs/torture.md, what smbtorture finds on netsessd and on the
Samba of this computer, side by side.  Both run on loopback in a temporary folder that is gone
at the end."""

import contextlib
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ["NETSESS_BUILD"] = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build")
sys.path.insert(0, str(ROOT / "tests/interop"))

import torture  # noqa: E402

INTRODUCTION = """\
# smbtorture on netsessd and on {samba}

Written by `tools/torture.py`: what Samba's own test of SMB2 servers found on both, test by
test, in one run. Both have their defaults; netsessd lets nobody sign in again
(`anonymous = true`), as Samba does. A test that is skipped wants what the server does not have.
`make check` runs the same, and fails if a test of `tests/interop/torture-passing.txt` does, or
if netsessd passes less than 85 of 100 that {samba} passes.
"""


def write(out, results, labels):
    samba = labels[1]
    out.write(INTRODUCTION.format(samba=samba))
    theirs = [verdicts for verdicts in results.values() if verdicts[samba] == "pass"]
    both = sum(verdicts["netsessd"] == "pass" for verdicts in theirs)
    out.write(f"\n{samba} passes {len(theirs)} of {len(results)}; of those netsessd passes "
              f"{both} ({100 * both / len(theirs):.1f} %).\n")
    out.write(f"\n| suite | tests | netsessd | {samba} |\n|---|---|---|---|\n")
    for suite, count, passed in torture.table(results, labels):
        out.write(f"| {suite} | {count} | {passed[0]} | {passed[1]} |\n")
    out.write("\n## Where not both pass\n")
    out.write(f"\n| test | netsessd | {samba} |\n|---|---|---|\n")
    for (suite, name), verdicts in results.items():
        ours, other = (verdicts[label] for label in labels)
        if ours != "pass" or other != "pass":
            out.write(f"| {suite}: {name} | {ours} | {other} |\n")


def main():
    with contextlib.ExitStack() as stack:
        servers = [torture.start_netsessd(stack), torture.start_samba(stack)]
        labels = [server.label for server in servers]
        everything = {(suite, name, label) for suite in torture.FILE_SUITES
                      for name in torture.tests_of(suite) for label in labels}
        results, texts = torture.run_all(servers, torture.FILE_SUITES, everything)
    with open(ROOT / "docs/torture.md", "w") as out:
        write(out, results, labels)
    for (suite, name, label), text in texts.items():
        if label == "netsessd" and results[suite, name][labels[1]] == "pass":
            print(f"=== {suite}: {name}\n{text}")


if __name__ == "__main__":
    main()
