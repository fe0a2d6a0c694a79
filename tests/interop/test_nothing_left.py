# SPDX-License-Identifier: MIT
"""A workstation that holds all that a session can hold is ended: who waited for it proceeds
at once, its own waits are answered, and nothing is left."""

import json
import pathlib
import time

import pytest
from impacket import smb3structs as smb2
from impacket.nt_errors import (STATUS_NOTIFY_CLEANUP, STATUS_OBJECT_NAME_NOT_FOUND,
                                STATUS_RANGE_NOT_LOCKED, STATUS_SUCCESS)
from impacket.smb3 import SessionError
from impacket.smbconnection import SMBConnection
from impacket.structure import Structure
from lab import Netsessd, netsess, wait_until

AT_ONCE = 10  # seconds; who had to wait for an acknowledgment would wait 35
READ_WRITE = 0x0012019f
SHARED = smb2.FILE_SHARE_READ | smb2.FILE_SHARE_WRITE | smb2.FILE_SHARE_DELETE
BATCH = 9
EXCLUSIVE_LOCK = 2
GUID = bytes(range(16))


class Context(Structure):
    """A create context with a name of four letters, [MS-SMB2] 2.2.13.2."""

    structure = (("Next", "<L=0"), ("NameOffset", "<H=16"), ("NameLength", "<H=4"),
                 ("Reserved", "<H=0"), ("DataOffset", "<H=24"),
                 ("DataLength", "<L-Data"), ("Name", "4s"), ("Pad", "4s=b''"),
                 ("Data", ":"))


def context(name, data):
    c = Context()
    c["Name"], c["Pad"], c["Data"] = name, b"\0\0\0\0", data
    return c


class Person:
    """At a workstation of his own, with the share open; its requests may wait."""

    def __init__(self, server, user):
        self.connection = SMBConnection("127.0.0.1", "127.0.0.1", sess_port=server.port,
                                        preferredDialect=smb2.SMB2_DIALECT_30)
        self.connection.login(user, "pass" + user)
        self.smb = self.connection.getSMBServer()
        self.tree = self.smb.connect_tree("data")

    def open(self, name, **more):
        return self.smb.create(self.tree, name, READ_WRITE, SHARED, more.pop("options", 0),
                               more.pop("disposition", smb2.FILE_OPEN_IF), 0, **more)

    def send(self, command, data):
        packet = self.smb.SMB_PACKET()
        packet["Command"], packet["TreeID"], packet["Data"] = command, self.tree, data
        return self.smb.sendSMB(packet)

    def lock(self, file_id):
        lock, element = smb2.SMB2Lock(), smb2.SMB2_LOCK_ELEMENT()
        element["Length"], element["Flags"] = 10, EXCLUSIVE_LOCK
        lock["LockCount"], lock["FileID"], lock["Locks"] = 1, file_id, element.getData()
        return self.send(smb2.SMB2_LOCK, lock)

    def watch(self, file_id):
        notify = smb2.SMB2ChangeNotify()
        notify["FileID"], notify["OutputBufferLength"] = file_id, 4096
        notify["CompletionFilter"] = smb2.FILE_NOTIFY_CHANGE_FILE_NAME
        return self.send(smb2.SMB2_CHANGE_NOTIFY, notify)

    def asks_to_open(self, name):
        """The request alone; its answer may take until somebody lets go."""
        create = smb2.SMB2Create()
        create["ImpersonationLevel"], create["DesiredAccess"] = 2, READ_WRITE
        create["ShareAccess"], create["CreateDisposition"] = SHARED, smb2.FILE_OPEN
        create["NameLength"], create["Buffer"] = 2 * len(name), name.encode("utf-16le")
        return self.send(smb2.SMB2_CREATE, create)

    def answer(self, message_id):
        return self.smb.recvSMB(message_id)["Status"]

    def open_durably(self):
        return self.open("cached.txt", oplockLevel=BATCH,
                         createContexts=[context(b"DH2Q", b"\0" * 16 + GUID)])

    def has_back(self, file_id):
        return self.smb.create(self.tree, "cached.txt", READ_WRITE, SHARED, 0, smb2.FILE_OPEN, 0,
                               oplockLevel=BATCH,
                               createContexts=[context(b"DH2C", file_id + GUID + b"\0" * 4)])

    def leave(self):
        self.connection.close()

    def is_cut_off(self):
        self.smb.get_socket().close()


@pytest.fixture(scope="module")
def server():
    with Netsessd("data oplocks = true") as server:
        for name in ("cached.txt", "held.txt", "bobs.txt"):
            path = pathlib.Path(server.dir, "share", name)
            path.touch()
            path.chmod(0o666)
        yield server


def counters(server):
    """What there is now, of all that must be gone with who had it."""
    out = netsess("server", "--counters", server.server, "-A", server.auth, "--json",
                  code=0).stdout
    return {row["counter"]: row["value"] for row in json.loads(out)[0]["rows"]
            if row["counter"].endswith("_now")}


def is_as_before(server, before):
    """Nothing is left of all who were there."""
    wait_until(lambda: counters(server) == before, f"{before}")


def holds_everything(alice, bob):
    """Alice's files and waits: (durable file, its answer's ids, the waits' message ids)."""
    cached = alice.open_durably()
    held = alice.open("held.txt")
    assert alice.answer(alice.lock(held)) == STATUS_SUCCESS
    bobs = bob.open("bobs.txt")
    assert bob.answer(bob.lock(bobs)) == STATUS_SUCCESS
    folder = alice.open("", options=smb2.FILE_DIRECTORY_FILE, disposition=smb2.FILE_OPEN)
    return cached, [alice.lock(alice.open("bobs.txt")), alice.watch(folder)]


def test_a_handle_outlives_its_connection(server):
    """So that the next test means something."""
    before = counters(server)
    alice = Person(server, "alice")
    cached = alice.open_durably()
    alice.is_cut_off()
    wait_until(lambda: counters(server)["durables_now"] == before["durables_now"] + 1,
               "the open waits for her")
    again = Person(server, "alice")
    had = again.has_back(cached)
    assert had[:8] == cached[:8]
    again.smb.close(again.tree, had)  # a LOGOFF keeps what is durable, [MS-SMB2] 3.3.5.6
    again.leave()
    is_as_before(server, before)


def test_all_is_gone_with_the_session(server):
    before = counters(server)
    alice, bob, carol, dave = (Person(server, name) for name in ("alice", "bob", "carol", "bob"))
    cached, waits = holds_everything(alice, bob)
    carols = carol.asks_to_open("cached.txt")
    daves = dave.lock(dave.open("held.txt"))
    now = wait_until(lambda: (c := counters(server))["lock_waits_now"] == 2
                     and c["breaks_now"] == 1 and c["notifies_now"] == 1 and c,
                     "alice, carol and dave wait")
    for name in ("locks_now", "lock_waits_now", "notifies_now", "oplocks_now", "opens_now",
                 "trees_now", "sessions_now", "watches_now"):
        assert now[name] > before[name], name

    start = time.monotonic()
    netsess("end", server.server, "-A", server.auth, "--user", "alice", "--yes", code=0)
    assert carol.answer(carols) == STATUS_SUCCESS
    assert dave.answer(daves) == STATUS_SUCCESS
    assert [alice.answer(wait) for wait in waits] == [STATUS_RANGE_NOT_LOCKED,
                                                      STATUS_NOTIFY_CLEANUP]
    assert time.monotonic() - start < AT_ONCE

    # The handle was durable, and is not to be had back.
    again = Person(server, "alice")
    with pytest.raises(SessionError) as refused:
        again.has_back(cached)
    assert refused.value.get_error_code() == STATUS_OBJECT_NAME_NOT_FOUND

    for person in (again, bob, carol, dave):
        person.leave()
    is_as_before(server, before)
