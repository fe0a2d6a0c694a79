# SPDX-License-Identifier: MIT
"""netsessd as other people's clients see it: smbclient, rpcclient, impacket, and ours."""

import json
import os
import pathlib
import re
import subprocess

import pytest
from impacket.dcerpc.v5 import srvs, transport
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.rpcrt import DCERPCException
from impacket.nmb import NetBIOSError
from impacket.smbconnection import SessionError
from lab import CountingProxy, Netsessd, netsess, wait_until

DIALECTS = {"2.0.2": "SMB2_02", "2.1": "SMB2_10", "3.0": "SMB3_00", "3.0.2": "SMB3_02",
            "3.1.1": "SMB3_11"}


def rpcclient(server, *commands, user="smbadmin"):
    done = subprocess.run(["rpcclient", "-p", str(server.port), "-U", f"{user}%pass{user}",
                           "127.0.0.1", "-c", ";".join(commands)],
                          capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


class Impacket:
    """srvsvc by impacket, on a connection of its own."""

    def __init__(self, server, user="smbadmin"):
        self.pipe = transport.SMBTransport("127.0.0.1", server.port, r"\srvsvc", user,
                                           "pass" + user)
        self.dce = self.pipe.get_dce_rpc()
        self.dce.connect()
        self.dce.bind(srvs.MSRPC_UUID_SRVS)

    def delete(self, client, user):
        request = srvs.NetrSessionDel()
        request["ServerName"] = NULL
        request["ClientName"] = client + "\0" if client is not None else NULL
        request["UserName"] = user + "\0" if user is not None else NULL
        try:
            return self.dce.request(request)["ErrorCode"]
        except DCERPCException as e:
            return e.get_error_code()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.pipe.disconnect()
        except (OSError, SessionError, NetBIOSError):
            pass


# ------------------------------------------------------------------------ signing in --


@pytest.mark.parametrize("dialect", DIALECTS)
def test_smbclient_works_in_each_dialect(netsessd, workstation, dialect):
    ws = workstation(netsessd, "alice", "-m", DIALECTS[dialect], "--option",
                     f"client min protocol={DIALECTS[dialect]}")
    ws.ask("put /etc/hostname host.txt", "putting file")
    assert "host.txt" in ws.ask("ls", "blocks available")
    ws.type("rm host.txt")
    wait_until(lambda: not os.path.exists(f"{netsessd.dir}/share/host.txt"), "it is removed")


def test_smbclient_a_days_work(netsessd, workstation, tmp_path):
    """mkdir, put, get, rename, ls, rm and rmdir, each seen on the disk itself."""
    ws = workstation(netsessd, "alice")
    share = pathlib.Path(netsessd.dir, "share")
    sent = tmp_path / "sent"
    sent.write_bytes(os.urandom(3 << 20))
    ws.type("mkdir day")
    wait_until((share / "day").is_dir, "the folder is made")
    ws.ask(f"put {sent} day\\größe.bin", "putting file")
    assert (share / "day/größe.bin").read_bytes() == sent.read_bytes()
    ws.type("rename day\\größe.bin day\\renamed.bin")
    wait_until((share / "day/renamed.bin").exists, "it is renamed")
    assert not (share / "day/größe.bin").exists()
    assert str(3 << 20) in ws.ask("ls day\\*", "blocks available")
    ws.ask(f"get day\\renamed.bin {tmp_path}/got", "getting file")
    assert (tmp_path / "got").read_bytes() == sent.read_bytes()
    ws.type("rm day\\renamed.bin")
    wait_until(lambda: not (share / "day/renamed.bin").exists(), "it is removed")
    ws.type("rmdir day")
    wait_until(lambda: not (share / "day").exists(), "the folder is removed")


def test_smbclient_is_told_of_changes(netsessd, workstation):
    """Of another workstation's, and of the server's own; once each, until its session ends."""
    share = pathlib.Path(netsessd.dir, "share")
    (share / "watched").mkdir()
    (share / "watched").chmod(0o777)
    watcher, other = workstation(netsessd, "alice"), workstation(netsessd, "bob")
    watcher.type("notify watched")

    def is_watching():
        (share / "watched/early").touch()
        (share / "watched/early").unlink()
        return "early" in watcher.read()

    wait_until(is_watching, "it watches")
    other.ask("put /etc/hostname watched\\bobs.txt", "putting file")
    (share / "watched/local.txt").write_text("1")
    (share / "watched/local.txt").rename(share / "watched/renamed.txt")
    wait_until(lambda: "0005 renamed.txt" in watcher.read(), "the rename is told")
    told = re.findall(r"^000(\d) (bobs|local|renamed)\.txt\r?$", watcher.read(), re.MULTILINE)
    for once in [("1", "bobs"), ("1", "local"), ("4", "local"), ("5", "renamed")]:
        assert told.count(once) == 1, watcher.text
    assert told.index(("4", "local")) + 1 == told.index(("5", "renamed"))


def test_smbclient_copies_and_links_on_the_server(netsessd, workstation, tmp_path):
    """scopy in pieces of what a request may have, a hard link, and no symbolic link."""
    ws = workstation(netsessd, "alice")
    share = pathlib.Path(netsessd.dir, "share")
    sent = tmp_path / "sent"
    sent.write_bytes(os.urandom((17 << 20) + 1))
    ws.ask(f"put {sent} original.bin", "putting file")
    ws.type("scopy original.bin copied.bin")
    wait_until(lambda: (share / "copied.bin").exists()
               and (share / "copied.bin").stat().st_size == sent.stat().st_size,
               "it is copied")
    assert (share / "copied.bin").read_bytes() == sent.read_bytes()
    ws.type("hardlink original.bin linked.bin")
    wait_until((share / "linked.bin").exists, "it has another name")
    assert (share / "linked.bin").samefile(share / "original.bin")
    ws.ask("symlink original.bin symbolic.bin", "NT_STATUS_INVALID_DEVICE_REQUEST")
    assert not os.path.lexists(share / "symbolic.bin")
    for name in ["original.bin", "copied.bin", "linked.bin"]:
        ws.type(f"rm {name}")
        wait_until(lambda name=name: not (share / name).exists(), f"{name} is removed")


@pytest.mark.parametrize("name", [r"..\..\etc\passwd", r"link\passwd", r"a\..\..\x"])
def test_no_name_leads_out_of_the_share(netsessd, workstation, tmp_path, name):
    ws = workstation(netsessd, "alice")
    link = pathlib.Path(netsessd.dir, "share", "link")
    link.unlink(missing_ok=True)
    link.symlink_to("/etc")
    ws.ask(f"get {name} {tmp_path}/got", "NT_STATUS")
    assert not (tmp_path / "got").exists()
    link.unlink()


@pytest.mark.parametrize("protection", ["sign", "encrypt"])
def test_smbclient_protected(netsessd, workstation, protection):
    assert workstation(netsessd, "alice", f"--client-protection={protection}").works()


def test_encryption_mandatory(workstation):
    with Netsessd('encryption = "required"') as server:
        assert workstation(server, "alice", "--client-protection=encrypt").works()
        done = netsess("list", server.server, "-A", server.auth, "-v", code=0)
        assert "encrypted" in done.stderr


def test_a_wrong_password_is_refused(netsessd):
    done = subprocess.run(["smbclient", "//127.0.0.1/data", "-p", str(netsessd.port), "-U",
                           "alice%wrong", "-c", "ls"], capture_output=True, text=True)
    assert "NT_STATUS_LOGON_FAILURE" in done.stdout + done.stderr
    done = subprocess.run(["smbclient", "//127.0.0.1/data", "-p", str(netsessd.port), "-N",
                           "-c", "ls"], capture_output=True, text=True)
    assert done.returncode != 0, "anonymous is off by default"


# -------------------------------------------------------------------------- rpcclient --


def test_rpcclient_lists_and_ends(netsessd, workstation):
    alice, bob = workstation(netsessd, "alice"), workstation(netsessd, "bob")
    assert "Received 3 entries" in rpcclient(netsessd, "netsessenum")
    # Its command line takes half of the backslashes away.
    assert "WERR" not in rpcclient(netsessd, r"netsessdel \\\\127.0.0.1 bob")
    assert not bob.works()
    assert alice.works()
    again = rpcclient(netsessd, r"netsessdel \\\\127.0.0.1 bob")
    assert "WERR_NERR_CLIENTNAMENOTFOUND" in again


def test_rpcclient_asks_about_the_server(netsessd):
    assert "LABSRV" in rpcclient(netsessd, "srvinfo")
    assert "netname: data" in rpcclient(netsessd, "netshareenum")
    assert "netname: data" in rpcclient(netsessd, "netshareenumall")
    assert "netname: data" in rpcclient(netsessd, "netsharegetinfo data")


def test_rpcclient_of_no_administrator_is_denied(netsessd):
    assert "WERR_ACCESS_DENIED" in rpcclient(netsessd, "netsessenum", user="carol")


# --------------------------------------------------------------------------- impacket --


@pytest.mark.parametrize("level", [0, 1, 2, 10, 502])
def test_impacket_enumerates_each_level(netsessd, workstation, level):
    workstation(netsessd, "bob")
    with Impacket(netsessd) as admin:
        answer = srvs.hNetrSessionEnum(admin.dce, NULL, NULL, level)
        rows = answer["InfoStruct"]["SessionInfo"][f"Level{level}"]["Buffer"]
        clients = {row[f"sesi{level}_cname"] for row in rows}
        assert clients == {"\\\\127.0.0.1\0"}
        if level > 0:
            users = sorted(row[f"sesi{level}_username"] for row in rows)
            assert users == ["bob\0", "smbadmin\0"]


@pytest.mark.parametrize("client, user", [
    ("\\\\127.0.0.1", "bob"), (None, "bob"), ("", "BOB"), ("\\\\[::ffff:127.0.0.1]", "bob"),
    ("\\\\127.0.0.1", "LAB\\bob")])
def test_impacket_ends_in_each_form(netsessd, workstation, client, user):
    alice, bob = workstation(netsessd, "alice"), workstation(netsessd, "bob")
    with Impacket(netsessd) as admin:
        assert admin.delete(client, user) == 0
        assert admin.delete(client, user) == 2312
    assert not bob.works()
    assert alice.works()


@pytest.mark.parametrize("client, user, code", [
    (None, None, 87), ("", "", 87), ("127.0.0.1", "bob", 2312), ("\\\\192.0.2.1", None, 2312),
    (None, "nobody", 2312), (None, "x" * 1024, 87), ("\\\\" + "x" * 1022, None, 87)])
def test_del_answers_the_documented_codes(netsessd, workstation, client, user, code):
    bob = workstation(netsessd, "bob")
    with Impacket(netsessd) as admin:
        assert admin.delete(client, user) == code
    assert bob.works()


def test_impacket_of_no_administrator_is_denied(netsessd, workstation):
    bob = workstation(netsessd, "bob")
    with Impacket(netsessd, "carol") as carol:
        assert carol.delete(None, "bob") == 5
    assert bob.works()


def test_a_server_operator_may(netsessd, workstation):
    bob = workstation(netsessd, "bob")
    with Impacket(netsessd, "operator") as operator:
        assert operator.delete(None, "bob") == 0
    assert not bob.works()


def test_an_administrator_who_ends_himself_has_his_answer_first(netsessd, workstation):
    alice = workstation(netsessd, "alice")
    with Impacket(netsessd) as admin:
        assert admin.delete("\\\\127.0.0.1", "smbadmin") == 0
    assert alice.works()


# ------------------------------------------------------------------------------- ours --


def test_end_takes_five_round_trips(netsessd, workstation):
    alice, bob = workstation(netsessd, "alice"), workstation(netsessd, "bob")
    with CountingProxy(netsessd.port) as proxy:
        netsess("end", rf"\\127.0.0.1:{proxy.port}", "--user", "bob", "--yes", "-A",
                netsessd.auth, code=0)
    assert proxy.round_trips == 5
    assert not bob.works()
    assert alice.works()
    assert "reason=" in netsessd.log()


def test_the_open_file_of_an_ended_session_is_closed(netsessd, workstation):
    bob = workstation(netsessd, "bob")
    bob.ask("put /etc/hostname open.txt", "putting file")
    bob.type("open open.txt")

    def files():
        out = netsess("files", netsessd.server, "-A", netsessd.auth, "--json").stdout
        return [row for row in json.loads(out)[0]["rows"] if "open.txt" in row["path"]]

    wait_until(files, "bob's file is listed")
    assert files()[0]["user"] == "bob"
    netsess("end", netsessd.server, "--user", "bob", "--yes", "-A", netsessd.auth, code=0)
    assert files() == []


def test_this_computer_over_the_local_socket(netsessd, workstation):
    alice, bob = workstation(netsessd, "alice"), workstation(netsessd, "bob")
    env = netsessd.local()
    rows = json.loads(netsess("list", "--json", env=env, code=0).stdout)[0]["rows"]
    assert sorted(row["user"] for row in rows) == ["alice", "bob"]
    netsess("del", "-", "-", "bob", env=env, code=0)
    assert not bob.works()
    assert alice.works()
