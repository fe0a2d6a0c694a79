# SPDX-License-Identifier: MIT
import contextlib
import json
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from lab import ROOT, Netsessd, Samba, Workstation, netsess  # noqa: E402


@pytest.fixture(scope="session")
def samba():
    """One Samba with its defaults, for all tests that end no more than they started."""
    with Samba() as server:
        yield server


@pytest.fixture(scope="session")
def netsessd():
    """Our own server, likewise."""
    with Netsessd() as server:
        yield server


@pytest.fixture
def workstation():
    """workstation(samba, user, *smbclient options): gone when the test is."""
    with contextlib.ExitStack() as stack:

        def sign_in(server, user, *options):
            ws = Workstation(server, user, *options)
            stack.callback(ws.close)
            return ws

        yield sign_in


@pytest.fixture
def users():
    """users(samba, *arguments): the users with a session, sorted, as `list` shows them."""

    def listed(server, *args):
        out = netsess("list", server.server, "-A", server.auth, "--json", *args, code=0).stdout
        return sorted(row["user"] for row in json.loads(out)[0]["rows"])

    return listed


class Realm:
    """A private KDC; see tests/lib/kdc.sh.  Its servers are localhost and `name`, for clients
    exist that ask no ticket for localhost: in `named_env` that is a name of this machine."""

    name = "fs.netsess.test"

    def __init__(self, folder, pac="no"):
        self.dir = str(folder)
        self.pac = pac
        self.env = {}

    def start(self):
        subprocess.run([ROOT / "tests/lib/kdc.sh", "start", self.dir, "localhost", self.name],
                       check=True, env={**os.environ, "KDC_PAC": self.pac})
        hosts = pathlib.Path(self.dir, "hosts")
        hosts.write_text(f"127.0.0.1 {self.name}\n")
        for line in pathlib.Path(self.dir, "env").read_text().splitlines():
            name, value = line.removeprefix("export ").split("=", 1)
            self.env[name] = value.strip("'")
        self.named_env = {**self.env, "LD_PRELOAD": "libnss_wrapper.so",
                          "NSS_WRAPPER_HOSTS": str(hosts)}

    def stop(self):
        subprocess.run([ROOT / "tests/lib/kdc.sh", "stop", self.dir], check=False)

    def ticket(self, user, cache):
        """A credential cache with a ticket-granting ticket; returns its name."""
        subprocess.run(["kinit", "-c", cache, user], input=f"pass{user}\n", text=True,
                       env={**os.environ, **self.env}, check=True, capture_output=True)
        return cache


@pytest.fixture(scope="session")
def realm(tmp_path_factory):
    r = Realm(tmp_path_factory.mktemp("realm"))
    r.start()
    yield r
    r.stop()


@pytest.fixture(scope="session")
def kerberos_samba(realm):
    """A stand-alone Samba that takes the realm's tickets: they must carry no PAC."""
    with Samba("realm = NETSESS.TEST", "kerberos method = dedicated keytab",
               f"dedicated keytab file = {realm.env['KRB5_KTNAME'].removeprefix('FILE:')}",
               env=realm.env) as server:
        yield server


@pytest.fixture(scope="session", params=["no", "yes"], ids=["without PAC", "with PAC"])
def any_realm(request, tmp_path_factory):
    r = Realm(tmp_path_factory.mktemp("realm"), request.param)
    r.start()
    yield r
    r.stop()


def of_realm(realm, *lines):
    """Our own server, with the keys of a realm's file servers."""
    return Netsessd(f'keytab = "{realm.dir}/server.keytab"', *lines, env=realm.env)
