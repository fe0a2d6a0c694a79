# SPDX-License-Identifier: MIT
"""Servers that stop, stall or vanish in the middle of a call."""

import contextlib
import os
import pathlib
import signal
import socket
import threading
import time

import pytest
from lab import Samba, free_port, netsess


class CuttingProxy:
    """Forwards until the server has answered `answers` times, then closes or goes silent."""

    def __init__(self, port, answers, silent):
        self.target, self.answers, self.silent = port, answers, silent
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.done = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client):
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            for _ in range(self.answers):
                if not (data := client.recv(1 << 16)):
                    return
                server.sendall(data)
                client.sendall(server.recv(1 << 16))
            if self.silent:
                self.done.wait(30)

    def close(self):
        self.done.set()
        self.listener.close()


@pytest.mark.parametrize("answers", range(5))
def test_the_connection_is_lost_after_each_answer(samba, answers):
    proxy = CuttingProxy(samba.port, answers, silent=False)
    done = netsess("list", f"127.0.0.1:{proxy.port}", "-A", samba.auth, "--timeout", "10", code=4)
    assert "64" in done.stderr
    proxy.close()


@pytest.mark.parametrize("answers", range(5))
def test_the_server_falls_silent_after_each_answer(samba, answers):
    proxy = CuttingProxy(samba.port, answers, silent=True)
    begin = time.monotonic()
    done = netsess("list", f"127.0.0.1:{proxy.port}", "-A", samba.auth, "--timeout", "1", code=4)
    assert 0.9 < time.monotonic() - begin < 5
    assert "121" in done.stderr
    proxy.close()


def test_smbd_is_stopped_in_mid_call():
    with Samba() as server:
        pids = [int(p.read_text()) for p in pathlib.Path(server.dir, "pid").glob("smbd*.pid")]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            done = netsess("list", server.server, "-A", server.auth, "--timeout", "1", code=4)
            assert "121" in done.stderr
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


def test_nobody_listens():
    done = netsess("list", f"127.0.0.1:{free_port()}", "-U", "x", "--password-file", "/dev/null",
                   code=4)
    assert "53" in done.stderr


def test_the_name_is_not_known():
    done = netsess("list", "no-such-host.invalid", "-U", "x", "--password-file", "/dev/null",
                   "--timeout", "10", code=4)
    assert "53" in done.stderr


def test_a_server_that_is_no_smb_server():
    listener = socket.create_server(("127.0.0.1", 0))

    def greet():
        connection, _ = listener.accept()
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        connection.recv(1000)

    threading.Thread(target=greet, daemon=True).start()
    done = netsess("list", f"127.0.0.1:{listener.getsockname()[1]}", "-U", "x",
                   "--password-file", "/dev/null", "--timeout", "10", code=5)
    assert "58" in done.stderr
    listener.close()


def test_one_of_three_servers_is_down(samba):
    down = f"127.0.0.1:{free_port()}"
    done = netsess("list", samba.server, down, samba.server, "-A", samba.auth, code=5)
    assert down in done.stderr
    assert "smbadmin" in done.stdout


def test_the_password_is_nowhere_to_be_seen(samba):
    """Neither in what is printed nor in the environment and arguments of the process."""
    done = netsess("list", samba.server, "-A", samba.auth, "-v", "-v", code=0)
    assert "passsmbadmin" not in done.stdout + done.stderr
    refused = netsess("list", samba.server, "-U", "smbadmin%passsmbadmin", code=2)
    assert "passsmbadmin" not in refused.stdout + refused.stderr
