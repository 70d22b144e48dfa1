"""Runs the requested scenes and prints the results."""

import time

from fleet import Fleet, State
from scenes import SCENES, TIMES
from scenes.rollout import build


def prepare(fleet: Fleet, needed: State) -> None:
    """Brings the fleet to the state that a scene requires, unless an earlier scene has."""
    if fleet.state >= needed:
        return
    if fleet.state < State.BUILT:
        build(fleet)
    if needed == State.COMPLETE:
        fleet.switch_on(fleet.down)
    if needed > State.BUILT:
        status, _, text = fleet.rollout(log="prepare")
        if status != (0 if needed == State.COMPLETE else 4):
            raise RuntimeError(
                f"the rollout before the scene failed with exit status {status}: {text[-1500:]}"
            )
    fleet.state = needed


def run(options) -> int:
    fleet = Fleet(options)
    try:
        for scene in TIMES if options.times else SCENES:
            if options.only and scene.name not in options.only:
                continue
            prepare(fleet, scene.needs)
            started = time.monotonic()
            scene.show(fleet)
            fleet.state = max(fleet.state, scene.reaches)
            print(f"      {scene.name}: {time.monotonic() - started:.1f} s", flush=True)
    except Exception as error:  # An aborted scene is a failure, and the lab is still cleaned up.
        fleet.check(f"the lab ran to its end ({type(error).__name__})", False, str(error)[-2000:])
    words = f"{fleet.failures} failed" if fleet.failures else "all checks passed"
    print(words + (f", {fleet.unknowns} unknown" if fleet.unknowns else ""), flush=True)
    return 1 if fleet.failures else 0
