"""neighbors: another user holds locks, opens directories to everybody, plants manifests."""

import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path

import promise
from row import Case, Row
from world import COMMANDS, Stage, World

NEIGHBOR = 65533
AS_NEIGHBOR = ["setpriv", "--reuid", str(NEIGHBOR), "--regid", str(NEIGHBOR), "--clear-groups"]


def hold(path: Path) -> subprocess.Popen:
    """Locks a file as the neighbor, and prints `held` when it is locked."""
    return subprocess.Popen(
        [*AS_NEIGHBOR, "flock", "--nonblock", str(path), "-c", "echo held; exec sleep 60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def locked(world: World, row: Row, command: str) -> None:
    world.reset(command)
    world.must(world.ensure_two)
    holders = [hold(path) for path in (world.own / "lock").glob("*") if path.is_file()]
    for holder in holders:
        holder.stdout.readline()
    try:
        fault = world.run([*world.commands[command], "--wait", "1"])
    finally:
        for holder in holders:
            os.killpg(holder.pid, signal.SIGKILL)
            holder.communicate()
    row.judge(f"{command} with all locks held by a neighbor", world, command, fault, expected=(0, 75))


def opened(world: World, row: Row, command: str, directory: Path) -> None:
    world.reset(command)
    directory.mkdir(parents=True, exist_ok=True)
    mode = directory.stat().st_mode & 0o7777
    directory.chmod(0o777)
    fault = world.run(world.commands[command])
    problems = [] if fault.status == 73 else [f"exit status {fault.status}, expected 73"]
    if directory.exists():
        directory.chmod(mode)
    row.note(
        f"{command} with a world-writable {directory.name}",
        fault,
        problems + promise.violations(world, command, fault),
    )


def planted(world: World, row: Row) -> None:
    world.reset("ensure")
    project = world.area / "project"
    (project / "below").mkdir(parents=True, exist_ok=True)
    manifest = project / "gotoolprov.json"
    manifest.write_text(
        json.dumps({"go": {"versions": [world.version]}, "mirrors": [str(world.mirror.directory)]})
    )
    for path in (project, manifest):
        os.chown(path, NEIGHBOR, NEIGHBOR)
    fault = world.run(["ensure", "--catalog", str(world.mirror.catalog)], cwd=project / "below")
    problems = (
        [] if fault.status in (64, 78) else [f"exit status {fault.status}: a neighbor's manifest was used"]
    )
    row.note(
        "a neighbor's manifest above the working directory",
        fault,
        problems + promise.traces(world) + promise.violations(world, "ensure", fault),
    )


def neighbors(stage: Stage, row: Row) -> list[Case]:
    world = World(stage, row.name, stage.fixtures)
    return [
        partial(planted, world, row),
        *(partial(locked, world, row, command) for command in COMMANDS),
        *(
            partial(opened, world, row, command, directory)
            for command in COMMANDS
            for directory in (world.sdk, world.bin)
        ),
    ]
