"""A temporary host for the commands of the documents, in separate mount, network and process namespaces.

In it, /home/dev is an empty home directory, /srv/go the demo mirror (read-only), /mnt/usb an empty disk,
and /etc a copy. A server on the loopback interface responds as go.dev, github.com and mirror.example, with
the files of the mirror. Nothing else is reachable, and nothing outside is changed.
"""

import base64
import errno
import fcntl
import json
import os
import pty
import re
import select
import shutil
import ssl
import struct
import subprocess
import sys
import termios
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOME = Path("/home/dev")
SECONDS = 120
HOSTS = ("go.dev", "github.com", "mirror.example")
# What /private/ takes: the user dev with the password s3cret, and a token.
CREDENTIALS = ("Basic " + base64.b64encode(b"dev:s3cret").decode(), "Bearer t0ken")
SERVED = {
    "/dl/": "/srv/go",
    "/go/": "/srv/go",
    "/private/": "/srv/go",
    "/go-delve/delve/archive/refs/tags/": "/srv/go/delve",
}


def run(*command: str, **options) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, **options)


def entered(scratch: Path, arguments: list[str]) -> subprocess.CompletedProcess:
    """Runs a script in separate namespaces, as root or as root of a user namespace."""
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    words = [*command, sys.executable, "-B", *arguments, "--inside", str(scratch)]
    return subprocess.run(words, stdout=subprocess.PIPE, text=True)


class Server(SimpleHTTPRequestHandler):
    """Serves the mirror as go.dev, github.com and mirror.example do; /private/ requires credentials."""

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0]
        for prefix, directory in SERVED.items():
            if name.startswith(prefix):
                return f"{directory}/{name.removeprefix(prefix)}"
        return "/nonexistent"

    def do_GET(self) -> None:
        sent = self.headers.get("Authorization")
        if not self.path.startswith("/private/") or "token=s3cret" in self.path or sent in CREDENTIALS:
            super().do_GET()
        else:
            self.send_error(403 if "token=" in self.path else 401)

    def log_message(self, *_) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    """Ignores errors of clients that are killed on purpose."""

    def handle_error(self, *_) -> None:
        pass


class World:
    def __init__(self, scratch: Path, executable: Path, mirror: Path, tools: Path) -> None:
        self.scratch = scratch
        # In memory if there is enough room, because a disk is slow after deleting many files.
        run("mount", "-t", "tmpfs", "-o", "mode=755,size=75%", "none", str(scratch))
        for name in ("home/dev", "srv/go", "srv/tools", "mnt/usb", "bin", "tmp"):
            (scratch / name).mkdir(parents=True)
        subprocess.run(["cp", "-a", "/etc", str(scratch)], stderr=subprocess.DEVNULL, check=False)
        shutil.copy(executable, scratch / "bin/gotoolprov")
        for source, target in ((mirror, "srv/go"), (tools, "srv/tools")):
            run("mount", "--bind", str(source), str(scratch / target))
            run("mount", "-o", "remount,bind,ro", str(scratch / target))
        self.write_configuration(tools)
        self.certify()
        (scratch / "tmp").chmod(0o1777)
        for name, target in (("etc", "/etc"), ("srv", "/srv"), ("mnt", "/mnt"), ("bin", "/usr/local/bin")):
            run("mount", "--rbind", str(scratch / name), target)
        # Last, because the repository itself may be below /home or /tmp.
        state = os.open(scratch, os.O_PATH)
        for name, target in (("home", "/home"), ("tmp", "/tmp")):
            run("mount", "--bind", f"/proc/self/fd/{state}/{name}", target, pass_fds=[state])
        self.state = Path("/tmp/.state")
        run("ip", "link", "set", "lo", "up")
        self.serve()
        self.environment = {
            "HOME": str(HOME),
            "USER": "dev",
            "LANG": "C.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TERM": "xterm",
            "SHELL": "/bin/bash",
        }

    def write_configuration(self, tools: Path) -> None:
        """Configures the catalogs of the demo archives, whose digests differ from the official ones."""
        directory = self.scratch / "etc/gotoolprov"
        directory.mkdir(exist_ok=True)
        catalogs = ["/srv/go/catalog.json", *(f"/srv/tools/{path.name}" for path in tools.glob("*.json"))]
        document = {"catalogs": catalogs, "mirrors": ["/srv/tools"], "durability": "none"}
        (directory / "gotoolprov.json").write_text(json.dumps(document))
        with open(self.scratch / "etc/hosts", "a") as hosts:
            hosts.write("127.0.0.1 " + " ".join(HOSTS) + "\n")

    def certify(self) -> None:
        """Creates a certificate for the server, from an authority that the copy of /etc trusts."""
        key, certificate = self.scratch / "key.pem", self.scratch / "certificate.pem"
        names = ",".join(f"DNS:{host}" for host in HOSTS)
        run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-days", "2", "-subj", "/CN=demo", "-addext", f"subjectAltName={names}"),
            *("-keyout", str(key), "-out", str(certificate)),
            stderr=subprocess.DEVNULL,
        )
        store = self.scratch / "etc/ssl/certs/ca-certificates.crt"
        store.parent.mkdir(parents=True, exist_ok=True)
        with open(store, "a") as file:
            file.write(certificate.read_text())
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)

    def serve(self) -> None:
        for port in (80, 443):
            server = QuietServer(("127.0.0.1", port), partial(Server, directory="/srv/go"))
            if port == 443:
                server.socket = self.tls.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def shell(self, commands: str, typed: list[str] | None = None, options="") -> tuple[int, str]:
        """Runs commands in a terminal with the previous shell state; returns exit status and output."""
        before = f". {self.state} 2>/dev/null\n" if self.state.exists() else f"cd {HOME}\n"
        save = f'save() {{ {{ export -p; printf "cd %q\\n" "$PWD"; }} >{self.state}; }}; trap save EXIT'
        script = f"{before}{save}\n{options}\n{commands}\n"
        environment = self.environment | ({"TERM": "dumb"} if typed else {})
        child, terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 50, 100, 0, 0))
            os.execve("/bin/bash", ["bash", "-c", script], environment)
        output = self.watched(child, terminal, list(typed or []))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), cleaned(output)

    def watched(self, child: int, terminal: int, typed: list[str]) -> str:
        """The output of a program until it ends; types one line at each prompt `(dlv) `."""
        shown, end, last = "", time.monotonic() + SECONDS, 0
        while True:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                os.kill(child, 9)
                return f"{shown}\n[still running after {SECONDS} s]\n"
            try:
                piece = os.read(terminal, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                piece = b""
            if not piece:
                return shown
            shown += piece.decode(errors="replace")
            if typed and shown.endswith("(dlv) ") and len(shown) > last:
                os.write(terminal, f"{typed.pop(0)}\n".encode())
                last = len(shown)


def cleaned(output: str) -> str:
    """The visible text: no escape sequences, and only the last state of a redrawn line."""
    output = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", output.replace("\r\n", "\n"))
    return "\n".join(line.rpartition("\r")[2].rstrip() for line in output.split("\n")).strip("\n")
