"""kill-at-call and errors: strace makes each system call of a command kill the process or fail."""

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
    """Runs a command in its starting state under strace; returns the result and the trace."""
    world.reset(command)
    trace = world.area / "trace"
    # The question marks ignore older calls that do not exist on some architectures.
    wrapper = ["strace", "-f", "-qqq", "-o", str(trace), "-e", "trace=" + ",".join("?" + c for c in calls)]
    result = world.run(world.commands[command], wrapper + [word for e in expressions for word in ("-e", e)])
    return result, trace.read_text(errors="replace")


@dataclass(frozen=True)
class Fault:
    """A fault in a system call of a command; `effect` has the syntax of strace."""

    command: str
    call: str
    effect: str

    def hit(self, world: World, row: Row, number: int) -> bool:
        """Runs the command with a fault in the call with this number; returns whether the call occurred."""
        fault, trace = strace(
            world, self.command, [self.call], f"inject={self.call}:{self.effect}:when={number}"
        )
        fault.killed = fault.status == -signal.SIGKILL and "KILL" in self.effect
        fault.err_is_lost = bool(re.search(r"write\(2, .*(INJECTED|unfinished)", trace))
        # Cleaning up uses these calls too, so it may fail in another thread at the same count.
        is_tidy = self.command == "ensure" and self.call not in CALLS["open"] + CALLS["rename"]
        row.judge(f"{self.command}, {self.call} {number}: {self.effect}", world, self.command, fault, is_tidy)
        return fault.killed or "(INJECTED)" in trace

    def hit_until_passed(self, world: World, row: Row, first: int) -> None:
        for number in range(first, first + 100):
            if not self.hit(world, row, number):
                return
        row.unknown.append(f"{self.command} with {self.call}: still hit at {number}")


def maximum_by_thread(world: World, command: str) -> dict[str, int]:
    """Returns the maximum number of each call in one thread of a command."""
    _, trace = strace(world, command, [call for calls in CALLS.values() for call in calls])
    maximum: dict[str, int] = {}
    for (_, call), count in Counter(re.findall(r"^(\d+) +(\w+)\(", trace, re.M)).items():
        maximum[call] = max(maximum.get(call, 0), count)
    return maximum


def cases_of(world: World, row: Row, commands, effects) -> Iterator[Case]:
    """Generates cases with a fault in the first, second, third … call of each kind, until the last.

    strace counts by thread and by call, so a case is for a single call: in a set, the first rename would
    hide the first renameat.
    """
    for command in commands:
        maximum = maximum_by_thread(world, command)
        for kind, effect in effects:
            for call in filter(maximum.get, CALLS[kind]):
                fault, last = Fault(command, call, effect), maximum[call]
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
