"""no-threads and no-proc: a host that does not allow threads, and one without /proc."""

import sys
from functools import partial
from pathlib import Path

from row import Case, Row
from world import COMMANDS, Stage, World

DENY = Path(__file__).resolve().parents[2] / "Support/Servers/deny.py"
CLONE3 = "435"
WITHOUT_PROC = ["unshare", "--mount", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"]


def no_threads(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)

    def case(command: str, errno: int) -> None:
        world.reset(command)
        wrapper = [sys.executable, str(DENY), CLONE3, str(errno)]
        fault = world.run(world.commands[command], wrapper=wrapper)
        row.judge(f"{command} with clone3 failing by errno {errno}", world, command, fault, expected=(0,))

    return [partial(case, command, errno) for command in COMMANDS for errno in (1, 11)] * 5


def no_proc(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)

    def case(command: str) -> None:
        world.reset(command)
        fault = world.run(world.commands[command], wrapper=WITHOUT_PROC)
        # Without /proc, it is unknown whether a process runs from the tree.
        expected = (75,) if command == "remove" else (0,)
        row.judge(f"{command} without /proc", world, command, fault, expected=expected)

    return [partial(case, command) for command in COMMANDS] * 5
