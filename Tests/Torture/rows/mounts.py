"""mounts: mounts inside trees, staging and quarantine.

Bind mounts contain the canary, which no command may change. After a command, the mounts are removed, as an
administrator would do, and the promise must hold.
"""

import os
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import promise
from disk import differing, shell
from row import Case, Row
from world import COMMANDS, Result, Stage, World


def leftover(world: World) -> Path:
    """Returns a directory with a name that recovery treats as left by a killed run."""
    return world.own / "staging" / f"{world.version}.12345"


def unmount_all(directory: Path) -> None:
    """Removes all mounts below a directory, because a mount may have been moved together with its tree."""
    for line in reversed(Path("/proc/self/mountinfo").read_text().splitlines()):
        path = line.split()[4].encode().decode("unicode_escape")
        if Path(path).is_relative_to(directory):
            subprocess.run(["umount", "--lazy", path], check=False)


@dataclass(frozen=True)
class Mount:
    command: str
    place: Path
    kind: str

    def run(self, world: World, row: Row) -> None:
        world.reset(self.command)
        place, canary = self.place, world.area / "canary"
        if place == leftover(world) or place.parent == world.own:
            place.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(place):
            return
        if self.kind == "tmpfs" and place.is_dir():
            shell("mount", "-t", "tmpfs", "torture", place)
            (place / "stays").write_text("stays\n")
        else:
            shell("mount", "--bind", canary if place.is_dir() else canary / "program", place)
        try:
            fault = world.run(world.commands[self.command])
            problems = fault.problems() + [
                f"changed through the mount: {path}" for path in differing(world.before, world.outside())
            ]
            if self.kind == "tmpfs" and place.is_dir() and not (place / "stays").exists():
                problems.append("deleted what is mounted")
        finally:
            unmount_all(world.home)
            # Recovery could not delete it while it was mounted, and a run without changes does not recover.
            if place == leftover(world) and place.is_dir():
                place.rmdir()
        ended = Result(fault.command, fault.status, killed=True)
        row.note(
            f"{self.command} with a {self.kind} mount at {place.relative_to(world.home)}",
            fault,
            problems + promise.violations(world, self.command, ended),
        )


def mounts(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    root = world.sdk / world.version
    where = [
        root,
        root / "src",
        root / "bin",
        root / "bin/go",
        root / "VERSION",
        root / ".gotoolprov",
        world.own / "staging",
        world.own / "quarantine",
        world.own / "lock",
        leftover(world),
    ]
    return [
        partial(Mount(command, place, kind).run, world, row)
        for command in COMMANDS
        for place in where
        for kind in ("bind", "tmpfs")
    ]
