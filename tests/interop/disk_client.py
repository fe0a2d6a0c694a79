# SPDX-License-Identifier: MIT
"""A client of a disk share that says what it is told to: impacket's requests, without its
helpfulness about names."""

import ntpath
import types

import impacket.smb3
from impacket.smbconnection import SessionError, SMBConnection


class Name(str):
    """As long as it is on the wire, where an emoji is two units."""

    def __len__(self):
        return len(self.encode("utf-16le", "surrogatepass")) // 2


# A name goes as it is: ".." is what some tests are about.
impacket.smb3.ntpath = types.SimpleNamespace(
    **{name: getattr(ntpath, name) for name in ("basename", "dirname", "join")}, normpath=Name)

READ, WRITE, APPEND, DELETE, ATTRIBUTES = 0x1, 0x2, 0x4, 0x10000, 0x80
ALL = 0x12019F | DELETE
SHARED = 7
OPEN, CREATE, OPEN_IF, OVERWRITE_IF = 1, 2, 3, 5
DIRECTORY, FILE, DELETE_ON_CLOSE = 0x1, 0x40, 0x1000
ID_BOTH = 37
RENAME, BASIC = 10, 4

SUCCESS = 0
COLLISION, NOT_FOUND, PATH_NOT_FOUND = 0xC0000035, 0xC0000034, 0xC000003A
ACCESS_DENIED, WRITE_PROTECTED, DISK_FULL = 0xC0000022, 0xC00000A2, 0xC000007F
SHARING_VIOLATION, DELETE_PENDING, NO_MORE_FILES = 0xC0000043, 0xC0000056, 0x80000006


REFUSED = (SessionError, impacket.smb3.SessionError)


def code_of(error):
    return (error.getErrorCode() if isinstance(error, SessionError)
            else error.get_error_code()) & 0xFFFFFFFF


def status_of(work, *args, **kwargs):
    """Of what may fail: its status."""
    try:
        work(*args, **kwargs)
    except REFUSED as e:
        return code_of(e)
    return SUCCESS


class Client:
    """By SMB 2.1: what 3.x signs by, impacket does in Python, a megabyte a second."""

    def __init__(self, server, user="alice", share="data"):
        self.conn = SMBConnection("127.0.0.1", "127.0.0.1", sess_port=server.port, timeout=120,
                                  preferredDialect=impacket.smb3.SMB2_DIALECT_21)
        self.conn.login(user, "pass" + user)
        self.smb = self.conn.getSMBServer()
        self.tree = self.smb.connectTree(share)

    def open(self, name, access=ALL, disposition=OPEN, options=0):
        return self.smb.create(self.tree, name, access, SHARED, options, disposition, 0)

    def close(self, file):
        self.smb.close(self.tree, file)

    def read(self, file, offset, n):
        return self.smb.read(self.tree, file, offset, n)

    def write(self, file, data, offset=0):
        return self.smb.write(self.tree, file, data, offset, len(data))

    def put(self, name, data, disposition=OVERWRITE_IF):
        file = self.open(name, ALL, disposition, FILE)
        try:
            if data:
                self.write(file, data)
        finally:
            self.close(file)

    def get(self, name):
        file = self.open(name, READ | ATTRIBUTES, OPEN, FILE)
        data = b""
        try:
            while True:
                try:
                    piece = self.read(file, len(data), 65536)
                except REFUSED as e:
                    if code_of(e) == 0xC0000011:  # END_OF_FILE
                        return data
                    raise
                data += piece
        finally:
            self.close(file)

    def delete(self, name, options=FILE):
        self.close(self.open(name, DELETE, OPEN, options | DELETE_ON_CLOSE))

    def make_dir(self, name):
        self.close(self.open(name, ALL, CREATE, DIRECTORY))

    def rename(self, name, new, replace=False):
        file = self.open(name, DELETE | ATTRIBUTES)
        try:
            body = impacket.smb3.FILE_RENAME_INFORMATION_TYPE_2()
            body["ReplaceIfExists"] = int(replace)
            body["RootDirectory"] = b"\0" * 8
            body["FileName"] = new.encode("utf-16le")
            body["FileNameLength"] = len(body["FileName"])
            self.smb.setInfo(self.tree, file, body, infoType=1, fileInfoClass=RENAME)
        finally:
            self.close(file)

    def list(self, name=""):
        """The names, without "." and ".."."""
        file = self.open(name, READ | ATTRIBUTES, OPEN, DIRECTORY)
        names = []
        try:
            while True:
                try:
                    page = self.smb.queryDirectory(self.tree, file, "*", informationClass=ID_BOTH,
                                                   maxBufferSize=65535)
                except REFUSED as e:
                    if code_of(e) == NO_MORE_FILES:
                        return [n for n in names if n not in (".", "..")]
                    raise
                names += names_of(page)
        finally:
            self.close(file)

    def leave(self):
        self.conn.close()


def names_of(page):
    """[MS-FSCC] 2.4.22"""
    names, at = [], 0
    while True:
        size = int.from_bytes(page[at + 60:at + 64], "little")
        names.append(page[at + 104:at + 104 + size].decode("utf-16le", "surrogatepass"))
        step = int.from_bytes(page[at:at + 4], "little")
        if step == 0:
            return names
        at += step
