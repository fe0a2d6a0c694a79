#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""bench.py [BUILDDIR]: round trips, time and memory of netsess beside rpcclient and
impacket, on one private Samba, in one run.  Times are medians of runs taken in turn, and
what counts is the ratio.  Prints a Markdown table; exits 1 if a goal is missed."""

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

from lab import BUILD, NETSESS, CountingProxy, Samba  # noqa: E402

RUNS = 15
SERVERS = 200
PYTHON = "/usr/bin/python3"
IMPACKET = str(ROOT / "bench/impacket_calls.py")
ADMIN = "smbadmin%passsmbadmin"

rows = []
missed = []


def goal(name, value, unit, held, text):
    """One line of the table; `held` says whether the goal was met."""
    rows.append((name, f"{value}{unit}", text, "yes" if held else "NO"))
    print(f"  {name}: {value}{unit} ({text}) {'ok' if held else 'MISSED'}", file=sys.stderr)
    if not held:
        missed.append(name)


def run(command, env=None):
    """Wall seconds, CPU seconds and peak KiB of a whole process."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, **(env or {})})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def medians(*commands):
    """Each command in turn, RUNS times after a first that does not count."""
    taken = [[] for _ in commands]
    for i in range(RUNS + 1):
        for command, results in zip(commands, taken):
            result = run(command)
            if i > 0:
                results.append(result)
    return [[statistics.median(r[k] for r in results) for k in range(3)] for results in taken]


def del_commands(samba, port):
    return (
        [NETSESS, "del", rf"\\127.0.0.1:{port}", r"\\192.0.2.1", "nobody-here", "-A", samba.auth],
        ["rpcclient", "-p", str(port), "-U", ADMIN, "127.0.0.1", "-c",
         r"netsessdel \\192.0.2.1 nobody-here"],
        [PYTHON, IMPACKET, "del", str(port), "1"],
    )


def round_trips(samba):
    strict = {"NETSESS_STRICT": "1"}  # no second look at what Samba means by its 5
    counted = []
    for i in range(3):
        with CountingProxy(samba.port) as proxy:
            run(del_commands(samba, proxy.port)[i], strict)
            counted.append(proxy.round_trips)
    ours, rpcclient, impacket = counted
    goal("round trips of one cold NetSessionDel, NTLM", ours, "", ours == 5,
         f"rpcclient {rpcclient}, impacket {impacket}")
    with CountingProxy(samba.port) as proxy:
        env = {"NETSESS_AUTH_FILE": samba.auth}
        server = rf"\\127.0.0.1:{proxy.port}"
        run([BUILD / "bench/kept", server, "1"], env)
        two_calls = proxy.round_trips
    goal("round trips of a call on a kept connection", two_calls - 5, "", two_calls == 6,
         "the second of two calls")


def cold_call(samba):
    ours, rpcclient, impacket = medians(*del_commands(samba, samba.port))
    goal("one cold call, rpcclient / netsess, wall", round(rpcclient[0] / ours[0], 2), "x",
         ours[0] <= rpcclient[0], f"{ours[0] * 1e3:.1f} ms and {rpcclient[0] * 1e3:.1f} ms")
    goal("one cold call, impacket / netsess, wall", round(impacket[0] / ours[0], 1), "x",
         impacket[0] >= 5 * ours[0], f"impacket {impacket[0] * 1e3:.0f} ms")
    goal("CPU of our process for it", round(ours[1] * 1e3, 1), " ms", ours[1] < 0.010,
         f"rpcclient {rpcclient[1] * 1e3:.0f} ms, impacket {impacket[1] * 1e3:.0f} ms")


def calls_per_second(samba):
    env = {**os.environ, "NETSESS_AUTH_FILE": samba.auth}
    ours, theirs = [], []
    for _ in range(5):
        ours.append(float(subprocess.check_output(
            [BUILD / "bench/kept", samba.server, "2000"], env=env)))
        theirs.append(float(subprocess.check_output(
            [PYTHON, IMPACKET, "enum", str(samba.port), "100"])))
    ratio = statistics.median(ours) / statistics.median(theirs)
    goal("calls on a kept connection, netsess / impacket", round(ratio, 1), "x", ratio >= 20,
         f"{statistics.median(ours):.0f}/s and {statistics.median(theirs):.0f}/s")


def many_servers(samba):
    servers = [f"127.0.{i // 250 + 1}.{i % 250 + 1}" for i in range(SERVERS)]
    ours = [NETSESS, "list", *(f"{s}:{samba.port}" for s in servers), "-A", samba.auth, "-j",
            "16", "--json"]
    theirs = ["sh", "-c", "printf '%s\\n' \"$@\" | xargs -P 16 -I% rpcclient -p "
              f"{samba.port} -U {ADMIN} % -c netsessenum", "sh", *servers]
    listed = subprocess.run(ours, capture_output=True, check=True).stdout
    assert listed.count(b'"server"') >= SERVERS, "not all servers answered"
    mine, rpcclient = [], []
    for _ in range(3):
        mine.append(run(ours))
        rpcclient.append(run(theirs))
    wall = [statistics.median(r[0] for r in results) for results in (mine, rpcclient)]
    goal(f"{SERVERS} servers listed, xargs -P 16 rpcclient / netsess -j 16",
         round(wall[1] / wall[0], 2), "x", wall[0] <= wall[1],
         f"{wall[0]:.2f} s and {wall[1]:.2f} s")
    peak = max(r[2] for r in mine) / 1024
    goal("peak memory of our process for it", round(peak, 1), " MiB", peak < 30, "goal: 30 MiB")


def decode_rows():
    def decode(count):
        out = subprocess.check_output([BUILD / "bench/decode", str(count)]).split()
        return float(out[1]), int(out[2]), int(out[3])

    small = statistics.median(decode(10000)[0] for _ in range(9))
    large = statistics.median(decode(100000)[0] for _ in range(9))
    _, held, win32 = decode(100000)
    goal("decoding 100,000 rows against 10,000, time", round(large / small, 1), "x",
         large / small < 15, f"{large * 1e3:.0f} ms; linear is 10x")
    goal("memory for 100,000 rows of level 502 / Win32 buffer", round(held / win32, 2), "x",
         held <= 3 * win32, f"{held / 2**20:.1f} MiB and {win32 / 2**20:.1f} MiB")


def main():
    # All of 127/8 answers: one smbd stands for many servers.
    with Samba("bind interfaces only = no", "hosts allow = 127.") as samba:
        round_trips(samba)
        cold_call(samba)
        calls_per_second(samba)
        many_servers(samba)
    decode_rows()
    print("| what | netsess | beside it | goal met |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.exit(1 if missed else 0)


main()
