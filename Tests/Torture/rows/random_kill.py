"""random-kill: SIGKILL at a random time during a command with a real Go."""

import signal
import time

from disk import tree
from fixtures import DAMAGES, damage
from row import Case, Row
from world import Stage, World


def spoil(world: World, row: Row) -> None:
    damage(
        world.sdk / world.version,
        world.mirror.holds(world.version),
        world.mirror.unpacked(world.version),
        row.rng,
        DAMAGES,
    )


def random_kill(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.real)
    root = world.sdk / world.version
    seconds = {"ensure": world.timed("ensure")}
    spoil(world, row)
    seconds |= {"repair": world.timed("repair"), "remove": world.timed("remove")}

    def case() -> None:
        command, world.wrong = row.rng.choice(["repair", "remove"]) if root.exists() else "ensure", None
        if command == "repair":
            spoil(world, row)
            world.wrong = tree(root)
        moment = row.rng.uniform(0, 1.2 * seconds[command])
        process = world.start(world.commands[command])
        time.sleep(moment)
        process.kill()
        fault = world.finish(process)
        fault.killed = fault.status == -signal.SIGKILL
        row.judge(f"{command}, SIGKILL after {moment:.3f} s", world, command, fault)

    return [case] * 500
