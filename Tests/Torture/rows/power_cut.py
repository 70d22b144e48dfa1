"""power-cut: the disk as it was at a random time or some seconds after the end, mounted again.

The power failure is simulated by an atomic copy of the image of a loop device.
"""

import fcntl
import shutil
import signal
import time
from functools import partial
from pathlib import Path

from disk import make_disk, shell
from row import Case, Row
from world import Result, Stage, World

FICLONE = 0x40049409
KINDS = ("ext4", "xfs", "btrfs")


class Disks:
    """A file system on which disk images can be copied atomically, and a home on one of them."""

    def __init__(self, stage: Stage, row: Row, kind: str):
        self.world, self.row = World(stage, row.name, stage.real), row
        self.directory = stage.directory / "disks"
        self.directory.mkdir()
        make_disk(kind, stage.directory / "disks.image", "6000M")
        shell("mount", "-o", "loop,discard", stage.directory / "disks.image", self.directory)
        self.image = self.directory / "disk"

    def cloned(self, name: str) -> Path:
        with open(self.image, "rb") as source, open(self.directory / name, "wb") as copy:
            fcntl.ioctl(copy.fileno(), FICLONE, source.fileno())
        return self.directory / name

    def ensure_with_copies(self, delays) -> tuple[Result, list[tuple[str, Path, bool]]]:
        """Runs ensure on a new disk; returns copies of the disk, and whether each was made before the end."""
        world, start = self.world, time.monotonic()
        process, copies = world.start(world.commands["ensure"]), []
        while process.poll() is None:
            time.sleep(self.row.rng.uniform(0.02, 0.3))
            moment = time.monotonic() - start
            copies.append((f"cut after {moment:.2f} s", self.cloned(f"at{moment}"), True))
        result, start = world.finish(process), time.monotonic()
        copies = self.row.rng.sample(copies, min(2, len(copies)))
        for delay in delays:
            time.sleep(max(0.0, start + delay - time.monotonic()))
            copies.append((f"cut {delay} s after the end", self.cloned(f"after{delay}"), False))
        return result, copies

    def case(self, kind: str, delays) -> None:
        world = self.world
        make_disk(kind, self.image, "700M")
        shell("mount", "-o", "loop", self.image, world.home)
        world.clear()
        shell("sync", "-f", world.home)
        result, copies = self.ensure_with_copies(delays)
        shell("umount", world.home)
        for what, copy, is_midway in copies:
            shell("mount", "-o", "loop,nouuid" if kind == "xfs" else "loop", copy, world.home)
            world.before = world.outside()
            status = -signal.SIGKILL if is_midway else result.status
            cut = Result(result.command, status, result.out, result.err, killed=is_midway)
            self.row.judge(f"{kind}, {what}", world, "ensure", cut, expected=() if is_midway else (0,))
            shell("umount", world.home)
        for path in self.directory.iterdir():
            path.unlink()


def power_cut(stage: Stage, row: Row) -> list[Case]:
    found = [kind for kind in KINDS if shutil.which(f"mkfs.{kind}")]
    row.unknown += [f"no mkfs.{kind}" for kind in KINDS if kind not in found]
    outer = next((kind for kind in ("xfs", "btrfs") if kind in found), None)
    if not outer:
        row.unknown.append("no file system on which an image can be copied atomically")
        return []
    disks = Disks(stage, row, outer)
    return [partial(disks.case, kind, (0,)) for kind in found for _ in range(4)] + [
        partial(disks.case, kind, (0, 2, 6, 12)) for kind in found
    ]
