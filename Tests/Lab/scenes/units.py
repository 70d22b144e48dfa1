"""Self-healing with systemd, and with a manifest at another path."""

import json
import re
from pathlib import Path

# Imitates a running systemd, and remembers whether the timer is enabled.
SYSTEMCTL = """#!/bin/sh
case $1 in
is-enabled | is-active) test -e /var/lib/turned-on ;;
enable) touch /var/lib/turned-on ;;
esac
"""


def units(fleet):
    host = fleet.hosts["h5"]
    (host.root / "run/systemd/system").mkdir(parents=True)
    (host.root / "var/lib").mkdir(exist_ok=True)
    systemctl = host.usr_local / "bin/systemctl"
    systemctl.write_text(SYSTEMCTL)
    systemctl.chmod(0o755)
    variables = {"gotoolprov_gate": False}
    status, recap, text = fleet.rollout("--limit", "h5", log="units", variables=variables)
    directory = host.root / "etc/systemd/system"
    names = sorted(p.name for p in directory.glob("gotoolprov-*"))
    fleet.check(
        "with systemd there are units, the timer is enabled, and the cron entry is removed",
        status == 0
        and len(names) == 3
        and (host.root / "var/lib/turned-on").exists()
        and not (host.root / "etc/cron.d/gotoolprov").exists(),
        text[-1500:],
    )
    unit, settings = (
        (directory / "gotoolprov-heal.service").read_text(),
        host.root / "etc/gotoolprov/heal.env",
    )
    limits = [
        int(re.search(rf"{n}=(\d+)", t)[1])
        for n, t in (("HEAL_LIMIT", settings.read_text()), ("TimeoutStartSec", unit))
    ]
    fleet.check(
        "systemd's time limit is longer than the script's, so that the script can record the result",
        limits[0] + 60 <= limits[1],
        limits,
    )
    if Path("/usr/bin/systemd-analyze").exists():
        found = fleet.ssh("h5", "systemd-analyze verify --man=no /etc/systemd/system/gotoolprov-*")
        problems = [line for line in (found.stdout + found.stderr).splitlines() if "gotoolprov" in line]
        fleet.check("systemd-analyze finds no problems in the units", not problems, problems)
        found = fleet.ssh(
            "h5",
            "systemd-analyze security --offline=true --no-pager"
            " /etc/systemd/system/gotoolprov-heal.service | tail -n 1",
        )
        level = re.search(r"gotoolprov-heal.service: ([0-9.]+)", found.stdout)
        fleet.check(
            "systemd rates the exposure of the healing unit at 2.2 or less of 10",
            bool(level) and float(level[1]) <= 2.2,
            found.stdout + found.stderr,
        )
    else:
        fleet.unknown("systemd-analyze finds no problems in the units", "it is not installed")
    status, recap, text = fleet.rollout("--limit", "h5", log="units-again", variables=variables)
    fleet.check("a second run changes nothing on this host", recap["h5"]["changed"] == 0, text[-1500:])
    for path in (systemctl, host.root / "var/lib/turned-on"):
        path.unlink()
    (host.root / "run/systemd/system").rmdir()
    fleet.rollout("--limit", "h5", log="units-cron", variables=variables)
    fleet.check(
        "without systemd, cron is used again",
        (host.root / "etc/cron.d/gotoolprov").exists() and not any(directory.glob("gotoolprov-*")),
    )


def other_manifest(fleet):
    host = fleet.hosts["h3"]
    directory = host.root / "etc/gotoolprov"
    (directory / "gotoolprov.json").rename(directory / "away")
    variables = {"gotoolprov_manifest_file": "/etc/gotoolprov/other.json"}
    status, recap, text = fleet.rollout("--check", "--limit", "h3", log="manifest-check", variables=variables)
    fleet.check(
        "a manifest at another path can be checked before it exists",
        status == 0 and not (directory / "other.json").exists(),
        text[-1500:],
    )
    status, recap, text = fleet.rollout("--limit", "h3", log="manifest", variables=variables)
    found = fleet.ssh("h3", "/usr/local/libexec/gotoolprov-heal")
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    report = json.loads((host.root / "var/lib/gotoolprov/report.json").read_text())
    fleet.check(
        "the rollout, its gate and healing use a manifest at another path",
        status == 0
        and found.returncode == 0
        and record["ensure"]
        and record["ensure"]["status"] == 0
        and report["manifest"].get("path") == "/etc/gotoolprov/other.json",
        [text[-800:], record],
    )
    fleet.check(
        "the report of healing contains the ring of the host",
        report["host"].get("ring") == "rest",
        report["host"],
    )
    (directory / "away").rename(directory / "gotoolprov.json")
    (directory / "other.json").unlink()
    fleet.rollout("--limit", "h3", log="manifest-back")
