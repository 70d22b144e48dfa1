"""bit-rot: damage to installed trees, which verify must find and a repair must undo."""

import subprocess
from collections import Counter
from functools import partial

import promise
from disk import tree
from fixtures import DAMAGES, REAL, damage
from row import Case, Row
from world import Result, Stage, World


def misreported(found: Result, done: set[str]) -> list[str]:
    """Returns the differences between the damage and the report of `verify`."""
    reported = {
        difference["path"]
        for result in found.document().get("results", [])
        for difference in result["differences"]
    }
    problems = [f"not found by verify: {path}" for path in sorted(done - reported)]
    problems += [f"reported by verify, but not damaged: {path}" for path in sorted(reported - done)]
    return problems + ([] if found.status == 1 else [f"verify of a damaged tree: exit status {found.status}"])


def case(row: Row, world: World, kinds) -> None:
    version = world.version
    root, pristine = world.sdk / version, world.mirror.unpacked(version)
    done = damage(root, world.mirror.holds(version), pristine, row.rng, kinds)
    world.wrong = tree(root)
    problems = misreported(world.run(["verify", version]), done)
    fault = world.run(world.commands["repair"])
    unlike = subprocess.run(
        ["diff", "-r", "--no-dereference", "-x", ".gotoolprov", "-x", ".unpacked-success", pristine, root],
        capture_output=True,
        text=True,
    )
    problems += [f"diff -r after the repair: {unlike.stdout[:500]}"] if unlike.returncode else []
    world.wrong = None
    problems += promise.trees(world)
    problems += [] if fault.status == 0 else [f"repair: exit status {fault.status}"]
    row.note(
        f"damaged by {dict(Counter(kinds))}: {sorted(done)[:3]}",
        fault,
        problems + promise.violations(world, "repair", fault),
    )


def real_case(stage: Stage, row: Row) -> None:
    world = World(stage, row.name + "-real", stage.real)
    world.must(world.commands["ensure"])
    case(row, world, [DAMAGES[number % len(DAMAGES)] for number in range(100)])
    world.clear()


def bit_rot(stage: Stage, row: Row) -> list[Case]:
    small = World(stage, row.name, stage.fixtures)
    small.must(small.commands["ensure"])
    if not stage.real:
        row.unknown.append(f"no {REAL} in the mirror for the large one")
    singly = [partial(case, row, small, [DAMAGES[number % len(DAMAGES)]]) for number in range(100)]
    return ([partial(real_case, stage, row)] if stage.real else []) + singly
