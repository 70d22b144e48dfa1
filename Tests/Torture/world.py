"""A home directory, and gotoolprov runs in it."""

import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from disk import snapshot, tree
from fixtures import Mirror, damage

TIMEOUT = 120
# The commands that rows run, each with its own starting state.
COMMANDS = ("ensure", "remove", "use", "repair", "reinstall")
# The statuses of docs/reference/exit-status.md, except 70, which reports a bug.
FAILURES = {64, 65, 69, 73, 75, 78, 129, 130, 141, 143}
RUNNING: dict[int, subprocess.Popen] = {}


@dataclass
class Result:
    """The result of a run. If it was `killed`, the fault itself ended it."""

    command: str
    status: int | None
    out: str = ""
    err: str = ""
    killed: bool = False
    err_is_lost: bool = False

    def document(self) -> dict:
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    def problems(self) -> list[str]:
        """Returns the errors in how the program reported its result."""
        if self.killed or self.status == 0:
            return []
        if self.status is None:
            return [f"still running after {TIMEOUT} s"]
        is_verdict = " verify " in self.command and 0 < self.status < 8
        if not is_verdict and self.status not in FAILURES:
            return [f"exit status {self.status} is not a documented failure"]
        if self.err_is_lost or is_verdict and not self.err:
            return []
        try:
            # A failed repair and an unwritable result are two failures; the last determines the status.
            reported, rest = None, self.err.lstrip()
            while rest:
                document, end = json.JSONDecoder().raw_decode(rest)
                reported, rest = document["error"]["exitStatus"], rest[end:].lstrip()
        except (ValueError, KeyError, TypeError):
            return ["stderr is not JSON error documents"]
        if is_verdict or reported == self.status:
            return []
        return [f"the JSON reports exit status {reported}"]


@dataclass(frozen=True)
class Stage:
    """The resources that all rows share."""

    directory: Path
    program: Path
    fixtures: Mirror
    real: Mirror | None


class World:
    """A home directory with files beside it that must not change, and gotoolprov runs in it."""

    def __init__(self, stage: Stage, name: str, mirror: Mirror):
        self.program, self.mirror = stage.program, mirror
        self.area = stage.directory / name
        self.home, self.sdk, self.bin = (self.area / part for part in ("home", "home/sdk", "home/go/bin"))
        self.own = self.sdk / ".gotoolprov"
        self.home.mkdir(parents=True)
        self.version, self.other = mirror.versions[0], mirror.versions[:2][-1]
        source = ["--mirror", str(mirror.directory), "--catalog", str(mirror.catalog)]
        repair = ["verify", "--repair", self.version, *source]
        self.commands = {
            "ensure": ["ensure", self.version, *source],
            "remove": ["remove", self.version],
            "use": ["use", self.other],
            "repair": repair,
            "reinstall": repair,
        }
        self.ensure_all = ["ensure", *mirror.versions, *source]
        self.ensure_two = ["ensure", *{self.version, self.other}, *source]
        self.wrong: dict | None = None
        canary = self.area / "canary/directory"
        canary.mkdir(parents=True)
        for path, mode in ((canary / "file", 0o640), (canary.parent / "program", 0o755)):
            path.write_text("stays\n")
            path.chmod(mode)
            os.utime(path, (1, 1))
        # The expected launchers, from a home without faults.
        self.must(self.ensure_all)
        self.must(["use", self.version])
        self.scripts = {path.name: path.read_text() for path in self.bin.iterdir()}
        self.clear()

    # Running

    def words(self, arguments, wrapper=()) -> list[str]:
        return [*wrapper, str(self.program), *arguments, "--format", "json"]

    def start(self, arguments, wrapper=(), variables=None, **options) -> subprocess.Popen:
        environment = {
            "HOME": str(self.home),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "GOTOOLPROV_OFFLINE": "1",
            **(variables or {}),
        }
        options = {"cwd": self.area, "stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        environment = {name: value for name, value in environment.items() if value is not None}
        process = subprocess.Popen(
            self.words(arguments, wrapper),
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            **options,
        )
        RUNNING[process.pid] = process
        return process

    def finish(self, process: subprocess.Popen, timeout: float = TIMEOUT) -> Result:
        result = Result(f"HOME={self.home} {shlex.join(map(os.fsdecode, process.args))}", None)
        try:
            out, err = process.communicate(timeout=max(timeout, 0.1))
            result.status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
        del RUNNING[process.pid]
        result.out, result.err = (out or b"").decode(errors="replace"), err.decode(errors="replace")
        return result

    def run(self, arguments, wrapper=(), **options) -> Result:
        return self.finish(self.start(arguments, wrapper, **options))

    def must(self, arguments) -> None:
        result = self.run(arguments)
        if result.status != 0:
            raise RuntimeError(f"{result.command}: {result.status}\n{result.err}{result.out}")

    def timed(self, command: str) -> float:
        start = time.monotonic()
        self.must(self.commands[command])
        return time.monotonic() - start

    # Starting states

    def reset(self, command: str) -> None:
        """Restores the starting state of a command."""
        template = self.area / "states" / command
        self.wrong = None
        self.clear()
        if not template.exists():
            self.prepare(command)
            shutil.copytree(self.home, template, symlinks=True)
            self.clear()
        shutil.copytree(template, self.home, symlinks=True, dirs_exist_ok=True)
        if command in ("repair", "reinstall"):
            self.wrong = tree(self.sdk / self.version)
        self.before = self.outside()

    def clear(self) -> None:
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        (self.home / ".profile").write_text("stays\n")
        self.before = self.outside()

    def prepare(self, command: str) -> None:
        if command == "ensure":
            return
        self.must(self.ensure_two)
        self.must(["use", self.version])
        if command == "repair":
            damage(
                self.sdk / self.version,
                self.mirror.holds(self.version),
                self.mirror.unpacked(self.version),
                random.Random(1),
                ("flip", "delete", "add", "chmod"),
            )
        elif command == "reinstall":
            os.truncate(self.sdk / self.version / ".gotoolprov/index.mtree", 10)

    def outside(self) -> dict:
        """Returns the state of all files that no command may change."""
        return {
            **snapshot(self.area / "canary"),
            **snapshot(self.mirror.directory),
            **snapshot(self.home, without=("sdk", "go", "lost+found", "filler")),
        }
