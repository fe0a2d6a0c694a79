# SPDX-License-Identifier: MIT
"""Peers that mean no good, or fell silent: the others are served, and nothing is left."""

import os
import resource
import signal
import socket
import struct
import subprocess
import time

import pytest
from conftest import frame, header, is_closed, negotiate, receive_frame, wait_for

NOW = ("conns_now", "conns_unauthenticated_now", "sessions_now", "trees_now", "opens_now",
       "sessions_unauthenticated_now", "requests_now", "jobs_now")

NOT_READ = "is dropped: it does not read its answers"

# What malloc keeps for itself, and the log of a test.
SLACK = 8 << 20


def all_gone(daemon):
    """Every counter of what is there now says nothing is."""
    left = {}

    def look():
        left.clear()
        left.update({name: value for name, value in daemon.counters().items()
                     if name in NOW and value != 0})
        return not left

    wait_for(look, step=0.2)
    return left == {} or left


def test_counters_go_back_to_zero(daemon):
    connections = []
    for user in ("alice", "bob", "smbadmin") * 5:
        c = daemon.sign_in(user)
        tree = c.connectTree("IPC$")
        c.openFile(tree, "srvsvc")
        connections.append(c)
    counters = daemon.counters()
    assert counters["sessions_opened"] == 15
    assert {name: counters[name] for name in NOW if counters[name]} == {
        "conns_now": 15, "sessions_now": 15, "trees_now": 15, "opens_now": 15}
    for c in connections:
        daemon.hang_up(c)
    assert all_gone(daemon) is True


def test_kill_9_of_a_workstation(daemon):
    client = subprocess.Popen(
        ["smbclient", f"//127.0.0.1/data", "-p", str(daemon.port), "-U", "alice%passalice"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert wait_for(lambda: daemon.counters()["trees_now"] > 0)
    client.kill()
    client.wait()
    assert wait_for(lambda: "reason=connection-lost" in daemon.log, 5)
    assert all_gone(daemon) is True


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop a connection in silence")
def test_half_open_connection(start):
    TCP_REPAIR = 19
    daemon = start("keepalive = 1")
    c = daemon.sign_in()
    c.connectTree("data")
    time.sleep(0.5)  # nothing is under way any more, no acknowledgement either
    s = c.getSMBServer().get_socket()
    s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    s.close()  # without FIN or RST: as if the workstation had lost its power
    time.sleep(0.3)
    assert daemon.counters()["sessions_now"] == 1
    assert wait_for(lambda: daemon.counters()["sessions_now"] == 0, 10, 0.2)
    assert "reason=connection-lost" in daemon.log


def test_5000_unauthenticated_connections_from_one_address(daemon):
    alice = daemon.sign_in(host="127.0.0.1")
    before = daemon.resident()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8000, hard), hard))
    flood = []
    slowest = 0
    for i in range(5000):
        s = socket.socket()
        s.bind(("127.0.0.9", 0))
        s.connect(("127.0.0.1", daemon.port))
        flood.append(s)
        if i % 500 == 0:
            begun = time.monotonic()
            alice.disconnectTree(alice.connectTree("IPC$"))
            slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 1
    assert wait_for(lambda: sum(not is_closed(s) for s in flood) <= 64, step=0.2)
    counters = daemon.counters()
    assert counters["conns_refused"] == 5000 - 64
    assert counters["conns_unauthenticated_now"] == 64
    # Others sign in meanwhile, and he who is in works on.
    daemon.hang_up(daemon.sign_in("bob"))
    alice.connectTree("data")
    assert daemon.descriptors() < 120
    for s in flood:
        s.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert wait_for(lambda: daemon.counters()["conns_unauthenticated_now"] == 0, step=0.2)
    assert daemon.resident() < before + SLACK
    daemon.hang_up(alice)
    assert all_gone(daemon) is True


def test_memory_returns_after_a_crowd(start):
    daemon = start("max_unauthenticated = 100000")
    daemon.hang_up(daemon.sign_in())
    before = daemon.resident()
    crowd = [daemon.connect() for _ in range(900)]
    crowd += [daemon.connect(source="127.0.0.10") for _ in range(900)]
    for s in crowd:
        s.sendall(negotiate(0x0302))
    for s in crowd:
        assert receive_frame(s)
    assert daemon.counters()["conns_now"] == 1800
    assert daemon.resident() < before + 1800 * 4096
    for s in crowd:
        s.close()
    assert wait_for(lambda: daemon.resident() < before + (512 << 10), step=0.5)


def test_descriptors_run_out(start):
    daemon = start("max_unauthenticated = 100000")
    here = daemon.descriptors()
    subprocess.run(["prlimit", f"--pid={daemon.pid}", f"--nofile={here + 20}:{here + 20}"],
                   check=True)
    flood = [daemon.connect() for _ in range(100)]
    assert wait_for(lambda: sum(not is_closed(s) for s in flood) <= 20, step=0.1)
    assert "a peer cannot be taken: Too many open files" in daemon.log
    for s in flood:
        s.close()
    assert wait_for(lambda: daemon.descriptors() <= here + 1)
    daemon.sign_in().connectTree("data")


def test_nonsense_ends_one_connection_alone(daemon):
    alice = daemon.sign_in()
    for text in (b"GET / HTTP/1.0\r\n\r\n", b"\0" * 100, b"\xff" * 100,
                 struct.pack(">I", 0xffffff) + b"\xfeSMB",
                 frame(b"\xfeSMB" + b"\0" * 70), frame(b"\xfdSMB" + b"\0" * 70),
                 negotiate(0x0202) + negotiate(0x0202)):
        s = daemon.connect()
        s.sendall(text)
        s.settimeout(3)
        try:
            while s.recv(4096):
                pass
        except (socket.timeout, ConnectionResetError):
            pass
        s.close()
    alice.connectTree("data")
    daemon.hang_up(alice)
    assert all_gone(daemon) is True


class NeverReads:
    """Signs in, asks for a file again and again, and reads nothing of it."""

    def __init__(self, daemon):
        from impacket.smb3structs import SMB2_READ, SMB2Read
        (daemon.folder / "share" / "big").write_bytes(bytes(1 << 16))
        self.c = daemon.sign_in("carol")
        tree = self.c.connectTree("data")
        low = self.c.getSMBServer()
        file = low.create(tree, "big", 0x00120089, 7, 0, 1, 0)
        low.get_socket().settimeout(0.2)
        self.asked = 0
        try:
            for self.asked in range(400):
                packet = low.SMB_PACKET()
                packet["Command"] = SMB2_READ
                packet["TreeID"] = tree
                read = SMB2Read()
                read["Padding"] = 0x50
                read["FileID"] = file
                read["Length"] = 1 << 16
                packet["Data"] = read
                low.sendSMB(packet)
        except OSError:
            pass  # the server takes no more in: it waits for us


def test_silent_slow_and_deaf_peers_are_dropped(daemon):
    """45 s without a sign-in, a byte a second, answers unread: one wait for all three."""
    alice = daemon.sign_in()
    before = daemon.resident()
    silent = daemon.connect(source="127.0.0.11")
    half = daemon.connect(source="127.0.0.12")
    half.sendall(struct.pack(">I", 200) + b"\xfeSMB")
    slow = daemon.connect(source="127.0.0.13")
    slow_bytes = iter(negotiate(0x0202, 0x0210))
    negotiated = daemon.connect(source="127.0.0.14")
    negotiated.sendall(negotiate(0x0210))
    assert receive_frame(negotiated)
    deaf = NeverReads(daemon)
    time.sleep(1)
    assert deaf.asked > 50
    counters = daemon.counters()
    # What waits for it is bounded, and neither in its requests nor in its answers: 8 MiB, as
    # much again that was sent and not moved away yet, and what malloc keeps of the readers.
    assert counters["bytes_sent"] < 24 << 20
    assert daemon.resident() < before + (24 << 20)
    begun = time.monotonic()
    dropped = {}
    peers = {"silent": silent, "half": half, "slow": slow, "negotiated": negotiated}
    while time.monotonic() - begun < 80 and (
            len(dropped) < len(peers) or NOT_READ not in daemon.log):
        time.sleep(1)
        try:
            slow.send(bytes([next(slow_bytes, 0)]))
        except OSError:
            pass
        for name, s in peers.items():
            if name not in dropped and is_closed(s):
                dropped[name] = time.monotonic() - begun
        asked = time.monotonic()
        alice.disconnectTree(alice.connectTree("IPC$"))
        assert time.monotonic() - asked < 1
    assert set(dropped) == set(peers)
    assert all(40 < after < 60 for after in dropped.values()), dropped
    assert NOT_READ in daemon.log
    assert wait_for(lambda: daemon.resident() < before + SLACK, 15, 0.5)
    assert wait_for(lambda: daemon.counters()["conns_now"] == 1, step=0.2)
    daemon.hang_up(alice)
    assert all_gone(daemon) is True


def test_a_frame_in_single_bytes_is_a_frame(daemon):
    s = daemon.connect()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for b in negotiate(0x0210):
        s.sendall(bytes([b]))
    assert receive_frame(s)[:4] == b"\xfeSMB"


def test_a_deaf_peer_does_not_hold_up_the_end(start):
    daemon = start("drain = 1")
    assert NeverReads(daemon).asked > 50
    begun = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert wait_for(lambda: not daemon.alive(), 5)
    assert time.monotonic() - begun < 3


class Crowd:
    """Very many sessions that are all asked how they are; see tests/lib/crowd.c."""

    def __init__(self, daemon, sessions, connections, *users):
        self.process = subprocess.Popen(
            [os.environ["CROWD"], str(daemon.port), str(sessions), str(connections), *users],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.users = users
        assert self.process.stdout.readline().startswith("ready ")

    def count(self):
        self.process.stdin.write("count\n")
        self.process.stdin.flush()
        return [self.process.stdout.readline().strip() for _ in self.users]

    def leave(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


def test_10000_sessions_end_by_one_user_only_del_and_their_10000_neighbours_stay(daemon):
    """Fifty sessions on each connection, of both users in turn."""
    daemon.hang_up(daemon.sign_in())
    before = daemon.resident()
    crowd = Crowd(daemon, 20000, 400, "alice", "carol")
    assert crowd.count() == ["alice alive 10000 dead 0", "carol alive 10000 dead 0"]
    counters = daemon.counters()
    assert {name: counters[name] for name in NOW if counters[name]} == {
        "conns_now": 400, "sessions_now": 20000, "trees_now": 20000, "opens_now": 20000}
    done = daemon.del_sessions("-", "alice")
    assert done.returncode == 0, done.stderr
    assert crowd.count() == ["alice alive 0 dead 10000", "carol alive 10000 dead 0"]
    counters = daemon.counters()
    assert counters["sessions_ended"] == 10000
    assert wait_for(lambda: daemon.counters()["conns_now"] == 400)  # netsess's own is gone
    assert daemon.counters()["opens_now"] == 10000
    assert daemon.log.count("reason=administrator") == 10000
    crowd.leave()
    assert all_gone(daemon) is True
    # Of some 60 MiB: the keys of the last 1,024 stay for a minute, each in pages of its own.
    assert wait_for(lambda: daemon.resident() < before + 1024 * 8192 + SLACK, step=0.5)
