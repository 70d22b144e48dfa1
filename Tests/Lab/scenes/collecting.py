"""fleet-ssh: reports without a controller."""

import json
import os
import subprocess
from pathlib import Path

import hosts as lab

FLEET_SSH = Path(__file__).resolve().parents[3] / "Scripts/deploy/fleet-ssh"


def collect(fleet):
    names = list(fleet.hosts)
    fleet.switch_off(fleet.down)
    output = fleet.work / "collected"
    for tool in ("ssh", "clush", "pssh"):
        needed = {"ssh": "ssh", "clush": "clush", "pssh": "parallel-ssh"}[tool]
        if subprocess.run(["sh", "-c", f"command -v {needed}"], capture_output=True).returncode:
            fleet.unknown(f"fleet-ssh collects with {tool}", "it is not installed")
            continue
        target = output / tool
        found = subprocess.run(
            [FLEET_SSH, "--with", tool, "-F", fleet.ssh_config, "--output", target, *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            env={"PATH": os.environ["PATH"], "HOME": str(fleet.work / "home")},
        )
        reports = {p.stem for p in (target / "hosts").glob("*.json")}
        missing = {p.stem for p in (target / "missing").glob("*.json")}
        valid = all(json.loads(p.read_text()) for p in target.glob("*/*.json"))
        fleet.check(
            f"fleet-ssh collects with {tool}, and lists the host that is down",
            found.returncode == 0
            and reports == set(names) - {fleet.down}
            and missing == {fleet.down}
            and valid,
            found.stderr[-800:] + str(reports),
        )
    fleet.switch_on(fleet.down)


def collect_faults(fleet):
    output = fleet.work / "faults"

    def query(*arguments, hosts="h1"):
        """Runs fleet-ssh, with the hosts on stdin."""
        return subprocess.run(
            [FLEET_SSH, "-F", fleet.ssh_config, "--output", output, *arguments, "-"],
            input=hosts,
            capture_output=True,
            text=True,
            timeout=300,
            env={"PATH": os.environ["PATH"], "HOME": str(fleet.work / "home")},
        )

    def missing(name="h1"):
        path = output / f"missing/{name}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    found = query(hosts="# all\r\nh1\r\n\r\nh3")
    rings = {p.stem: json.loads(p.read_text())["host"].get("ring") for p in (output / "hosts").glob("*.json")}
    fleet.check(
        "fleet-ssh accepts a list with CRLF and without a final line end; the reports contain the ring",
        found.returncode == 0 and rings == {"h1": "canary", "h3": "rest"},
        found.stderr + str(rings),
    )
    for command, state, words in (
        ("echo Welcome; echo {; echo }", "failed", "not a report: Welcome"),
        ("sh -c 'kill -SEGV $$'", "failed", "egmentation fault"),
        ("echo 'error: cannot resolve go@1.99' >&2; exit 65", "failed", "cannot resolve go@1.99"),
        ("echo {; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo }", "failed", "larger than 4 MiB"),
        ("sleep 30", "unreachable", "no response within 3 seconds"),
    ):
        found = query("--timeout", "3", "--command", command)
        answer = missing()
        fleet.check(
            f"`{command[:50]}` instead of a report is `{state}`, with the reason",
            found.returncode == 69
            and answer.get("state") == state
            and words in answer["reason"]
            and not (output / "hosts/h1.json").exists(),
            found.stderr + str(answer),
        )
    with fleet.switched_off(fleet.down):
        found = query(hosts=fleet.down)
    fleet.check(
        "a host that is down is `unreachable`",
        missing(fleet.down).get("state") == "unreachable",
        found.stderr,
    )
    lab.command("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", output)
    for name in ("hosts", "missing"):
        (output / name).mkdir()
    (output / "hosts/h1.json").write_text("before\n")
    (output / "missing/h1.json").write_text("{}\n")
    found = query()
    fleet.check(
        "with a full disk fleet-ssh fails with the reason and keeps the previous files",
        found.returncode == 73
        and "No space left" in found.stderr
        and missing() == {}
        and (output / "missing/h1.json").exists()
        and (output / "hosts/h1.json").read_text() == "before\n"
        and len(list(output.glob("*/*"))) == 2,
        found.stderr,
    )
    lab.command("umount", output)
