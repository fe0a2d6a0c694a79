# SPDX-License-Identifier: MIT
"""Each dialect by itself, mandatory signing and encryption, and each way to sign in."""

import pytest
from lab import CountingProxy, Samba, netsess

DIALECTS = {"2.0.2": "SMB2_02", "2.1": "SMB2_10", "3.0": "SMB3_00", "3.0.2": "SMB3_02",
            "3.1.1": "SMB3_11"}


def ends_bob(server, workstation, *options, user_options=()):
    bob = workstation(server, "bob", *user_options)
    done = netsess("end", server.server, "--user", "bob", "--yes", "-v", *options, code=0)
    assert not bob.works()
    return done


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_that_a_server_insists_on(dialect, workstation):
    with Samba(f"server min protocol = {DIALECTS[dialect]}",
               f"server max protocol = {DIALECTS[dialect]}") as server:
        done = ends_bob(server, workstation, "-A", server.auth)
        assert f"SMB {dialect}" in done.stderr, done.stderr


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_that_we_insist_on(samba, workstation, dialect):
    done = ends_bob(samba, workstation, "-A", samba.auth, "--min-protocol", dialect,
                    "--max-protocol", dialect)
    assert f"SMB {dialect}" in done.stderr, done.stderr


def test_no_common_dialect(workstation):
    with Samba("server max protocol = SMB2_10") as server:
        netsess("list", server.server, "-A", server.auth, "--min-protocol", "3.0", code=5)


def test_signing_mandatory(workstation):
    with Samba("server signing = mandatory") as server:
        ends_bob(server, workstation, "-A", server.auth)


@pytest.mark.parametrize("dialect", ["SMB3_00", "SMB3_02", "SMB3_11"])
def test_encryption_mandatory(workstation, dialect):
    with Samba("server smb encrypt = required", f"server max protocol = {dialect}") as server:
        done = ends_bob(server, workstation, "-A", server.auth)
        assert "encrypted" in done.stderr, done.stderr


@pytest.mark.parametrize("cipher", ["AES-128-GCM", "AES-128-CCM", "AES-256-GCM", "AES-256-CCM"])
def test_each_cipher(workstation, cipher):
    with Samba(f"server smb3 encryption algorithms = {cipher}",
               "server smb encrypt = required") as server:
        ends_bob(server, workstation, "-A", server.auth)


@pytest.mark.parametrize("algorithm", ["AES-128-GMAC", "AES-128-CMAC", "HMAC-SHA256"])
def test_each_signing_algorithm(workstation, algorithm):
    with Samba(f"server smb3 signing algorithms = {algorithm}") as server:
        ends_bob(server, workstation, "-A", server.auth)


def test_encryption_that_we_insist_on(samba, workstation):
    done = ends_bob(samba, workstation, "-A", samba.auth, "--encrypt")
    assert "encrypted" in done.stderr
    netsess("list", samba.server, "-A", samba.auth, "--encrypt", "--max-protocol", "2.1", code=5)


def test_wrong_password(samba):
    wrong = samba.write_auth("smbadmin", "wrong")
    done = netsess("list", samba.server, "-A", wrong, code=3)
    samba.write_auth("smbadmin", "passsmbadmin")
    assert "1326" in done.stderr


def test_no_credentials_at_all(samba):
    done = netsess("list", samba.server, code=3, env={"KRB5CCNAME": "FILE:/nonexistent"})
    assert "1326" in done.stderr


def host(server):
    return f"localhost:{server.port}"


def test_kerberos_from_a_ticket_takes_four_round_trips(kerberos_samba, realm, workstation,
                                                       tmp_path):
    cache = realm.ticket("smbadmin", f"FILE:{tmp_path}/ccache")
    env = {**realm.env, "KRB5CCNAME": cache}
    bob = workstation(kerberos_samba, "bob")
    with CountingProxy(kerberos_samba.port) as proxy:
        netsess("del", f"localhost:{proxy.port}", "-", "bob", code=0, env=env)
    assert proxy.round_trips == 4
    assert not bob.works()


def test_kerberos_from_a_password(kerberos_samba, realm, tmp_path):
    env = {**realm.env, "KRB5CCNAME": f"FILE:{tmp_path}/none"}
    password = tmp_path / "password"
    password.write_text("passsmbadmin\n")
    netsess("list", host(kerberos_samba), "-k", "-U", "smbadmin@NETSESS.TEST",
            "--password-file", str(password), code=0, env=env)
    assert not (tmp_path / "none").exists(), "a password must leave no tickets behind"
    password.write_text("wrong\n")
    netsess("list", host(kerberos_samba), "-k", "-U", "smbadmin@NETSESS.TEST",
            "--password-file", str(password), code=3, env=env)


def test_kerberos_without_a_ticket(kerberos_samba, realm, tmp_path):
    env = {**realm.env, "KRB5CCNAME": f"FILE:{tmp_path}/none"}
    netsess("list", host(kerberos_samba), "-k", code=3, env=env)


def test_kerberos_of_no_administrator(kerberos_samba, realm, tmp_path):
    cache = realm.ticket("alice", f"FILE:{tmp_path}/ccache")
    netsess("list", host(kerberos_samba), code=3, env={**realm.env, "KRB5CCNAME": cache})
