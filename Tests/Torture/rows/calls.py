"""kill-at-call and errors: strace lets each system call of a command kill it, or fail."""

import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from row import Case, Row
from world import COMMANDS, Result, Stage, World

CALLS = {
    "rename": ("renameat2", "rename", "renameat"),
    "open": ("openat",),
    "write": ("write", "pwrite64", "writev"),
    "sync": ("fsync", "fdatasync", "syncfs"),
    "unlink": ("unlinkat", "unlink", "rmdir"),
    "mkdir": ("mkdir", "mkdirat"),
    "link": ("symlink", "symlinkat"),
}
ERRORS = [
    ("write", "ENOSPC"),
    ("write", "EDQUOT"),
    ("write", "EIO"),
    ("sync", "EIO"),
    ("rename", "EXDEV"),
    ("rename", "EIO"),
    ("open", "EMFILE"),
    ("mkdir", "EROFS"),
]


def strace(world: World, command: str, calls, *expressions: str) -> tuple[Result, str]:
    """Runs a command in its starting state below strace; also returns what strace wrote."""
    world.reset(command)
    trace = world.area / "trace"
    # The question marks are for architectures that lack the older calls.
    wrapper = ["strace", "-f", "-qqq", "-o", str(trace), "-e", "trace=" + ",".join("?" + c for c in calls)]
    result = world.run(world.commands[command], wrapper + [word for e in expressions for word in ("-e", e)])
    return result, trace.read_text(errors="replace")


@dataclass(frozen=True)
class Fault:
    """What one call of a command does instead of its work: `effect` in strace's words."""

    command: str
    call: str
    effect: str

    def hit(self, world: World, row: Row, number: int) -> bool:
        """Judges a run in which the call of that number goes wrong; returns whether there was one."""
        fault, trace = strace(
            world, self.command, [self.call], f"inject={self.call}:{self.effect}:when={number}"
        )
        fault.killed = fault.status == -signal.SIGKILL and "KILL" in self.effect
        fault.err_is_lost = bool(re.search(r"write\(2, .*(INJECTED|unfinished)", trace))
        # What deletes again fails with these calls too, in another thread at the same count.
        is_tidy = self.command == "ensure" and self.call not in CALLS["open"] + CALLS["rename"]
        row.judge(f"{self.command}, {self.call} {number}: {self.effect}", world, self.command, fault, is_tidy)
        return fault.killed or "(INJECTED)" in trace

    def hit_until_passed(self, world: World, row: Row, first: int) -> None:
        for number in range(first, first + 100):
            if not self.hit(world, row, number):
                return
        row.unknown.append(f"{self.command} with {self.call}: still hit at {number}")


def most_by_thread(world: World, command: str) -> dict[str, int]:
    """How often the busiest thread of a command makes each call."""
    _, trace = strace(world, command, [call for calls in CALLS.values() for call in calls])
    most: dict[str, int] = {}
    for (_, call), count in Counter(re.findall(r"^(\d+) +(\w+)\(", trace, re.M)).items():
        most[call] = max(most.get(call, 0), count)
    return most


def cases_of(world: World, row: Row, commands, effects) -> Iterator[Case]:
    """Cases that let the first, second, third … call of each kind go wrong, until none is left.

    strace counts by thread and by call, so calls are taken one by one: in a set, the first rename would
    hide the first renameat.
    """
    for command in commands:
        most = most_by_thread(world, command)
        for kind, effect in effects:
            for call in filter(most.get, CALLS[kind]):
                fault, last = Fault(command, call, effect), most[call]
                for number in [*range(1, min(last, 60) + 1), *range(67, last + 1, 7)]:
                    yield partial(fault.hit, world, row, number)
                yield partial(fault.hit_until_passed, world, row, last + 1)


def kill_at_call(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    return list(cases_of(world, row, COMMANDS, [(kind, "signal=SIGKILL") for kind in CALLS]))


def errors(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    commands = ("ensure", "remove", "use", "repair")
    return list(cases_of(world, row, commands, [(kind, f"error={name}") for kind, name in ERRORS]))
