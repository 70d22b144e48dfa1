"""concurrent: 20 commands at the same time."""

import time

import promise
from disk import differing, snapshot
from row import Case, Row
from world import TIMEOUT, Result, Stage, World


def concurrent(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    source = world.commands["repair"][-4:]
    # Whether a version is installed when a command runs is random.
    kinds = [
        (["ensure"], source, {0}),
        (["remove"], [], {0}),
        (["use"], [], {0, 69}),
        (["verify"], [], {*range(8), 69}),
        (["verify", "--repair"], source, {*range(8), 69}),
    ]

    def state() -> list[str]:
        return promise.trees(world) + promise.names(world) + promise.leftovers(world)

    def case() -> None:
        deadline, started = time.monotonic() + TIMEOUT, []
        for _ in range(20):
            words, rest, allowed = row.rng.choices(kinds, (6, 5, 3, 3, 3))[0]
            started.append((world.start([*words, row.rng.choice(world.mirror.versions), *rest]), allowed))
        problems, last = [], Result("", None)
        for process, allowed in started:
            result = world.finish(process, deadline - time.monotonic())
            found = result.problems()
            if result.status not in allowed:
                found.append(f"exit status {result.status}, expected one of {sorted(allowed)}")
            problems += [f"{result.command}: {problem}\n{result.err}" for problem in found]
            last = result if found or not last.command else last
        problems += state()
        for _ in range(2):
            before, ensured = snapshot(world.home), world.run(world.ensure_all)
            if ensured.status != 0:
                problems.append(f"ensure of all: exit status {ensured.status}: {ensured.err}")
        changed = differing(before, snapshot(world.home))
        problems += [f"changed by a run with nothing to do: {path}" for path in changed[:5]]
        row.note("20 at once", last, problems + state())

    return [case] * 100
