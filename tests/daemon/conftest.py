# SPDX-License-Identifier: MIT
"""netsessd as a process: started in a folder of its own, looked at from outside."""

import contextlib
import os
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = TOP / "tests" / "lib" / "netsessd.sh"
DEADLINE = 20


def free_port():
    """Below the range from which the kernel takes the ports of clients."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_for(condition, seconds=DEADLINE, step=0.02):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)


class Daemon:
    """One server; settings are lines of the server section."""

    def __init__(self, folder, *settings):
        self.folder = folder
        self.port = free_port()
        subprocess.run([SCRIPT, "start", folder, str(self.port), *settings], check=True,
                       timeout=DEADLINE)
        self.pid = int((folder / "pid").read_text())

    @property
    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def alive(self):
        try:
            return pathlib.Path(f"/proc/{self.pid}/stat").read_text().split()[2] != "Z"
        except FileNotFoundError:
            return False

    def signal(self, number):
        os.kill(self.pid, number)

    def stop(self):
        subprocess.run([SCRIPT, "stop", self.folder], check=True, timeout=DEADLINE)

    def reload(self, check=True):
        return subprocess.run([SCRIPT, "reload", self.folder], check=check, timeout=DEADLINE,
                              capture_output=True)

    def counters(self):
        """By name, as of now."""
        before = self.log.count("counter: system_errors=")
        self.signal(signal.SIGUSR1)
        assert wait_for(lambda: self.log.count("counter: system_errors=") > before)
        rows = re.findall(r"counter: (\w+)=(\d+) ", self.log)
        return {name: int(value) for name, value in rows}

    def resident(self):
        """Bytes of memory; always 0 under the address sanitizer, which gives nothing back."""
        if b"__asan_init" in pathlib.Path(os.environ["NETSESSD"]).read_bytes():
            return 0
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def connect(self, source="127.0.0.1", timeout=DEADLINE):
        return socket.create_connection(("127.0.0.1", self.port), timeout, (source, 0))

    def sign_in(self, user="alice", password=None, host="127.0.0.1"):
        from impacket.smbconnection import SMBConnection
        c = SMBConnection("LABSRV", host, sess_port=self.port, timeout=DEADLINE)
        c.login(user, password if password is not None else "pass" + user)
        return c

    @staticmethod
    def hang_up(c):
        """Closes the socket under it: `del` would leave that to the collector."""
        c.getSMBServer().get_socket().close()

    def netsess(self, *args, user="smbadmin", **kwargs):
        """The command, signed in to this server; kwargs go to subprocess.run()."""
        return subprocess.run(
            [os.environ["NETSESS"], args[0], "-U", user, "--password-file", "-", *args[1:],
             f"127.0.0.1:{self.port}"],
            input=f"pass{user}\n", capture_output=True, text=True, timeout=DEADLINE, **kwargs)

    def del_sessions(self, client, user):
        """`netsess del`, as an administrator."""
        return subprocess.run(
            [os.environ["NETSESS"], "del", "-U", "smbadmin", "--password-file", "-",
             rf"\\127.0.0.1:{self.port}", client, user],
            input="passsmbadmin\n", capture_output=True, text=True, timeout=DEADLINE)

    def passwd(self, user, password=None, *args):
        subprocess.run(
            [os.environ["NETSESS"], "passwd", "-q", "--password-file", "-",
             self.folder / "accounts", user, *args],
            input=f"{password}\n", text=True, check=True, timeout=DEADLINE)

    def configure(self, old, new):
        path = self.folder / "netsessd.conf"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def start(tmp_path):
    """start(*settings) gives a server; at the end all are stopped, and all of them lived."""
    started = []

    def start(*settings):
        daemon = Daemon(tmp_path / f"d{len(started)}", *settings)
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        lived = daemon.alive() or " daemon: has ended" in daemon.log
        daemon.stop()
        assert lived, daemon.log[-3000:]
        assert " daemon: has ended" in daemon.log, daemon.log[-3000:]
        assert "Sanitizer" not in daemon.log, daemon.log[-8000:]


@pytest.fixture
def daemon(start):
    return start()


def frame(message):
    return struct.pack(">I", len(message)) + message


def header(command, message_id=0, session_id=0, tree_id=0):
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, 0, command, 1, 0, 0,
                       message_id, 0xfeff, tree_id, session_id, b"")


def negotiate(*dialects):
    """A NEGOTIATE, [MS-SMB2] 2.2.3, without contexts."""
    body = struct.pack("<HHHHI16sQ", 36, len(dialects), 1, 0, 0, b"netsess-test-gui", 0)
    return frame(header(0) + body + b"".join(struct.pack("<H", d) for d in dialects))


def receive_frame(s):
    """One message, or b"" when the server has closed."""
    data = b""
    while len(data) < 4 or len(data) < 4 + struct.unpack(">I", data[:4])[0]:
        try:
            more = s.recv(65536)
        except ConnectionResetError:
            more = b""
        if not more:
            return b""
        data += more
    return data[4:]


def is_closed(s):
    """The server has closed it, or reset it."""
    s.setblocking(False)
    try:
        return s.recv(65536, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        s.setblocking(True)
