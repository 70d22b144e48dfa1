#!/usr/bin/env python3
"""deny.py NUMBER ERRNO COMMAND... : run COMMAND with a system call that always fails, as with a
container's seccomp filter. No privileges are required."""

import ctypes
import os
import struct
import sys

number, errno, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def instruction(code, if_true, if_false, value):
    return struct.pack("HBBI", code, if_true, if_false, value)


# Load the system call number; if it matches, return the error, else allow: seccomp(2).
program = (
    instruction(0x20, 0, 0, 0)
    + instruction(0x15, 0, 1, number)
    + instruction(0x06, 0, 0, 0x00050000 | errno)
    + instruction(0x06, 0, 0, 0x7FFF0000)
)
code = ctypes.create_string_buffer(program, len(program))
filters = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
for arguments in (
    (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
    (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(filters), 0, 0),
):
    if libc.prctl(*map(ctypes.c_ulong, arguments)) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
os.execvp(command[0], command)
