#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""disk.py [BUILDDIR [WHAT...]]: a disk share of netsessd beside the same of smbd: the same
folder, the same client (disk_load.c), rounds in turn, the files in the page cache or, of what
is written, the last round's on the disk.  Each figure is how many times as fast as smbd we
are, and should be 1 or more.  Prints a Markdown table; exits 1 if a goal is missed.  WHAT:
parts of the rows' names, to run those alone."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
if len(sys.argv) > 1:
    os.environ["NETSESS_BUILD"] = sys.argv[1]
sys.path.insert(0, str(ROOT / "tests/interop"))

from lab import BUILD, Netsessd, Samba  # noqa: E402
from processes import cpu_seconds, memory_kib  # noqa: E402

ROUNDS = 5
GIB = 1 << 30
RANDOM_READS = 100000
FILES = 10000
ENTRIES = 100000
CLIENTS = 1000
WANTED = sys.argv[2:]

rows = []
missed = []


class Load:
    """disk_load at work; see there.  The server's CPU seconds are those of the work."""

    def __init__(self, server, protection, *work):
        self.server = server
        self.process = subprocess.Popen(
            [BUILD / "bench/disk_load", str(server.port), "disk", protection,
             *(str(w) for w in work)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.told("ready")
        self.cpu = cpu_seconds(server)
        self.tell()

    def tell(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def told(self, word):
        words = self.process.stdout.readline().split()
        assert words and words[0] == word, f"the load says {words}, not {word}"
        return words

    def took(self):
        """Seconds of the work, and of the server's CPU."""
        seconds = float(self.told("took")[1])
        cpu = cpu_seconds(self.server) - self.cpu
        self.process.stdin.close()
        assert self.process.wait() == 0
        return seconds, cpu


def put(name, ours, theirs, held):
    rows.append((name, ours, theirs, "yes" if held else "NO"))
    print(f"  {name}: {ours} ({theirs}) {'ok' if held else 'MISSED'}", file=sys.stderr)
    if not held:
        missed.append(name)


def is_wanted(name):
    return not WANTED or any(word in name for word in WANTED)


def compare(servers, name, protection, work, prepare, rate, rounds=ROUNDS):
    """Both in turn, each first in every other round; a first round does not count.  `rate`
    tells a speed of seconds."""
    if not is_wanted(name):
        return
    taken = ([], [])
    for i in range(rounds + 1):
        for k in (0, 1) if i % 2 else (1, 0):
            prepare()
            result = Load(servers[k], protection, *work).took()
            if i > 0:
                taken[k].append(result)
    ours, theirs = ([statistics.median(r[j] for r in t) for j in (0, 1)] for t in taken)
    ratio = theirs[0] / ours[0]
    put(name, f"{rate(ours[0])}, {ours[1]:.2f} s of CPU",
        f"{rate(theirs[0])}, {theirs[1]:.2f} s of CPU: {ratio:.2f}x", ratio >= 1)


def in_order(servers, folder):
    """Each gibibyte that is written goes to the disk before the next one."""
    big = folder / "read"
    with big.open("wb") as f:
        for _ in range(GIB >> 20):
            f.write(os.urandom(1 << 20))
    big.chmod(0o644)

    def cached():
        subprocess.run(["cat", str(big)], stdout=subprocess.DEVNULL, check=True)

    def fresh():
        (folder / "write").unlink(missing_ok=True)
        os.sync()

    def speed(seconds):
        return f"{1024 / seconds:.0f} MiB/s"

    for protection, word in (("plain", "neither signed nor sealed"), ("sign", "signed"),
                             ("seal", "sealed")):
        compare(servers, f"read 1 GiB, {word}", protection, ("read", "read", GIB), cached,
                speed)
        compare(servers, f"write 1 GiB, {word}", protection, ("write", "write", GIB), fresh,
                speed)
    compare(servers, "reads of 4 KiB anywhere, 32 under way", "sign",
            ("random", "read", GIB, RANDOM_READS), cached,
            lambda seconds: f"{RANDOM_READS / seconds:,.0f}/s")
    fresh()
    big.unlink()


def small_files(servers, folder):
    def speed(seconds):
        return f"{FILES / seconds:,.0f} files/s"

    for name in ("cycle", "fill"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)
    compare(servers, f"{FILES:,} times a file made, written, closed, deleted", "sign",
            ("cycle", "cycle", FILES), os.sync, speed)
    compare(servers, f"{FILES:,} files made, written, closed; then all deleted", "sign",
            ("fill", "fill", FILES), os.sync, speed, rounds=1)
    listed = folder / "list"
    listed.mkdir()
    listed.chmod(0o755)
    for i in range(ENTRIES if is_wanted("list") else 0):
        (listed / f"a file of the list {i:06}.txt").touch()
    compare(servers, f"list {ENTRIES:,} entries", "sign", ("list", "list", ENTRIES), os.sync,
            lambda seconds: f"{ENTRIES / seconds:,.0f}/s")


def at_work(server, folder, kind):
    load = Load(server, "sign", "many", CLIENTS)
    load.told("working")
    used = memory_kib(server, kind)
    load.tell()
    load.tell()
    load.told("rounds")
    load.took()
    for file in folder.glob("client*"):
        file.unlink()
    return used


def memory(servers, folder):
    name = f"memory with {CLIENTS:,} clients at work"
    if not is_wanted(name):
        return
    for kind, word in (("Pss", ""), ("Rss", ", shared pages counted again")):
        ours, theirs = (at_work(server, folder, kind) / 1024 for server in servers)
        put(name + word, f"{ours:.0f} MiB", f"{theirs:.0f} MiB: {theirs / ours:.1f}x",
            ours <= theirs)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="netsess-disk."))
    folder.chmod(0o777)
    try:
        with Netsessd(f"max_connections = {2 * CLIENTS}", 'signing = "optional"',
                      f'share "disk" {{ path = "{folder}" }}') as ours, \
                Samba("[disk]", f"path = {folder}", "read only = no") as smbd:
            in_order((ours, smbd), folder)
            small_files((ours, smbd), folder)
            memory((ours, smbd), folder)
    finally:
        shutil.rmtree(folder)
    print("| what | netsessd | smbd | goal met |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.exit(1 if missed else 0)


main()
