"""The scenes of the lab in order."""

from collections.abc import Callable
from dataclasses import dataclass

from fleet import Fleet, State
from scenes.bad_input import bad_input
from scenes.collecting import collect, collect_faults
from scenes.faults import cut, full_disk
from scenes.gate import gate
from scenes.healing import by_itself, healing
from scenes.other_users import other_user, pruning, uninstalling
from scenes.reports import inventory, reports
from scenes.rollout import again, bad_canary, bad_mirror, build, check_mode_first, good
from scenes.times import times
from scenes.units import other_manifest, units
from scenes.variables import texts_for_booleans, wrong_executable, wrong_variables


@dataclass(frozen=True)
class Scene:
    show: Callable[[Fleet], None]
    needs: State = State.COMPLETE
    # The state of the fleet after the scene.
    reaches: State = State.MADE

    @property
    def name(self) -> str:
        return self.show.__name__


BUILD = Scene(build, needs=State.MADE, reaches=State.BUILT)
SCENES = (
    BUILD,
    Scene(check_mode_first, needs=State.BUILT),
    Scene(bad_canary, needs=State.BUILT),
    Scene(bad_mirror, needs=State.BUILT),
    Scene(good, needs=State.BUILT, reaches=State.ROLLED_OUT),
    Scene(gate, needs=State.ROLLED_OUT),
    Scene(again, needs=State.ROLLED_OUT, reaches=State.COMPLETE),
    *map(
        Scene,
        (
            bad_input,
            healing,
            units,
            other_manifest,
            by_itself,
            full_disk,
            cut,
            collect,
            collect_faults,
            reports,
            wrong_variables,
            texts_for_booleans,
            wrong_executable,
            other_user,
            pruning,
            inventory,
            uninstalling,
        ),
    ),
)
TIMES = (BUILD, Scene(times, needs=State.BUILT))
