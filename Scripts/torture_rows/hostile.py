"""Rows of Scripts/torture: hosts and neighbors that do what no host should.

    no-threads   a seccomp filter, or a limit for another user, denies every thread
    no-proc      nothing is mounted at /proc
    links        a symbolic link in the place of every directory and file of the store
    mounts       something is mounted inside trees, staging and quarantine
    neighbors    another user holds locks, opens directories to everybody, plants manifests

Links and mounts lead to the canary, which no command may change. When a fault is over, what it put in
place is taken away again, as an administrator would, and the promise has to hold.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent.parent
DENY = HERE / "Tests/IntegrationTests/Servers/deny.py"
NEIGHBOR = 65533
CLONE3 = "435"
COMMANDS = ("ensure", "remove", "use", "repair", "reinstall")
IN_TREE = ("", "bin", "bin/go", "VERSION", ".gotoolprov", ".gotoolprov/receipt.json",
           ".gotoolprov/index.mtree", ".unpacked-success", "src")
IN_STORE = ("staging", "lock", "quarantine", "current", "")


def rows(base) -> dict:
    """The rows by their names, made of what Scripts/torture has (`base`)."""

    def no_threads(torture, row) -> list:
        world = base.World(torture, row.name, torture.fixtures)

        def case(command: str, errno: int) -> None:
            world.reset(command)
            wrapper = [sys.executable, str(DENY), CLONE3, str(errno)]
            fault = world.run(world.commands[command], wrapper=wrapper)
            row.judge(f"{command} with clone3 failing by errno {errno}", world, command, fault, expected=(0,))
        return [lambda c=command, e=errno: case(c, e) for command in COMMANDS for errno in (1, 11)] * 5

    def no_proc(torture, row) -> list:
        world = base.World(torture, row.name, torture.fixtures)
        wrapper = ["unshare", "--mount", "sh", "-c", 'umount -l /proc && exec "$@"', "sh"]

        def case(command: str) -> None:
            world.reset(command)
            fault = world.run(world.commands[command], wrapper=wrapper)
            # Whether a process runs from the tree is unknown then.
            expected = (75,) if command == "remove" else (0,)
            row.judge(f"{command} without /proc", world, command, fault, expected=expected)
        return [lambda c=command: case(c) for command in COMMANDS] * 5

    def places(world) -> list[Path]:
        """Everything of a home that may be something else than it should be."""
        tree = world.sdk / world.version
        return [tree / path for path in IN_TREE] + [world.own / name for name in IN_STORE] + [
            world.own / "lock" / world.version, world.own / "staging" / world.version,
            world.own / "quarantine" / world.version, world.sdk, world.bin, world.bin / world.version,
            world.bin / "go"]

    def links(torture, row) -> list:
        world = base.World(torture, row.name, torture.fixtures)
        aside = world.area / "aside"
        canary = world.area / "canary"

        def case(command: str, place: Path, target: Path) -> None:
            world.reset(command)
            tree = world.sdk / world.version
            is_inside = place.is_relative_to(tree) and place != tree
            if not place.parent.is_dir():
                if is_inside:
                    return
                place.parent.mkdir(parents=True)
            was_there = os.path.lexists(place)
            if was_there:
                os.rename(place, aside)
            place.symlink_to(target)
            if is_inside and world.wrong is not None:
                world.wrong = base.tree(world.sdk / world.version)
            fault = world.run(world.commands[command])
            problems = fault.problems() + [
                f"changed through the link: {path}"
                for path in base.differing(world.before, world.outside()) if path not in ("sdk", "go")]
            if place.is_symlink() and os.readlink(place) == str(target):
                place.unlink()
                # What was removed meanwhile does not come back.
                if was_there and not (command == "remove" and fault.status == 0):
                    os.rename(aside, place)
                    if is_inside and world.wrong is not None:
                        world.wrong = base.tree(world.sdk / world.version)
            if os.path.lexists(aside):
                shutil.rmtree(aside) if aside.is_dir() and not aside.is_symlink() else aside.unlink()
            row.note(f"{command} with a link at {place.relative_to(world.home)} to {target.name}", fault,
                     problems + world.promise(command, base.Result(fault.command, fault.status, killed=True)))
        targets = (canary / "folder", canary / "program", canary / "missing")
        # Without `current`, nothing says that `go` and `gofmt` follow the tree that is removed.
        return [lambda c=command, p=place, t=target: case(c, p, t)
                for command in COMMANDS for place in places(world) for target in targets
                if (command, place) != ("remove", world.own / "current")]

    def mounts(torture, row) -> list:
        world = base.World(torture, row.name, torture.fixtures)
        canary = world.area / "canary"
        # By this name recovery takes it for what a killed run left.
        leftover = world.own / "staging" / f"{world.version}.12345"

        def case(command: str, place: Path, kind: str) -> None:
            world.reset(command)
            if place == leftover or place.parent == world.own:
                place.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(place):
                return
            if kind == "tmpfs" and place.is_dir():
                base.shell("mount", "-t", "tmpfs", "torture", place)
                (place / "stays").write_text("stays\n")
            else:
                base.shell("mount", "--bind", canary if place.is_dir() else canary / "program", place)
            try:
                fault = world.run(world.commands[command])
                problems = fault.problems() + [
                    f"changed through the mount: {path}"
                    for path in base.differing(world.before, world.outside())]
                if kind == "tmpfs" and place.is_dir() and not (place / "stays").exists():
                    problems.append("deleted what is mounted")
            finally:
                # It may have been moved with the tree that it lies in.
                for line in reversed(Path("/proc/self/mountinfo").read_text().splitlines()):
                    path = line.split()[4].encode().decode("unicode_escape")
                    if Path(path).is_relative_to(world.home):
                        subprocess.run(["umount", "--lazy", path], check=False)
                # It stays while something is mounted there, and a run with nothing to do sweeps nothing.
                if place == leftover and leftover.is_dir():
                    leftover.rmdir()
            row.note(f"{command} with a {kind} mount at {place.relative_to(world.home)}", fault,
                     problems + world.promise(command, base.Result(fault.command, fault.status, killed=True)))
        tree = world.sdk / world.version
        where = [tree, tree / "src", tree / "bin", tree / "bin/go", tree / "VERSION", tree / ".gotoolprov",
                 world.own / "staging", world.own / "quarantine", world.own / "lock", leftover]
        return [lambda c=command, p=place, k=kind: case(c, p, k)
                for command in COMMANDS for place in where for kind in ("bind", "tmpfs")]

    def neighbors(torture, row) -> list:
        world = base.World(torture, row.name, torture.fixtures)
        as_neighbor = ["setpriv", "--reuid", str(NEIGHBOR), "--regid", str(NEIGHBOR), "--clear-groups"]

        def locked(command: str) -> None:
            world.reset(command)
            world.must(world.ensure_two)
            held = [path for path in (world.own / "lock").glob("*") if path.is_file()]
            holders = [subprocess.Popen([*as_neighbor, "flock", "--nonblock", str(path), "-c",
                                         "echo held; exec sleep 60"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
                       for path in held]
            for holder in holders:
                holder.stdout.readline()
            try:
                fault = world.run([*world.commands[command], "--wait", "1"])
            finally:
                for holder in holders:
                    os.killpg(holder.pid, signal.SIGKILL)
                    holder.communicate()
            row.judge(f"{command} with all locks in a neighbor's hands", world, command, fault, expected=(0, 75))

        def opened(command: str, place: Path) -> None:
            world.reset(command)
            place.mkdir(parents=True, exist_ok=True)
            mode = place.stat().st_mode & 0o7777
            place.chmod(0o777)
            fault = world.run(world.commands[command])
            problems = [] if fault.status == 73 else [f"exit status {fault.status}, expected 73"]
            if place.exists():
                place.chmod(mode)
            row.note(f"{command} where everybody can write to {place.name}", fault,
                     problems + world.promise(command, fault))

        def planted() -> None:
            world.reset("ensure")
            project = world.area / "project"
            (project / "below").mkdir(parents=True, exist_ok=True)
            manifest = project / "gotoolprov.json"
            manifest.write_text('{"go": {"versions": ["%s"]}, "mirrors": ["%s"]}'
                                % (world.version, world.mirror.folder))
            for path in (project, manifest):
                os.chown(path, NEIGHBOR, NEIGHBOR)
            fault = world.run(["ensure", "--catalogue", str(world.mirror.catalogue)], cwd=project / "below")
            problems = [] if fault.status in (64, 78) else \
                [f"exit status {fault.status}: a neighbor's manifest was obeyed"]
            row.note("a neighbor's manifest above the working directory", fault,
                     problems + world.traces() + world.promise("ensure", fault))
        return ([planted] + [lambda c=command: locked(c) for command in COMMANDS]
                + [lambda c=command, p=place: opened(c, p) for command in COMMANDS
                   for place in (world.sdk, world.bin)])

    return {
        "no-threads": (no_threads, set()), "no-proc": (no_proc, {"mount"}), "links": (links, set()),
        "mounts": (mounts, {"mount"}), "neighbors": (neighbors, {"mount"}),
    }
