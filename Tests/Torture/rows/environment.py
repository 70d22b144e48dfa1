"""environment: unusual descriptors, variables, umasks, working directories and times."""

import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from row import Case, Row
from world import Stage, World

# There is no namespace for calendar time, so files with other times are used instead.
SHIFT = ["unshare", "--time", "--monotonic", "300000000", "--boottime", "300000000"]


@dataclass(frozen=True)
class Unusual:
    """An ensure in an unusual environment, and its expected exit status."""

    what: str
    expected: int
    # The modification time of the archive.
    archive_time: int | None = None
    stdout: str = ""
    options: dict = field(default_factory=dict)

    def run(self, world: World, row: Row) -> None:
        if self.archive_time is not None:
            os.utime(world.mirror.archive(world.version), (self.archive_time, self.archive_time))
        world.reset("ensure")
        if self.stdout:
            with open(self.stdout, "wb") as file:
                fault = world.run(world.commands["ensure"], stdout=file, **self.options)
        else:
            fault = world.run(world.commands["ensure"], **self.options)
        fault.err_is_lost = "stderr" in self.what or "all" in self.what
        row.judge(self.what, world, "ensure", fault, is_tidy=True, expected=(self.expected,))


def close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def enter_deleted_directory(parent: Path) -> None:
    directory = tempfile.mkdtemp(dir=parent)
    os.chdir(directory)
    os.rmdir(directory)


def closed(*descriptors: int) -> dict:
    return {"preexec_fn": partial(close, *descriptors)}


def variables(**values: str | None) -> dict:
    return {"variables": values}


def environment(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    has_times = subprocess.run(["unshare", "--time", "true"], stderr=subprocess.DEVNULL).returncode == 0
    row.unknown += [] if has_times else ["no time namespace"]
    environments = [
        Unusual("stdout closed", 73, options=closed(1)),
        Unusual("stderr closed", 0, options=closed(2)),
        Unusual("stdin closed", 0, options=closed(0)),
        Unusual("all closed", 73, options=closed(0, 1, 2)),
        Unusual("stdout full", 73, stdout="/dev/full"),
        Unusual("deleted cwd", 0, options={"preexec_fn": partial(enter_deleted_directory, stage.directory)}),
        Unusual("HOME unset", 78, options=variables(HOME=None)),
        Unusual("HOME empty", 78, options=variables(HOME="")),
        Unusual("HOME relative", 78, options=variables(HOME="home")),
        Unusual("PATH empty", 0, options=variables(PATH="")),
        Unusual("umask 000", 0, options={"umask": 0}),
        Unusual("umask 077", 0, options={"umask": 0o77}),
        Unusual("umask 777", 0, options={"umask": 0o777}),
        Unusual("LANG odd", 0, options=variables(LANG="xx_YY.bogus", LC_ALL="tr_TR.\udcff", TZ=":/dev/null")),
        Unusual("archive of 1970", 0, archive_time=0),
        Unusual("archive of 2100", 0, archive_time=4102444800),
        Unusual("clock that never runs back, 9 years on", 0, options={"wrapper": SHIFT if has_times else []}),
    ]
    return [partial(unusual.run, world, row) for unusual in environments] * 3
