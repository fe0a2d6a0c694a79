# SPDX-License-Identifier: MIT
"""Tables, JSON, CSV; what a hostile name can't do; stdout that can't be written."""

import csv
import io
import json
import os
import subprocess

import pytest
from conftest import server, session

HOSTILE = "\\\\w\x1b[2J\x9b1m\u202e\x07"


def test_table(cli):
    cli.servers({"fs1": server(session("\\\\xps1", "bob", 2, 3725, 61, 3),
                               session("\\\\10.0.0.9", "Жук", 11, 266400, 0))})
    done = cli.run("list", "fs1")
    assert done.returncode == 0
    assert done.stderr == ""
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines == [
        "CLIENT     USER OPENS  TIME  IDLE FLAGS",
        "\\\\xps1     bob      2 1h02m 1m01s GUEST|NO-ENCRYPTION",
        "\\\\10.0.0.9 Жук     11 3d02h    0s -",
    ]


def test_table_has_servers_in_the_order_given(cli):
    # The test double answers the last one first.
    cli.servers({"a": server(session("\\\\c1", "u1")), "b": server(session("\\\\c2", "u2"))})
    done = cli.run("list", "b", "a", "--no-header")
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["b", "\\\\c2", "u2"], ["a", "\\\\c1", "u1"]]


def test_table_mixes_levels(cli):
    cli.servers({
        "a": server(session("\\\\c1", "u1"), codes={"SESSION_ENUM:1": 5}),
        "b": server(session("\\\\c2", "u2")),
    })
    done = cli.run("list", "a", "b")
    assert done.returncode == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["SERVER", "CLIENT", "USER", "TIME", "IDLE", "OPENS", "FLAGS"]
    assert rows[1] == ["a", "\\\\c1", "u1", "1h02m", "1m01s", "-", "-"]
    assert rows[2] == ["b", "\\\\c2", "u2", "1h02m", "1m01s", "1", "-"]


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "de_DE", "tr_TR.ISO-8859-9"])
def test_table_is_utf8_in_every_locale(cli, locale):
    cli.env["LC_ALL"] = locale
    cli.servers({"fs1": server(session("\\\\ноут", "Жук"))})
    assert "\\\\ноут Жук" in cli.run("list", "fs1").stdout


def test_hostile_names_are_spelled_out_in_tables(cli):
    cli.servers({"fs1": server(session(HOSTILE, "a\nb\tc"))})
    done = cli.run("list", "fs1")
    assert "\\\\w\\x1b[2J\\x9b1m\\u202e\\x07" in done.stdout
    assert "a\\x0ab\\x09c" in done.stdout
    for c in "\x1b\x9b\u202e\x07":
        assert c not in done.stdout


def test_hostile_names_are_spelled_out_in_records_and_messages(cli):
    cli.servers({"fs1": server(session(HOSTILE, "bob"), note="\x1b]0;title\x07")})
    done = cli.run("show", "fs1", HOSTILE, "bob", "-v")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b]0;title\\x07" in done.stderr
    done = cli.run("list", "evil\x1b[2J")
    assert "evil\\x1b[2J" in done.stderr
    assert "\x1b" not in done.stderr


def test_server_name_that_is_no_utf8(cli):
    done = subprocess.run([cli.binary, "list", b"caf\xe9", "--json"], env=cli.env,
                          capture_output=True)
    assert b"caf\\xe9:" in done.stderr
    assert json.loads(done.stdout)[0]["server"] == "caf\ufffd"


def test_json(cli):
    cli.servers({"fs1": server(session("\\\\xps1", "bob", 2, 3725, 61, 3))})
    assert cli.json("list", "fs1", "nowhere", status=5) == [
        {
            "server": "fs1",
            "code": 0,
            "name": "NERR_Success",
            "error": None,
            "note": None,
            "rows": [{
                "client": "\\\\xps1",
                "user": "bob",
                "opens": 2,
                "time_seconds": 3725,
                "idle_seconds": 61,
                "flags": 3,
                "flags_names": ["GUEST", "NO-ENCRYPTION"],
            }],
        },
        {
            "server": "nowhere",
            "code": 53,
            "name": "ERROR_BAD_NETPATH",
            "error": "the server was not found or can't be reached",
            "note": None,
            "rows": [],
        },
    ]


def test_json_keeps_hostile_names_and_is_ascii(cli):
    cli.servers({"fs1": server(session(HOSTILE, "Жук"))})
    done = cli.run("list", "fs1", "--json")
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout
    row = json.loads(done.stdout)[0]["rows"][0]
    assert (row["client"], row["user"]) == (HOSTILE, "Жук")


def test_json_types(cli):
    cli.servers({"fs1": server(
        shares=[{"netname": "IPC$", "type": 3, "max_uses": 0xffffffff, "reserved": 7,
                 "security_descriptor": "\x01\x7f"},
                {"netname": "d", "max_uses": 4}],
        server=[{"name": "FS1", "disc": 0xffffffff, "hidden": 1}],
        time=[{"elapsedt": 1793114553, "timezone": 0xffffffc4}])})
    rows = cli.json("shares", "fs1", "--level", "502")[0]["rows"]
    assert rows[0]["max_uses"] is None
    assert rows[1]["max_uses"] == 4
    assert rows[0]["security_descriptor"] == "017f"
    assert "never_shown" not in rows[0]
    rows = cli.json("server", "fs1")[0]["rows"]
    assert rows[0]["about"] == "server"
    assert rows[0]["autodisconnect_minutes"] is None
    assert rows[0]["hidden"] is True
    assert rows[1] == {"about": "time", "time": 1793114553, "minutes_west": -60}


def test_csv(cli):
    cli.servers({"fs1": server(session("\\\\a,b", 'x"y\nz', 2, 3725, 61, 3))})
    done = cli.run("list", "fs1", "--csv")
    assert done.stdout.startswith("server,client,user,opens,time_seconds,idle_seconds,flags\r\n")
    rows = list(csv.reader(io.StringIO(done.stdout, newline="")))
    assert rows[1] == ["fs1", "\\\\a,b", 'x"y\nz', "2", "3725", "61", "3"]
    assert '"x""y\nz"' in done.stdout


def test_csv_without_header(cli):
    cli.servers({"fs1": server(session("\\\\c", "u"))})
    assert cli.run("list", "fs1", "--csv", "--no-header").stdout == "fs1,\\\\c,u,1,3725,61,0\r\n"


def test_csv_is_harmless_on_a_terminal(cli):
    cli.servers({"fs1": server(session(HOSTILE, "u"))})
    assert HOSTILE in cli.run("list", "fs1", "--csv").stdout
    t = cli.terminal("list", "fs1", "--csv")
    assert t.finish() == 0
    assert "\x1b" not in t.seen and "\\x1b[2J" in t.seen


def test_no_rows(cli):
    cli.servers({"fs1": server()})
    done = cli.run("list", "fs1")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "netsess: fs1: no sessions\n"
    assert cli.run("list", "fs1", "-q").stderr == ""


def test_full_disk(cli):
    cli.servers({"fs1": server(session("\\\\c", "u"))})
    for form in ([], ["--json"], ["--csv"]):
        with open("/dev/full", "w") as full:
            done = cli.run("list", "fs1", *form, stdout=full)
        assert done.returncode == 6
        assert done.stderr == "netsess: standard output: No space left on device\n"


def test_closed_pipe(cli):
    cli.servers({"fs1": server(*[session(f"\\\\client-{i}", "u") for i in range(5000)])})
    for form in ([], ["--json"], ["--csv"]):
        read, write = os.pipe()
        os.close(read)
        done = cli.run("list", "fs1", *form, stdout=write)
        os.close(write)
        assert done.returncode == 6


def test_closed_stdout(cli):
    cli.servers({"fs1": server(session("\\\\c", "u"))})
    done = subprocess.run(["sh", "-c", '"$0" list fs1 >&-', cli.binary], env=cli.env,
                          capture_output=True)
    assert done.returncode == 6


def test_verbose(cli):
    cli.servers({"fs1": server(session("\\\\c", "u"), encrypted=True, note="why")})
    assert cli.run("list", "fs1", "-v").stderr == (
        "netsess: fs1: SMB 3.1.1, encrypted, signed in as admin from \\\\10.0.0.7\n"
        "netsess: fs1: why\n")
    assert cli.run("list", "fs1").stderr == ""


def test_progress_is_for_terminals_and_many_servers(cli):
    cli.servers({"a": server(session("\\\\c", "u")), "b": server()})
    t = cli.terminal("list", "a", "b", "nowhere", stdout=subprocess.DEVNULL)
    assert t.finish() == 5
    assert "3/3 servers, 1 failed\r\x1b[K" in t.seen
    t = cli.terminal("list", "a", stdout=subprocess.DEVNULL)
    assert t.finish() == 0
    assert t.seen == ""
    t = cli.terminal("list", "a", "b", "-q", stdout=subprocess.DEVNULL)
    t.finish()
    assert t.seen == ""
    assert "servers" not in cli.run("list", "a", "b").stderr
