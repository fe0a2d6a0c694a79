# SPDX-License-Identifier: MIT
"""What a server's processes use, be it one or a thousand."""

import os
import pathlib
import subprocess
import time

from lab import Netsessd


def process_ids(server):
    """The daemon and all its children."""
    if isinstance(server, Netsessd):
        return [int(pathlib.Path(server.dir, "pid").read_text())]
    out = subprocess.run(["pgrep", "-f", f"smbd .*{server.dir}/"], capture_output=True, text=True)
    return [int(pid) for pid in out.stdout.split()]


def settled(server):
    """The same, once none comes or goes any more: those of a crowd that left take a while."""
    before, now = None, process_ids(server)
    while now != before:
        time.sleep(0.5)
        before, now = now, process_ids(server)
    return now


def memory_kib(server, kind="Pss"):
    """Of all of them: the proportional set ("Pss"), or the resident one ("Rss")."""
    total = 0
    for pid in settled(server):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(kind + ":"):
                total += int(line.split()[1])
    return total


def cpu_seconds(server):
    """Of all threads of all of them, so far."""
    ticks = 0
    for pid in process_ids(server):
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
