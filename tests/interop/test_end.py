# SPDX-License-Identifier: MIT
"""A session really ends, and the others go on."""

import json

import pytest
from lab import CountingProxy, netsess, wait_until


def test_end_takes_five_round_trips_and_ends_bob_alone(samba, workstation, users):
    alice, bob = workstation(samba, "alice"), workstation(samba, "bob")
    assert users(samba) == ["alice", "bob", "smbadmin"]
    with CountingProxy(samba.port) as proxy:
        done = netsess("end", rf"\\127.0.0.1:{proxy.port}", "--user", "bob", "--yes",
                       "-A", samba.auth, code=0)
    assert "bob" in done.stdout
    assert proxy.round_trips == 5
    assert proxy.connections == 1
    assert not bob.works()
    assert alice.works()
    wait_until(lambda: users(samba) == ["alice", "smbadmin"], "bob is no longer listed")


def test_end_verifies(samba, workstation):
    bob = workstation(samba, "bob")
    done = netsess("end", samba.server, "--user", "bob", "--yes", "--verify", "-A", samba.auth,
                   code=0)
    assert "gone" in done.stdout + done.stderr
    assert not bob.works()


def test_dry_run_ends_nothing(samba, workstation):
    bob = workstation(samba, "bob")
    done = netsess("end", samba.server, "--user", "bob", "--dry-run", "-A", samba.auth, code=0)
    assert "bob" in done.stdout
    assert bob.works()


def test_end_refuses_without_yes_and_without_a_terminal(samba, workstation):
    bob = workstation(samba, "bob")
    netsess("end", samba.server, "--user", "bob", "-A", samba.auth, code=2)
    assert bob.works()


def test_end_spares_our_own_session(samba, workstation):
    """Every session here comes from 127.0.0.1, ours among them."""
    bob = workstation(samba, "bob")
    done = netsess("end", samba.server, "--client", r"\\127.0.0.1", "--yes", "-A", samba.auth)
    assert done.returncode in (0, 2, 5), (done.stdout, done.stderr)
    if done.returncode == 0:  # ended by (client, user) pairs that are not ours
        assert not bob.works()
    else:
        assert "--include-self" in done.stderr
        assert bob.works()


def test_nothing_matches(samba, workstation):
    bob = workstation(samba, "bob")
    netsess("end", samba.server, "--user", "nobody", "--yes", "-A", samba.auth, code=1)
    done = netsess("del", samba.server, r"\\192.0.2.1", "bob", "-A", samba.auth, code=1)
    assert "2312" in done.stderr
    assert bob.works()


def test_del_in_the_documented_form(samba, workstation):
    bob = workstation(samba, "bob")
    done = netsess("del", samba.server, r"\\127.0.0.1", "bob", "-A", samba.auth, code=0)
    assert "The specified session(s) has been successfully deleted" in done.stderr
    assert not bob.works()


@pytest.mark.parametrize("client, user, code, exit_code", [
    ("-", "-", 87, 2),
    ("", "", 87, 2),
    ("127.0.0.1", "bob", 2312, 1),
    ("-", "x" * 1024, 87, 2),
])
def test_del_gives_the_documented_codes(samba, workstation, client, user, code, exit_code):
    bob = workstation(samba, "bob")
    done = netsess("del", samba.server, client, user, "-A", samba.auth, code=exit_code)
    assert f"A system error has occurred: {code}" in done.stderr
    assert bob.works()


def test_a_caller_who_is_no_administrator(samba, workstation):
    bob = workstation(samba, "bob")
    carol = samba.write_auth("carol", "passcarol")
    netsess("list", samba.server, "-A", carol, code=3)
    netsess("end", samba.server, "--user", "bob", "--yes", "-A", carol, code=3)
    assert bob.works()


def test_show_one_session(samba, workstation):
    workstation(samba, "bob")
    out = netsess("show", samba.server, r"\\127.0.0.1", "bob", "-A", samba.auth, "--json",
                  code=0).stdout
    row = json.loads(out)[0]["rows"][0]
    assert row["user"] == "bob"
    assert row["client"] == r"\\127.0.0.1"


@pytest.mark.parametrize("command, key", [
    (["shares"], "name"), (["files"], "path"), (["connections"], "user")])
def test_the_neighbours_answer(samba, workstation, command, key):
    bob = workstation(samba, "bob")
    bob.ask("put /etc/hostname kept.txt", "kb/s")
    out = netsess(command[0], samba.server, *command[1:], "-A", samba.auth, "--json").stdout
    answer = json.loads(out)[0]
    assert answer["code"] in (0, 50, 124), answer
    if command == ["shares"]:
        assert "data" in [row[key] for row in answer["rows"]]


def test_server_tells_about_itself(samba):
    out = netsess("server", samba.server, "-A", samba.auth, code=0).stdout
    assert "LABSRV" in out
