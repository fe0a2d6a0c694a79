# SPDX-License-Identifier: MIT
"""Each rule for servers that fall short, against the server that needs it; and that it can
be switched off."""

import json

import pytest
from lab import netsess

STRICT = {"NETSESS_STRICT": "1"}


def answer(server, *args, env=None):
    done = netsess("list", server.server, "-A", server.auth, "--json", *args, env=env)
    return json.loads(done.stdout)[0]


def test_samba_ignores_filters_and_we_do_not(samba, workstation):
    workstation(samba, "alice")
    workstation(samba, "bob")
    assert [r["user"] for r in answer(samba, "--user", "bob")["rows"]] == ["bob"]
    assert len(answer(samba, "--user", "bob", env=STRICT)["rows"]) == 3
    assert answer(samba, "--user", "nobody")["code"] == 2221
    assert answer(samba, "--client", r"\\192.0.2.1")["code"] == 2312


@pytest.mark.parametrize("level", ["2", "10", "502"])
def test_samba_lacks_levels_and_they_are_built(samba, workstation, level):
    workstation(samba, "bob")
    rows = answer(samba, "--level", level)["rows"]
    assert "bob" in [r["user"] for r in rows]
    assert answer(samba, "--level", level, env=STRICT)["code"] == 124


def test_samba_says_denied_for_no_match_and_we_say_not_found(samba):
    done = netsess("del", samba.server, r"\\192.0.2.1", "-", "-A", samba.auth, code=1)
    assert "2312" in done.stderr
    done = netsess("del", samba.server, r"\\192.0.2.1", "-", "-A", samba.auth, "--strict", code=3)
    assert " 5" in done.stderr


def test_samba_lists_bare_clients_and_we_write_them_as_del_wants_them(samba, workstation):
    workstation(samba, "bob")
    assert {r["client"] for r in answer(samba)["rows"]} == {r"\\127.0.0.1"}
    assert {r["client"] for r in answer(samba, env=STRICT)["rows"]} == {"127.0.0.1"}


def test_samba_drops_the_connection_that_ends_itself(samba):
    """A Del that hits its own session costs us the connection; what became of it is told."""
    done = netsess("del", samba.server, r"\\127.0.0.1", "smbadmin", "-A", samba.auth)
    assert done.returncode in (0, 1), done.stderr
