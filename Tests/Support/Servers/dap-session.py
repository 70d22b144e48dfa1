"""Debugs a program up to a breakpoint through Delve's adapter, as an editor does.

    python3 dap-session.py DLV PROGRAM FILE LINE VARIABLE
        [--check-go-version=false] [--timeout SECONDS] [--report FILE --workspace DIRECTORY]

Starts `DLV dap` on a port of 127.0.0.1 with its own environment, launches PROGRAM, stops at FILE:LINE
and prints the value of VARIABLE there as one line of JSON:

    {"stopped": true, "file": "/src/main.go", "line": 9, "variable": "sum", "value": "42"}
    {"error": "Failed to launch: ..."}

With --report, the output of `gotoolprov inspect --format json` for the program, its substitutePath is
used, with DIRECTORY as the workspace.

The error is the adapter's own text if there is one; the exit status is then 1. Other output of the
adapter goes to stderr. The server is always terminated, by its process ID.
"""

import argparse
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

LISTENING = re.compile(rb"DAP server listening at: 127\.0\.0\.1:(\d+)")
LONGEST_MESSAGE = 16 << 20
GRACE = 5


class Refused(Exception):
    """An error that ends the session; its text is the result."""


class Deadline:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self, doing):
        left = self.end - time.monotonic()
        if left <= 0:
            raise Refused(f"timed out {doing}")
        return left


class Server:
    """A `dlv dap` process, and a thread that reads the output of it and of the program."""

    def __init__(self, dlv, options, deadline):
        try:
            self.process = subprocess.Popen(
                [dlv, "dap", "--listen=127.0.0.1:0", *options],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise Refused(f"{dlv}: {error.strerror}") from None
        self.debuggee = None
        self.port = queue.Queue()
        self.printed = []
        threading.Thread(target=self.read, daemon=True).start()
        try:
            port = self.port.get(timeout=deadline.left("before the server listened"))
        except queue.Empty:
            self.end()
            raise Refused("timed out before the server listened") from None
        if port is None:
            self.end()
            raise Refused(
                b"".join(self.printed).decode(errors="replace").strip()
                or f"the server exited with {self.process.returncode}"
            )
        self.address = ("127.0.0.1", port)

    def read(self):
        for line in self.process.stdout:
            if found := LISTENING.search(line):
                self.port.put(int(found[1]))
            elif len(self.printed) < 100:
                self.printed.append(line)
        self.port.put(None)

    def end(self):
        """Waits for the server to exit, then terminates it, then kills it and its program."""
        for step in (lambda: None, self.process.terminate, self.process.kill):
            step()
            try:
                self.process.wait(GRACE)
                break
            except subprocess.TimeoutExpired:
                pass
        if self.process.returncode == -signal.SIGKILL and self.debuggee:
            try:
                os.kill(self.debuggee, signal.SIGKILL)
            except ProcessLookupError:
                pass


class Adapter:
    """A connection that sends requests and keeps the events that arrive between responses."""

    def __init__(self, server, deadline):
        self.server, self.deadline = server, deadline
        self.socket = socket.create_connection(server.address, timeout=deadline.left("connecting"))
        self.bytes = b""
        self.number = 0
        self.events = []

    def receive(self, doing):
        while b"\r\n\r\n" not in self.bytes:
            self.more(doing)
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d{1,9})", head)
        if length is None or int(length[1]) > LONGEST_MESSAGE:
            raise Refused(f"the adapter sent a message with an invalid length {doing}")
        while len(self.bytes) < int(length[1]):
            self.more(doing)
        body, self.bytes = self.bytes[: int(length[1])], self.bytes[int(length[1]) :]
        return json.loads(body)

    def more(self, doing):
        self.socket.settimeout(self.deadline.left(doing))
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            raise Refused(f"timed out {doing}") from None
        if not data:
            raise Refused(f"the adapter closed the connection {doing}")
        self.bytes += data

    def next(self, doing):
        """Returns the next message, and records events."""
        message = self.receive(doing)
        if message["type"] == "event":
            body = message.get("body") or {}
            if message["event"] == "output":
                print(body.get("output", "").rstrip("\n"), file=sys.stderr)
            elif message["event"] == "process":
                self.server.debuggee = body.get("systemProcessId")
            self.events.append(message)
        return message

    def send(self, command, **arguments):
        self.number += 1
        body = json.dumps(
            {"seq": self.number, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self.socket.settimeout(self.deadline.left(f"sending {command}"))
        self.socket.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self.number

    def ask(self, command, **arguments):
        """Sends a request and returns the body of its response."""
        number = self.send(command, **arguments)
        while True:
            message = self.next(f"in {command}")
            if message["type"] != "response" or message["request_seq"] != number:
                continue
            body = message.get("body") or {}
            if not message["success"]:
                raise Refused(
                    (body.get("error") or {}).get("format") or message.get("message") or f"{command} failed"
                )
            return body

    def wait(self, *names):
        """Returns the first of these events, waiting for it if necessary."""
        while True:
            for event in self.events:
                if event["event"] in names:
                    return event
            self.next(f"waiting for {' or '.join(names)}")


def rules(options):
    """Returns the rules of a report as VS Code sends them."""
    if not options.report:
        return []
    report = json.loads(options.report.read_text())["files"][0]
    return [
        {"from": rule["from"].replace("${workspaceFolder}", options.workspace), "to": rule["to"]}
        for rule in report["substitutePath"]
    ]


def session(adapter, options):
    adapter.ask(
        "initialize",
        clientID="dap-session",
        adapterID="go",
        pathFormat="path",
        linesStartAt1=True,
        columnsStartAt1=True,
    )
    adapter.ask(
        "launch", mode="exec", program=os.path.abspath(options.program), substitutePath=rules(options)
    )
    adapter.wait("initialized")
    path = os.path.abspath(options.file)
    (point,) = adapter.ask(
        "setBreakpoints",
        source={"name": os.path.basename(path), "path": path},
        breakpoints=[{"line": options.line}],
    )["breakpoints"]
    if not point["verified"]:
        raise Refused(point.get("message", "the breakpoint was not verified"))
    adapter.ask("configurationDone")
    event = adapter.wait("stopped", "terminated", "exited")
    if event["event"] != "stopped":
        raise Refused("the program exited before the breakpoint")
    if event["body"]["reason"] != "breakpoint":
        raise Refused(event["body"].get("text") or f"stopped by {event['body']['reason']}")
    frame = adapter.ask("stackTrace", threadId=event["body"]["threadId"], startFrame=0, levels=1)[
        "stackFrames"
    ][0]
    for scope in adapter.ask("scopes", frameId=frame["id"])["scopes"]:
        variables = adapter.ask("variables", variablesReference=scope["variablesReference"])
        for variable in variables["variables"]:
            if variable["name"] == options.variable:
                return {
                    "stopped": True,
                    "file": frame["source"]["path"],
                    "line": frame["line"],
                    "variable": variable["name"],
                    "value": variable["value"],
                }
    raise Refused(f"no variable {options.variable} at {frame['source']['path']}:{frame['line']}")


def run(options):
    deadline = Deadline(options.timeout)
    extra = [f"--check-go-version={options.check_go_version}"] if options.check_go_version else []
    server = Server(options.dlv, extra, deadline)
    adapter = None
    try:
        adapter = Adapter(server, deadline)
        try:
            return session(adapter, options)
        finally:
            # The server exits with the session, and the program must not outlive it.
            adapter.deadline = Deadline(GRACE)
            try:
                adapter.ask("disconnect", terminateDebuggee=True)
            except (Refused, OSError):
                pass
    finally:
        if adapter:
            adapter.socket.close()
        server.end()


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("dlv")
    arguments.add_argument("program", type=Path)
    arguments.add_argument("file")
    arguments.add_argument("line", type=int)
    arguments.add_argument("variable")
    arguments.add_argument("--check-go-version", choices=("true", "false"))
    arguments.add_argument("--report", type=Path)
    arguments.add_argument("--workspace")
    arguments.add_argument("--timeout", type=float, default=60, help="time limit in seconds")
    options = arguments.parse_args()
    try:
        result = run(options)
    except Refused as refusal:
        result = {"error": str(refusal)}
    except (OSError, ValueError, LookupError) as error:
        result = {"error": f"unexpected: {error!r}"}
    print(json.dumps(result))
    sys.exit("error" in result)


if __name__ == "__main__":
    main()
