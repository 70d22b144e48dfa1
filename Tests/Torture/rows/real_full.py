"""real-full: file systems without space, inodes or write permission, and resource limits."""

import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from disk import shell
from fixtures import REAL
from row import Case, Row
from world import RUNNING, Stage, World


@dataclass(frozen=True)
class Full:
    """An ensure on a separate tmpfs."""

    what: str
    world: World
    # The options of the tmpfs; empty for one with enough space.
    mount: str = ""
    # The options with which it is remounted before the command runs.
    restriction: str = ""
    expected: tuple[int, ...] = ()
    # The time in seconds after which another process fills it.
    filled_after: float = 0.0
    # Called in the child process before the command is executed.
    limit: object = None

    def run(self, row: Row) -> None:
        world = self.world
        shell("mount", "-t", "tmpfs", "-o", self.mount or "size=1g", "tmpfs", world.home)
        world.clear()
        if not self.mount:
            shell("mount", "-o", f"remount,bind,{self.restriction}", world.home)
        process, filler = world.start(world.commands["ensure"], preexec_fn=self.limit), None
        if self.filled_after:
            time.sleep(self.filled_after)
            filler = self.fill()
        fault = world.finish(process)
        fault.killed = fault.status == -signal.SIGXFSZ
        if filler:
            filler.wait()
            del RUNNING[filler.pid]
            (world.home / "filler").unlink()
        remedy = "remount,size=1g,nr_inodes=0" if self.mount else "remount,bind,rw,exec"
        shell("mount", "-o", remedy, world.home)
        row.judge(self.what, world, "ensure", fault, is_tidy=True, expected=self.expected)
        shell("umount", world.home)

    def fill(self) -> subprocess.Popen:
        filler = subprocess.Popen(
            ["dd", "if=/dev/zero", f"of={self.world.home}/filler", "bs=1M"],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        RUNNING[filler.pid] = filler
        return filler


def needed(world: World) -> tuple[int, int]:
    """Returns the bytes and inodes that a tree requires."""
    entries = world.mirror.holds(world.version).values()
    return sum(-(-entry[2] // 4096) * 4096 for entry in entries), len(entries)


def set_limit(kind: int, most: int, is_ignored: bool = False) -> None:
    resource.setrlimit(kind, (most, most))
    if is_ignored:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def of_size(world: World, shares) -> Iterator[Full]:
    for share in shares:
        size = needed(world)[0] * share // 100
        yield Full(f"tmpfs of {size} bytes", world, f"size={size}", expected=(0, 73))


def of_inodes(world: World, counts) -> Iterator[Full]:
    for count in counts:
        yield Full(f"{count} inodes", world, f"size=1g,nr_inodes={count}", expected=(0, 73))


def filled_midway(world: World, row: Row) -> Iterator[Full]:
    for share in (105, 120, 150, 150, 200, 200):
        size, moment = needed(world)[0] * share // 100, row.rng.uniform(0.01, 0.6)
        yield Full(
            f"tmpfs of {size} bytes, filled after {moment:.2f} s",
            world,
            f"size={size}",
            expected=(0, 73),
            filled_after=moment,
        )


def of_limits(world: World) -> Iterator[Full]:
    for most in (0, 1, 200, 1000, 4096, 9000, 30000, 50000):
        for is_ignored in (False, True):
            yield Full(
                f"RLIMIT_FSIZE {most}, SIGXFSZ {'ignored' if is_ignored else 'default'}",
                world,
                "size=1g",
                limit=partial(set_limit, resource.RLIMIT_FSIZE, most, is_ignored),
            )
    for most in range(8, 41):
        yield Full(
            f"RLIMIT_NOFILE {most}", world, "size=1g", limit=partial(set_limit, resource.RLIMIT_NOFILE, most)
        )


def real_full(stage: Stage, row: Row) -> list[Case]:
    small, real = World(stage, row.name, stage.fixtures), None
    if stage.real:
        real = World(stage, row.name + "-real", stage.real)
    else:
        row.unknown.append(f"no {REAL} in the mirror for the large ones")
    inodes = needed(real)[1] if real else 0
    faults = [
        *of_size(small, range(50, 131, 4)),
        *(of_size(real, (60, 90, 98, 100, 101, 102, 104, 110)) if real else ()),
        *of_inodes(small, range(2, needed(small)[1] + 16, 3)),
        *(of_inodes(real, (500, inodes // 2, inodes - 9, inodes)) if real else ()),
        *(filled_midway(real, row) if real else ()),
        *of_limits(small),
        Full("read-only", small, restriction="ro", expected=(73,)),
        Full("noexec", small, restriction="noexec", expected=(73,)),
    ]
    return [partial(fault.run, row) for fault in faults]
