"""stopped-peer: a second run meets a stopped one, and a third waits while that continues or is killed."""

import signal
import time
from dataclasses import dataclass
from functools import partial

import promise
from fixtures import REAL
from row import Case, Row
from world import Result, Stage, World


@dataclass(frozen=True)
class Meeting:
    world: World
    # The time that an ensure takes without waiting.
    seconds: float
    timeout: tuple[str, ...]
    is_killed: bool

    def run(self, row: Row) -> None:
        world, moment = self.world, row.rng.uniform(0, 1.2 * self.seconds)
        world.clear()
        ensure = world.commands["ensure"]
        first = world.start(ensure)
        time.sleep(moment)
        first.send_signal(signal.SIGSTOP)
        peer = world.run([*ensure, *self.timeout])
        problems = self.of_peer(peer, first.poll() is not None)
        third = world.start(ensure)
        if self.is_killed:
            first.kill()
        time.sleep(0.03)
        first.send_signal(signal.SIGCONT)
        ends = [world.finish(first), world.finish(third)]
        ends[0].killed = self.is_killed and ends[0].status == -signal.SIGKILL
        problems += [
            f"the {which} run's exit status is {end.status}: {end.err}"
            for which, end in zip(("first", "third"), ends, strict=True)
            if end.status != 0 and not end.killed
        ]
        what = f"{'killed' if self.is_killed else 'continued'} after a stop at {moment:.4f} s"
        row.note(what, peer, problems + promise.violations(world, "ensure", ends[0]))

    def of_peer(self, peer: Result, has_first_ended: bool) -> list[str]:
        problems = peer.problems()
        if peer.status not in (0, 75):
            problems.append(f"the peer's exit status is {peer.status}")
        if peer.status == 0:
            problems += promise.trees(self.world) + promise.goal(self.world, "ensure")
        elif has_first_ended:
            problems.append("the peer named a process that has ended")
        return problems


def stopped_peer(stage: Stage, row: Row) -> list[Case]:
    worlds = [(World(stage, row.name, stage.fixtures), 20)]
    if stage.real:
        worlds.append((World(stage, row.name + "-real", stage.real), 6))
    else:
        row.unknown.append(f"no {REAL} in the mirror for the long ones")
    meetings = [
        Meeting(world, seconds, timeout, is_killed)
        for world, count, seconds in [(w, count, w.timed("ensure")) for w, count in worlds]
        for _ in range(count)
        for timeout in (("--no-wait",), ("--wait", "1"))
        for is_killed in (False, True)
    ]
    return [partial(meeting.run, row) for meeting in meetings]
