#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""server.py [BUILDDIR]: netsessd beside smbd: set-ups a second, memory a session, the time
of one NetSessionDel among few and many sessions, and of a cold list.  Prints a Markdown
table; exits 1 if a goal is missed."""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
if len(sys.argv) > 1:
    os.environ["NETSESS_BUILD"] = sys.argv[1]
sys.path.insert(0, str(ROOT / "tests/interop"))

from lab import BUILD, NETSESS, Netsessd, Samba, wait_until  # noqa: E402

IDLE = 15000
AMONG = (10, 1000, 10000)
# No limit but the process's own is to stand in the way of a crowd from one address.
ROOMY = ("max_connections = 19000", "max_sessions = 100000", "max_sessions_per_user = 100000",
         "max_sessions_per_client = 100000")

rows = []
missed = []


def goal(name, ours, theirs, held):
    rows.append((name, ours, theirs, "yes" if held else "NO"))
    print(f"  {name}: {ours} ({theirs}) {'ok' if held else 'MISSED'}", file=sys.stderr)
    if not held:
        missed.append(name)


class Crowd:
    def __init__(self, server, count, user):
        self.process = subprocess.Popen(
            [BUILD / "bench/crowd", str(server.port), str(count), user, "pass" + user],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word = self.process.stdout.readline().split()
        assert word and word[0] == "ready", "the crowd could not sign in"
        self.rate = count / max(float(word[1]), 1e-3)

    def leave(self):
        self.process.stdin.close()
        self.process.wait()


def process_ids(server):
    """The daemon and all its children."""
    if isinstance(server, Netsessd):
        return [int(pathlib.Path(server.dir, "pid").read_text())]
    out = subprocess.run(["pgrep", "-f", f"smbd .*{server.dir}/"], capture_output=True, text=True)
    return [int(pid) for pid in out.stdout.split()]


def proportional_kib(server):
    total = 0
    for pid in process_ids(server):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total


def set_ups(ours, smbd):
    rates = []
    for server, count in ((ours, 2000), (smbd, 100)):
        crowd = Crowd(server, count, "alice")
        rates.append(crowd.rate)
        crowd.leave()
    goal("session set-ups a second over NTLM", f"{rates[0]:.0f}",
         f"smbd {rates[1]:.0f}, {rates[0] / rates[1]:.0f}x", rates[0] >= 10 * rates[1])


def memory(ours, smbd):
    each = []
    for server, count in ((ours, IDLE), (smbd, 100)):
        before = proportional_kib(server)
        crowd = Crowd(server, count, "alice")
        each.append((proportional_kib(server) - before) / count)
        crowd.leave()
    goal(f"memory of an idle session, one a connection, {IDLE} of them", f"{each[0]:.1f} KiB",
         f"smbd {each[1]:.0f} KiB", each[0] <= 8)


def one_del(server):
    """Milliseconds in which bob's one session is ended, the median of several."""
    taken = []
    for _ in range(7):
        bob = Crowd(server, 1, "bob")
        begin = time.monotonic()
        subprocess.run([NETSESS, "del", server.server, "-", "bob", "-A", server.auth],
                       check=True, capture_output=True)
        taken.append(time.monotonic() - begin)
        bob.leave()
    return statistics.median(taken) * 1e3


def del_among(ours):
    times = []
    for count in AMONG:
        crowd = Crowd(ours, count, "alice")
        times.append(one_del(ours))
        crowd.leave()
    shown = ", ".join(f"{t:.1f} ms" for t in times)
    goal(f"one NetSessionDel, a whole process, among {', '.join(map(str, AMONG))}", shown, "",
         times[-1] <= 1.5 * times[0] + 1)


def del_many(ours):
    crowd = Crowd(ours, 8000, "alice")
    others = Crowd(ours, 8000, "carol")
    begin = time.monotonic()
    subprocess.run([NETSESS, "del", ours.server, "-", "alice", "-A", ours.auth], check=True,
                   capture_output=True)
    took = time.monotonic() - begin
    out = subprocess.run([NETSESS, "list", ours.server, "-A", ours.auth, "--csv", "--no-header",
                          "--level", "502"], capture_output=True, text=True, check=True).stdout
    left = [line for line in out.splitlines() if ",carol," in line]
    goal("8,000 sessions ended by one user-only Del, 8,000 others stay", f"{took * 1e3:.0f} ms",
         "", len(left) == 8000 and ",alice," not in out)
    crowd.leave()
    others.leave()


def cold_list(ours, smbd):
    taken = ([], [])
    for _ in range(15):
        for server, times in zip((ours, smbd), taken):
            begin = time.monotonic()
            subprocess.run([NETSESS, "list", server.server, "-A", server.auth], check=True,
                           capture_output=True)
            times.append(time.monotonic() - begin)
    mine, theirs = (statistics.median(t) for t in taken)
    goal("a cold netsess list, a whole process", f"{mine * 1e3:.1f} ms",
         f"smbd {theirs * 1e3:.1f} ms, {theirs / mine:.1f}x", theirs >= 3 * mine)


def main():
    with Netsessd(*ROOMY) as ours, Samba() as smbd:
        cold_list(ours, smbd)
        set_ups(ours, smbd)
        memory(ours, smbd)
        del_among(ours)
        del_many(ours)
        wait_until(lambda: ours.log().count("session-end") == ours.log().count("session-begin"),
                   "every session is gone")
    print("| what | netsessd | beside it | goal met |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.exit(1 if missed else 0)


main()
