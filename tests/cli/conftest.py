# SPDX-License-Identifier: MIT
"""Runs the command, built over the test double of the library, as a process."""

import fcntl
import json
import os
import pty
import select
import subprocess
import termios
import time

import pytest

DEADLINE = 20  # seconds; nothing here takes one


def session(client, user, opens=1, age=3725, idle=61, flags=0):
    return {
        "cname": client,
        "username": user,
        "num_opens": opens,
        "time": age,
        "idle_time": idle,
        "user_flags": flags,
        "cltype_name": "",
    }


def server(*sessions, **more):
    return {
        "dialect": 0x311,
        "self_user": "admin",
        "self_client": "\\\\10.0.0.7",
        "sessions": list(sessions),
        **more,
    }


class Terminal:
    """The command with a terminal of its own for all that is not redirected."""

    def __init__(self, argv, env, stdout=None):
        self.master, slave = pty.openpty()
        self.seen = ""

        def own_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            argv, env=env, stdin=slave, stdout=stdout or slave, stderr=slave,
            preexec_fn=own_terminal, close_fds=True)
        os.close(slave)

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def read_until(self, text):
        end = time.monotonic() + DEADLINE
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], end - time.monotonic())
            assert ready, f"no {text!r} in {self.seen!r}"
            try:
                chunk = os.read(self.master, 4096)
            except OSError:
                chunk = b""
            assert chunk, f"ended without {text!r}: {self.seen!r}"
            self.seen += chunk.decode()
        return self.seen

    def wait_for(self, condition):
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end
            select.select([], [], [], 0.005)

    def type(self, text):
        os.write(self.master, text.encode())

    def finish(self):
        """The exit status, with the rest of the output in `seen`."""
        while True:
            ready, _, _ = select.select([self.master], [], [], DEADLINE)
            assert ready, self.seen
            try:
                chunk = os.read(self.master, 4096)
            except OSError:
                break
            if not chunk:
                break
            self.seen += chunk.decode()
        os.close(self.master)
        return self.process.wait(DEADLINE)


class Cli:
    def __init__(self, folder):
        self.folder = folder
        self.binary = os.environ["NETSESS_BIN"]
        self.log = folder / "log"
        self.env = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "NETSESS_FAKE": str(folder / "script"),
            "NETSESS_FAKE_LOG": str(self.log),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.servers({})

    def servers(self, servers):
        (self.folder / "script").write_text(json.dumps(servers))

    def run(self, *args, input="", **kwargs):
        kwargs.setdefault("stdout", subprocess.PIPE)
        done = subprocess.run(
            [self.binary, *args], env=self.env, input=input.encode(), timeout=DEADLINE,
            stderr=subprocess.PIPE, **kwargs)
        done.stdout = (done.stdout or b"").decode()
        done.stderr = done.stderr.decode()
        return done

    def json(self, *args, status=0):
        done = self.run(*args, "--json")
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    def terminal(self, *args, **kwargs):
        return Terminal([self.binary, *args], self.env, **kwargs)

    def asked(self):
        """The requests so far, oldest first."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def ops(self):
        return [request["op"] for request in self.asked()]


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)
