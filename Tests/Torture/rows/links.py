"""links: a symbolic link instead of each directory and file of the store.

The links point to the canary, which no command may change. After a command, the link is removed, as an
administrator would do, and the promise must hold.
"""

import os
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import promise
from disk import differing, tree
from row import Case, Row
from world import COMMANDS, Result, Stage, World

IN_TREE = (
    "",
    "bin",
    "bin/go",
    "VERSION",
    ".gotoolprov",
    ".gotoolprov/receipt.json",
    ".gotoolprov/index.mtree",
    ".unpacked-success",
    "src",
)
IN_STORE = ("staging", "lock", "quarantine", "current", "")


def places(world: World) -> list[Path]:
    """Returns all paths of a home that are replaced by links."""
    root = world.sdk / world.version
    return (
        [root / path for path in IN_TREE]
        + [world.own / name for name in IN_STORE]
        + [
            world.own / "lock" / world.version,
            world.own / "staging" / world.version,
            world.own / "quarantine" / world.version,
            world.sdk,
            world.bin,
            world.bin / world.version,
            world.bin / "go",
        ]
    )


@dataclass(frozen=True)
class Link:
    command: str
    place: Path
    target: Path

    def run(self, world: World, row: Row) -> None:
        world.reset(self.command)
        root = world.sdk / world.version
        is_inside = self.place.is_relative_to(root) and self.place != root
        if not self.place.parent.is_dir():
            if is_inside:
                return
            self.place.parent.mkdir(parents=True)
        aside = world.area / "aside"
        existed = os.path.lexists(self.place)
        if existed:
            os.rename(self.place, aside)
        self.place.symlink_to(self.target)
        if is_inside and world.wrong is not None:
            world.wrong = tree(root)
        fault = world.run(world.commands[self.command])
        problems = fault.problems() + [
            f"changed through the link: {path}"
            for path in differing(world.before, world.outside())
            if path not in ("sdk", "go")
        ]
        if self.place.is_symlink() and os.readlink(self.place) == str(self.target):
            self.place.unlink()
            # Do not restore what a successful `remove` has deleted.
            if existed and not (self.command == "remove" and fault.status == 0):
                os.rename(aside, self.place)
                if is_inside and world.wrong is not None:
                    world.wrong = tree(root)
        if os.path.lexists(aside):
            shutil.rmtree(aside) if aside.is_dir() and not aside.is_symlink() else aside.unlink()
        ended = Result(fault.command, fault.status, killed=True)
        row.note(
            f"{self.command} with a link at {self.place.relative_to(world.home)} to {self.target.name}",
            fault,
            problems + promise.violations(world, self.command, ended),
        )


def links(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    canary = world.area / "canary"
    targets = (canary / "directory", canary / "program", canary / "missing")
    # Without `current`, `remove` cannot determine that `go` and `gofmt` belong to the removed tree.
    return [
        partial(Link(command, place, target).run, world, row)
        for command in COMMANDS
        for place in places(world)
        for target in targets
        if (command, place) != ("remove", world.own / "current")
    ]
