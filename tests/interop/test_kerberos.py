# SPDX-License-Identifier: MIT
"""netsessd in a realm: people who sign in by Kerberos, with and without a PAC in their tickets."""

import json
import subprocess

import pytest
from conftest import of_realm
from lab import CountingProxy, Workstation, netsess


@pytest.fixture(scope="module")
def server(any_realm):
    """A bare name of a group is this realm's."""
    with of_realm(any_realm, 'dns_domain = "NETSESS.TEST"') as server:
        yield server


@pytest.fixture
def signed_in(any_realm, tmp_path):
    """signed_in(user): an environment with that user's ticket."""

    def environment(user):
        cache = any_realm.ticket(user, f"FILE:{tmp_path}/{user}")
        return {**any_realm.env, "KRB5CCNAME": cache}

    return environment


@pytest.fixture
def people(server, any_realm):
    """Two real workstations of the realm, and their end."""
    both = [Workstation(server, f"{user}@NETSESS.TEST", "--realm=NETSESS.TEST",
                        "--use-kerberos=required", host=any_realm.name,
                        password="pass" + user, env=any_realm.named_env)
            for user in ("alice", "bob")]
    yield both
    for workstation in both:
        workstation.close()


def test_an_administrator_ends_one_of_two(server, people, signed_in):
    alice, bob = people
    env = signed_in("smbadmin")
    rows = json.loads(netsess("list", f"localhost:{server.port}", "--json", env=env,
                              code=0).stdout)[0]["rows"]
    assert sorted(row["user"] for row in rows) == ["alice", "bob", "smbadmin"]
    with CountingProxy(server.port) as proxy:
        netsess("del", f"localhost:{proxy.port}", "-", "bob", env=env, code=0)
    assert proxy.round_trips == 4
    assert not bob.works()
    assert alice.works()
    assert "by=kerberos" in server.log()


def test_a_name_with_its_realm_matches(server, people, signed_in):
    alice, bob = people
    netsess("del", f"localhost:{server.port}", "-", "BOB@netsess.test", env=signed_in("smbadmin"),
            code=0)
    assert not bob.works()
    assert alice.works()


def test_who_is_no_administrator_is_denied(server, people, signed_in):
    netsess("list", f"localhost:{server.port}", env=signed_in("alice"), code=3)
    netsess("del", f"localhost:{server.port}", "-", "bob", env=signed_in("alice"), code=3)
    assert all(workstation.works() for workstation in people)


def test_a_bare_name_of_a_group_is_nobody_of_another_realm(any_realm, signed_in):
    """The server belongs to no realm: this smbadmin is not the one of its group."""
    with of_realm(any_realm) as server:
        netsess("list", f"localhost:{server.port}", env=signed_in("smbadmin"), code=3)
    named = 'group "Server Operators" { members = {"smbadmin@NETSESS.TEST"} }'
    with of_realm(any_realm, named) as server:
        netsess("list", f"localhost:{server.port}", env=signed_in("smbadmin"), code=0)


def test_a_server_without_keys_takes_no_tickets(netsessd, signed_in):
    done = netsess("list", f"localhost:{netsessd.port}", "-k", env=signed_in("smbadmin"), code=5)
    assert "50 ERROR_NOT_SUPPORTED" in done.stderr


def test_a_wrong_password_is_refused(server, any_realm):
    done = subprocess.run(
        ["smbclient", f"//{any_realm.name}/data", "-p", str(server.port), "-U",
         "alice@NETSESS.TEST%wrong", "--use-kerberos=required", "-c", "ls"],
        capture_output=True, text=True, env=any_realm.named_env, timeout=60)
    assert done.returncode != 0
