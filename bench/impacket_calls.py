#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""impacket_calls.py del|enum PORT COUNT: the same calls as ours, by impacket.

del: one NetrSessionDel on a fresh connection, as a whole process.
enum: COUNT NetrSessionEnum at level 1 on one kept connection; prints calls per second."""

import sys
import time

from impacket.dcerpc.v5 import srvs, transport
from impacket.dcerpc.v5.rpcrt import DCERPCException

what, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pipe = transport.SMBTransport("127.0.0.1", port, r"\srvsvc", "smbadmin", "passsmbadmin")
dce = pipe.get_dce_rpc()
dce.connect()
dce.bind(srvs.MSRPC_UUID_SRVS)
if what == "del":
    try:
        srvs.hNetrSessionDel(dce, "\\\\192.0.2.1\0", "nobody-here\0")
    except DCERPCException:
        pass  # nothing matches: the round trips are the same
else:
    srvs.hNetrSessionEnum(dce, "\0", "\0", 1)
    begin = time.monotonic()
    for _ in range(count):
        srvs.hNetrSessionEnum(dce, "\0", "\0", 1)
    print(f"{count / (time.monotonic() - begin):.1f}")
pipe.disconnect()
