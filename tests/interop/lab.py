# SPDX-License-Identifier: MIT
"""What the interop tests and the benches stand on: a private Samba, workstations that are
real smbclients, and a proxy that counts round trips.  Nothing here sleeps for luck: each
wait is for a condition, with a limit."""

import contextlib
import os
import pathlib
import random
import select
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("NETSESS_BUILD", ROOT / "build")).resolve()
NETSESS = str(BUILD / "netsess")
LIMIT = 20  # seconds until a condition that should come at once counts as never


def wait_until(condition, what, limit=LIMIT):
    """Returns the first true value of condition()."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never happened within {limit} s: {what}")


def free_port():
    """Below the range from which the kernel takes the ports of clients: between our look
    and the server's bind no connection of another test can land on it."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


class Samba:
    """A smbd of our own; see tests/lib/samba.sh for its accounts."""

    script = ROOT / "tests/lib/samba.sh"

    def __init__(self, *lines, env=None):
        self.folder = tempfile.mkdtemp(prefix="netsess-samba.")
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.server = rf"\\127.0.0.1:{self.port}"
        self.auth = self.write_auth("smbadmin", "passsmbadmin")
        self.dir = f"{self.folder}/server"
        subprocess.run(
            [self.script, "start", self.dir, str(self.port), *lines],
            check=True,
            env={**os.environ, **(env or {})},
        )

    def write_auth(self, user, password):
        path = pathlib.Path(self.folder) / f"{user}.auth"
        path.write_text(f"username = {user}\npassword = {password}\n")
        path.chmod(0o600)
        return str(path)

    def stop(self):
        subprocess.run([self.script, "stop", self.dir], check=False)
        subprocess.run(["rm", "-rf", self.folder], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Workstation:
    """An smbclient that signs in and stays, as a person's would."""

    def __init__(self, samba, user, *options, password=None, host="127.0.0.1", env=None):
        self.user = user
        self.text = ""
        self.process = subprocess.Popen(
            ["stdbuf", "-o0", "smbclient", f"//{host}/data", "-p", str(samba.port),
             "-U", f"{user}%{password or 'pass' + user}", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=False,
            env={**os.environ, **(env or {})})
        os.set_blocking(self.process.stdout.fileno(), False)
        self.ask("pwd", "Current directory")

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.process.stdout.fileno(), 65536):
                self.text += chunk.decode(errors="replace")
        return self.text

    def type(self, command):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(command.encode() + b"\n")
            self.process.stdin.flush()

    def ask(self, command, answer):
        """Types a command and waits for the answer to hold a text; returns what came."""
        self.read()
        seen = len(self.text)
        self.type(command)
        wait_until(lambda: answer in self.read()[seen:] or self.process.poll() is not None,
                   f"{self.user}: {answer!r} after {command!r}")
        assert answer in self.read()[seen:], self.text[seen:]
        return self.text[seen:]

    def works(self):
        """Whether its session still serves it."""
        seen = len(self.read())
        self.type("ls")
        wait_until(lambda: "blocks available" in self.read()[seen:]
                   or "NT_STATUS" in self.read()[seen:]
                   or self.process.poll() is not None, f"{self.user}: ls")
        return "blocks available" in self.read()[seen:]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()


class CountingProxy:
    """Forwards TCP connections to a port and counts round trips: the times the client spoke
    after the server, or first, and were answered.  A LOGOFF is counted apart, as a
    farewell: who only wants to know the answer need not wait for its own."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.round_trips = 0
        self.farewells = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(target=self._forward, args=(client, server),
                                 daemon=True).start()

    @staticmethod
    def _is_logoff(data):
        return data[4:8] == b"\xfeSMB" and data[16:18] == b"\x02\x00"

    def _forward(self, client, server):
        turn = None  # who spoke last
        open_turn = False  # the client has spoken and had no answer yet
        with client, server, contextlib.suppress(OSError):
            while True:
                for side in select.select([client, server], [], [])[0]:
                    data = side.recv(1 << 16)
                    if not data:
                        return
                    if side is client and self._is_logoff(data):
                        self.farewells += 1
                        server.sendall(data)
                        continue
                    if side is client:
                        open_turn = open_turn or turn is not client
                        server.sendall(data)
                    else:
                        self.round_trips += open_turn
                        open_turn = False
                        client.sendall(data)
                    turn = side

    def close(self):
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def netsess(*args, code=None, timeout=60, env=None, **more):
    """Runs the command line; with `code`, its exit status must be that."""
    done = subprocess.run([NETSESS, *args], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}, **more)
    if code is not None:
        assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
    return done


class Netsessd(Samba):
    """Our own server, with the accounts of the private Samba; see tests/lib/netsessd.sh."""

    script = ROOT / "tests/lib/netsessd.sh"

    def __init__(self, *lines, env=None):
        super().__init__(*lines, env={"NETSESS_BUILD": str(BUILD), **(env or {})})

    def log(self):
        return pathlib.Path(self.dir, "log").read_text()

    def local(self):
        """The environment in which this computer's server is this one."""
        return {"NETSESS_SOCKET": f"{self.dir}/srvsvc"}
