"""The rows. Each is a function that prepares its resources and returns its cases."""

from collections.abc import Callable
from dataclasses import dataclass

from row import Case, Row
from rows.bare_host import no_proc, no_threads
from rows.bit_rot import bit_rot
from rows.calls import errors, kill_at_call
from rows.concurrent import concurrent
from rows.environment import environment
from rows.links import links
from rows.mounts import mounts
from rows.neighbors import neighbors
from rows.power_cut import power_cut
from rows.random_kill import random_kill
from rows.real_full import real_full
from rows.stopped_peer import stopped_peer
from world import Stage


@dataclass(frozen=True)
class Kind:
    """A kind of fault, and its requirements on this host."""

    cases: Callable[[Stage, Row], list[Case]]
    needs: frozenset[str]


def _kind(cases: Callable[[Stage, Row], list[Case]], *needs: str) -> Kind:
    return Kind(cases, frozenset(needs))


ROWS = {
    "kill-at-call": _kind(kill_at_call, "strace"),
    "random-kill": _kind(random_kill, "real"),
    "power-cut": _kind(power_cut, "mount", "real"),
    "errors": _kind(errors, "strace"),
    "real-full": _kind(real_full, "mount"),
    "environment": _kind(environment),
    "stopped-peer": _kind(stopped_peer),
    "concurrent": _kind(concurrent),
    "bit-rot": _kind(bit_rot),
    "no-threads": _kind(no_threads),
    "no-proc": _kind(no_proc, "mount"),
    "links": _kind(links),
    "mounts": _kind(mounts, "mount"),
    "neighbors": _kind(neighbors, "mount"),
}
