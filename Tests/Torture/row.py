"""A row of the table: its cases, and their results."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import promise
from world import Result, World

Case = Callable[[], None]


@dataclass
class Row:
    name: str
    rng: random.Random
    runs: int = 0
    unknown: list[str] = field(default_factory=list)
    violations: list[tuple[str, Result, list[str]]] = field(default_factory=list)

    def note(self, what: str, fault: Result, problems: list[str]) -> None:
        self.runs += 1
        if problems:
            self.violations.append((what, fault, problems))

    def judge(self, what: str, world: World, command: str, fault: Result, is_tidy=False, expected=()) -> None:
        """Checks whether the promise holds after a fault, and whether a failure left no files."""
        problems = promise.traces(world) if is_tidy and not fault.killed and fault.status != 0 else []
        if expected and fault.status not in expected:
            problems.append(f"exit status {fault.status}, expected {' or '.join(map(str, expected))}")
        self.note(what, fault, problems + promise.violations(world, command, fault))
