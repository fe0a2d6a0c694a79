# SPDX-License-Identifier: MIT
"""Start, refusal to start, reload, drain, end."""

import os
import signal
import socket
import subprocess
import time

import pytest
from conftest import DEADLINE, free_port, negotiate, receive_frame, wait_for

NETSESSD = os.environ["NETSESSD"]


def run(*args, **kwargs):
    return subprocess.run([NETSESSD, *args], capture_output=True, text=True, timeout=DEADLINE,
                          **kwargs)


def test_starts_and_ends(daemon):
    assert daemon.sign_in().getServerName() is not None
    assert (daemon.folder / "srvsvc").is_socket()
    daemon.stop()
    assert not (daemon.folder / "srvsvc").exists()
    assert "daemon: Terminated" in daemon.log and "daemon: has ended" in daemon.log


def test_words():
    assert run("--version").stdout.startswith("netsessd ")
    assert "--check" in run("--help").stdout
    assert run("--nonsense").returncode == 2
    assert run("argument").returncode == 2


@pytest.mark.parametrize("text, says", [
    ("server {\n port = 0\n}\n", "{}:2: port: 0 is not between"),
    ("server {\n prot = 1\n}\n", "{}:2: no such option 'prot'"),
    ("server {\n}\n", "{}:2: nobody could sign in"),
    ("server { accounts = \"/no/such\" }\n", "/no/such: No such file"),
])
def test_bad_configuration_is_refused(tmp_path, text, says):
    path = tmp_path / "conf"
    path.write_text(text)
    for args in (("-f", path), ("--check", "-f", path)):
        done = run(*args)
        assert done.returncode == 2
        assert says.format(path) in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert run("-f", tmp_path / "none").returncode == 2


def test_bad_accounts_are_refused(tmp_path):
    (tmp_path / "accounts").write_text("alice:209c6174da490caeb422f3fa5a7ae634\nbob\n")
    (tmp_path / "accounts").chmod(0o600)
    (tmp_path / "conf").write_text(f'server {{ accounts = "{tmp_path}/accounts" }}\n')
    done = run("--check", "-f", tmp_path / "conf")
    assert done.returncode == 2 and f"{tmp_path}/accounts:2: " in done.stderr
    (tmp_path / "accounts").write_text("alice:209c6174da490caeb422f3fa5a7ae634\n")
    assert run("--check", "-f", tmp_path / "conf").returncode == 0
    (tmp_path / "accounts").chmod(0o644)
    assert "chmod 600" in run("--check", "-f", tmp_path / "conf").stderr


def test_a_taken_port_is_said(daemon, tmp_path):
    path = tmp_path / "conf"
    path.write_text((daemon.folder / "netsessd.conf").read_text())
    done = run("-f", path)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1 port {daemon.port}: Address already in use" in done.stderr
    assert (daemon.folder / "srvsvc").is_socket()


def test_a_taken_local_socket_is_said(daemon, tmp_path):
    path = tmp_path / "conf"
    text = (daemon.folder / "netsessd.conf").read_text()
    path.write_text(text.replace(str(daemon.port), str(free_port())))
    done = run("-f", path)
    assert done.returncode == 1 and "srvsvc: address already in use" in done.stderr
    daemon.sign_in()


def test_a_stale_local_socket_is_replaced(start, tmp_path):
    daemon = start()
    daemon.signal(signal.SIGKILL)
    assert wait_for(lambda: not daemon.alive())
    assert (daemon.folder / "srvsvc").is_socket()
    (daemon.folder / "log").write_text(" daemon: has ended")
    conf = daemon.folder / "netsessd.conf"
    again = subprocess.Popen([NETSESSD, "-f", conf], stderr=subprocess.PIPE, text=True)
    for line in again.stderr:
        if "is ready" in line:
            break
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(daemon.folder / "srvsvc"))
    again.terminate()
    assert again.wait(DEADLINE) == 0


def test_reload_takes_new_accounts_and_ends_sessions_of_old_ones(daemon):
    from impacket.smbconnection import SessionError
    bob, alice = daemon.sign_in("bob"), daemon.sign_in("alice")
    daemon.passwd("dora", "passdora")
    with pytest.raises(SessionError):
        daemon.sign_in("dora")
    daemon.passwd("bob", None, "--delete")
    daemon.reload()
    daemon.sign_in("dora")
    with pytest.raises(SessionError):
        daemon.sign_in("bob")
    assert wait_for(lambda: "reason=account" in daemon.log)
    alice.connectTree("IPC$")
    with pytest.raises(Exception):
        bob.connectTree("IPC$")


def test_reload_takes_new_shares(daemon):
    alice = daemon.sign_in()
    tree = alice.connectTree("data")
    (daemon.folder / "more").mkdir()
    daemon.configure('share "data" {', f'share "more" {{ path = "{daemon.folder}/more" }}\n'
                                       'share "data" {')
    daemon.reload()
    alice.connectTree("more")
    alice.disconnectTree(tree)


def test_a_bad_reload_changes_nothing(daemon):
    alice = daemon.sign_in()
    daemon.configure("server {", "server {\nport = 0\n")
    assert daemon.reload(check=False).returncode != 0
    assert "netsessd.conf:2: port: 0 is not between" in daemon.log
    assert "nothing was changed" in daemon.log
    alice.connectTree("data")
    daemon.sign_in("bob")


def test_reload_says_what_waits(daemon):
    daemon.configure("server {", "server {\nthreads = 7\n")
    daemon.reload()
    assert "the new threads waits for a restart" in daemon.log


def test_many_reloads_leak_nothing(daemon):
    alice = daemon.sign_in()
    before = daemon.resident()
    for _ in range(200):
        daemon.signal(signal.SIGHUP)
        time.sleep(0.002)
    daemon.reload()
    alice.connectTree("data")
    assert daemon.resident() < before + (4 << 20)


def test_drain_says_farewell(daemon):
    alice = daemon.sign_in()
    silent = daemon.connect()
    wait_for(lambda: daemon.counters()["conns_now"] == 2)
    begun = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert wait_for(lambda: not daemon.alive())
    assert time.monotonic() - begun < 4
    assert "reason=shutdown" in daemon.log
    assert silent.recv(10) == b""
    with pytest.raises(Exception):
        alice.connectTree("IPC$")


def test_a_second_signal_ends_at_once(start):
    daemon = start("drain = 600")
    s = daemon.connect()
    s.sendall(negotiate(0x0202))
    assert receive_frame(s)[:4] == b"\xfeSMB"
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGTERM)
    assert wait_for(lambda: not daemon.alive(), 5)


def test_systemd_gives_sockets_and_gets_word(start, tmp_path):
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(tmp_path / "notify"))
    told.settimeout(DEADLINE)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    local = socket.socket(socket.AF_UNIX)
    local.bind(str(tmp_path / "local"))
    local.listen()
    (tmp_path / "accounts").write_text("alice:209c6174da490caeb422f3fa5a7ae634\n")
    (tmp_path / "accounts").chmod(0o600)
    (tmp_path / "conf").write_text(
        f'server {{ accounts = "{tmp_path}/accounts" listen = {{"192.0.2.1"}} }}\n')

    def as_systemd():
        os.dup2(listener.fileno(), 103)
        os.dup2(local.fileno(), 104)
        os.dup2(103, 3)
        os.dup2(104, 4)

    p = subprocess.Popen(
        ["/bin/sh", "-c", f"LISTEN_PID=$$ LISTEN_FDS=2 exec {NETSESSD} -f {tmp_path}/conf"],
        env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
        stderr=subprocess.PIPE, text=True, close_fds=False, preexec_fn=as_systemd)
    assert told.recv(100) == b"READY=1"
    with socket.create_connection(listener.getsockname(), DEADLINE) as s:
        s.sendall(negotiate(0x0210))
        assert receive_frame(s)[:4] == b"\xfeSMB"
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(tmp_path / "local"))
    p.send_signal(signal.SIGHUP)
    assert [told.recv(100), told.recv(100)] == [b"RELOADING=1", b"READY=1"]
    p.terminate()
    assert told.recv(100) == b"STOPPING=1"
    assert p.wait(DEADLINE) == 0
    p.stderr.close()
    assert (tmp_path / "local").is_socket()


def local_list(daemon, **kwargs):
    return subprocess.run(
        [os.environ["NETSESS"], "list", "--json"], text=True, timeout=DEADLINE,
        env={**os.environ, "NETSESS_SOCKET": str(daemon.folder / "srvsvc")},
        capture_output=True, **kwargs)


def test_the_local_socket_serves_whom_the_kernel_vouches_for(daemon):
    alice = daemon.sign_in()
    done = local_list(daemon)
    assert done.returncode == 0, done.stderr
    assert '"alice"' in done.stdout
    alice.connectTree("IPC$")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_the_local_socket_refuses_others(daemon):
    for folder in (daemon.folder, *daemon.folder.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    done = local_list(daemon, user=65534, group=65534, extra_groups=[])
    assert done.returncode == 3, done.stderr
    assert "alice" not in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_becomes_another_user(start, tmp_path):
    import pwd
    user = pwd.getpwuid(65534).pw_name
    daemon = start("accounts = \"\"", "anonymous = yes", f"user = {user}")
    status = open(f"/proc/{daemon.pid}/status").read()
    assert "Uid:\t65534\t65534\t65534\t65534" in status
    assert "NoNewPrivs:\t1" in status
