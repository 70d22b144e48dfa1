"""The promise that must hold after a fault; each function returns a list of violations."""

import os
import stat

from disk import differing, snapshot, tree
from world import Result, World


def trees(world: World) -> list[str]:
    """Compares the trees with their archives and with the reports of gotoolprov."""
    problems, expected = [], {}
    for root in sorted(world.sdk.glob("go*")):
        if not (root / ".gotoolprov/receipt.json").exists():
            expected[root.name] = {"half-removed"}
            continue
        found, right = tree(root), world.mirror.holds(root.name)
        may_differ = world.wrong is not None and root.name == world.version
        wrong = world.wrong if may_differ else right
        for path in differing(found, right):
            if found.get(path) != wrong.get(path):
                problems.append(
                    f"{root.name}/{path}: expected {right.get(path)}"
                    + (f" or {wrong.get(path)}" if may_differ else "")
                    + f", found {found.get(path)}"
                )
        expected[root.name] = (
            {"corrupted"} if found != right else {"clean", "unchecked"} if may_differ else {"clean"}
        )
    if not expected:
        return problems
    verdicts = {item["name"]: item["verdict"] for item in world.run(["verify"]).document().get("results", [])}
    if any("half-removed" in names for names in expected.values()):
        verdicts |= {
            "go" + item["version"]: item["state"]
            for item in world.run(["list"]).document().get("installed", [])
            if item["state"] not in ("installed", "incomplete", "damaged")
        }
    return problems + [
        f"gotoolprov reports {name} as {verdicts.get(name)}, expected {' or '.join(names)}"
        for name, names in expected.items()
        if verdicts.get(name) not in names
    ]


def names(world: World) -> list[str]:
    """Checks the launchers, the link `current`, and the files that must not change."""
    problems = [
        f"launcher {path.name} is incomplete: {path.read_text(errors='replace')!r}"
        for path in (world.bin.iterdir() if world.bin.exists() else ())
        if not path.name.startswith(".")
        and (
            path.read_text(errors="replace") != world.scripts.get(path.name)
            or stat.S_IMODE(path.stat().st_mode) != 0o755
        )
    ]
    if os.path.lexists(world.own / "current") and not os.path.islink(world.own / "current"):
        problems.append("current is not a link")
    changed = differing(world.before, world.outside())
    return problems + [f"changed outside the roots: {path}" for path in changed[:5]]


def leftovers(world: World) -> list[str]:
    """Checks for temporary files, which a successful run must not leave."""
    found = [f"left in staging: {path.name}" for path in (world.own / "staging").glob("*")]
    found += [f"left in GOBIN: {path.name}" for path in world.bin.glob(".*")]
    found += [
        f"left in .gotoolprov: {path.name}"
        for path in world.own.glob("*")
        if path.name not in ("staging", "lock", "quarantine", "current")
    ]
    link = world.own / "current"
    if link.is_symlink() and not link.exists():
        found.append(f"current is a dangling link to {os.readlink(link)}")
    return found


def goal(world: World, command: str) -> list[str]:
    """Checks the result of a command, except for the contents of trees, which `trees` checks."""
    exists = {name: (world.bin / name).exists() for name in (world.version, "go", "gofmt")}
    link = os.readlink(world.own / "current") if os.path.lexists(world.own / "current") else None
    is_installed = (world.sdk / world.version / ".gotoolprov/receipt.json").exists()
    is_met = {
        "ensure": is_installed and exists[world.version],
        "remove": not (world.sdk / world.version).exists() and not any(exists.values()) and not link,
        "use": link == f"../{world.other}" and exists["go"] and exists["gofmt"],
    }.get(command, is_installed)
    return (
        []
        if is_met
        else [
            f"the result of `{command}` is not in place: tree {is_installed},"
            f" launchers {exists}, current {link}"
        ]
    )


def lost(world: World) -> list[str]:
    """Checks that files of the damaged tree are in the quarantine or still in the tree."""
    if world.wrong is None:
        return []
    right, quarantine = world.mirror.holds(world.version), world.own / "quarantine"
    found = tree(quarantine, own=()) if quarantine.exists() else {}
    digests = {value[3] for value in (found | right).values()}
    return [
        f"lost, and not in quarantine: {path}"
        for path, value in world.wrong.items()
        if value[0] == "file" and value[3] not in digests
    ]


def is_noop(world: World, command: str, document: dict) -> bool:
    result = (document.get("results") or [document])[0]
    if command in ("repair", "reinstall"):
        return result.get("repaired", "") is None and result.get("verdict") == "clean"
    return (
        result.get("changed") is False
        if command == "use"
        else result.get("action") == {"ensure": "present", "remove": "absent"}[command]
    )


def violations(world: World, command: str, fault: Result) -> list[str]:
    """Checks the promise after a run with a fault."""
    problems = fault.problems() + trees(world) + names(world)
    if fault.status == 0:
        problems += goal(world, command)
    again = world.run(world.commands[command])
    if again.status != 0:
        problems.append(f"run again: exit status {again.status}: {again.err}")
    problems += lost(world)
    world.wrong = None
    problems += trees(world) + names(world) + goal(world, command) + leftovers(world)
    before = snapshot(world.home)
    further = world.run(world.commands[command])
    if further.status != 0 or not is_noop(world, command, further.document()):
        problems.append(f"run a third time: exit status {further.status}: {further.out}{further.err}")
    changed = differing(before, snapshot(world.home))
    return problems + [f"changed by a run with nothing to do: {path}" for path in changed[:5]]


def traces(world: World) -> list[str]:
    """Checks that a failed run that did not install a tree left no files in an empty home."""
    if (world.sdk / world.version).exists():
        return []
    return [
        f"left by a failed run: {path}"
        for path in sorted(snapshot(world.home))
        if path not in (".profile", "filler", "lost+found")
    ]
