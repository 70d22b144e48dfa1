"""Runs a program in a new terminal and prints its output there byte for byte.

    python3 terminal.py COLUMNS [--resize TEXT COLUMNS] [--interrupt TEXT] PROGRAM [ARGUMENT ...]

--resize changes the terminal's width, and --interrupt types ^C, as soon as TEXT was written. The exit
status is the program's, or 128 plus the number of the signal that killed it, or 124 after a minute.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def main():
    arguments = sys.argv[1:]
    columns = int(arguments.pop(0))
    steps = []
    while arguments[0] in ("--resize", "--interrupt"):
        option, text = arguments.pop(0), arguments.pop(0).encode()
        steps.append((text, int(arguments.pop(0)) if option == "--resize" else None))
    read_end, write_end = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        # Wait until the terminal has its width.
        os.close(write_end)
        os.read(read_end, 1)
        os.close(read_end)
        os.environ["TERM"] = "xterm"
        os.execvp(arguments[0], arguments)
    os.close(read_end)
    resize(terminal, columns)
    os.close(write_end)
    written, seen, deadline = b"", 0, time.monotonic() + 60
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            sys.stdout.buffer.write(written)
            return 124
        if not select.select([terminal], [], [], left)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        written += data
        while steps and (found := written.find(steps[0][0], seen)) >= 0:
            seen = found + len(steps[0][0])
            text, width = steps.pop(0)
            if width is None:
                os.write(terminal, b"\x03")
            else:
                written += b"\n<resized>\n"
                seen = len(written)
                resize(terminal, width)
    sys.stdout.buffer.write(written)
    sys.stdout.flush()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if status >= 0 else 128 - status


sys.exit(main())
