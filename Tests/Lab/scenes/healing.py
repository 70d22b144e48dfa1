"""Self-healing by cron."""

import json
import time


def heal(fleet, name, manifest, settings=""):
    """The record of gotoolprov-heal with this manifest, without the settings of the role."""
    host = fleet.hosts[name]
    (host.root / "etc/gotoolprov/tried.json").write_text(json.dumps(manifest))
    fleet.ssh(
        name,
        "rm -rf /tmp/heal; HEAL_SETTINGS=/nowhere HEAL_STATE=/tmp/heal GOTOOLPROV_OFFLINE=1"
        f" HEAL_MANIFEST=/etc/gotoolprov/tried.json {settings}"
        " /usr/local/libexec/gotoolprov-heal heal",
    )
    (host.root / "etc/gotoolprov/tried.json").unlink()
    return json.loads(fleet.ssh(name, "cat /tmp/heal/heal.json").stdout or "{}")


def healing(fleet):
    host = fleet.hosts["h2"]
    tree = host.usr_local / f"sdk/go{fleet.first}"
    # The count of repairs starts at 0.
    (host.root / "var/lib/gotoolprov/heal.json").unlink(missing_ok=True)
    (tree / "VERSION").write_text("broken\n")
    (tree / "bin/gofmt").unlink()
    status, text = fleet.ansible(
        "ansible", "h2", "-m", "gotoolprov.core.toolchain", "-a", "state=verified", log="verified"
    )
    fleet.check(
        "the module reports damage",
        status == 2 and "changed: VERSION" in text and "missing: bin/gofmt" in text,
        text[-800:],
    )
    crontab = host.root / "var/spool/cron/crontabs/root"
    [cron] = [line for line in crontab.read_text().splitlines() if "gotoolprov" in line]
    fleet.check(
        "for busybox's crond, the cron entry is only in the crontab that it reads",
        not (host.root / "etc/cron.d/gotoolprov").exists() and " root " not in cron,
        cron,
    )
    line = cron.split(" * * * ", 1)[1].replace("--jitter 3600", "--jitter 1")
    found = fleet.ssh("h2", line)
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    fleet.check(
        "the cron entry heals a host without Python or systemd, and counts the repair",
        found.returncode == 0
        and record["repairs"]["now"] == 1
        and record["verify"]["result"]["results"][0]["verdict"] == "clean",
        record,
    )
    report = json.loads((host.root / "var/lib/gotoolprov/report.json").read_text())
    name = f"go{fleet.first}"
    fleet.check(
        "the cron entry writes the report, with the repair and the restored integrity",
        report["repairs"]["lastRun"] == [name]
        and report["lastRun"]["result"] == "changed"
        and [t["integrity"]["state"] for t in report["toolchains"] if t["path"].endswith(f"/{name}")]
        == ["ok"],
        report,
    )
    fleet.ssh("h2", line)
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    fleet.check(
        "a second run has nothing to repair, and the count stays",
        record["repairs"]["now"] == 0 and record["repairs"]["total"] == 1,
        record,
    )
    # A rollout keeps a foreign entry and corrects gotoolprov's.
    crontab.write_text("5 4 * * * true\n" + crontab.read_text().replace(" * * * ", " * * 1 "))
    status, recap, text = fleet.rollout("--check", "--limit", "h2", log="crontab-check")
    kept = "* * 1" in crontab.read_text() and recap["h2"]["changed"] == 1
    status, recap, text = fleet.rollout("--limit", "h2", log="crontab")
    fleet.check(
        "a rollout corrects a changed entry, --check does not, and foreign entries stay",
        kept
        and status == 0
        and recap["h2"]["changed"] == 1
        and crontab.read_text().splitlines() == ["5 4 * * * true", cron],
        crontab.read_text(),
    )
    fleet.check(
        "a warning says that cron does not run",
        "runs neither systemd nor cron" in text and "/var/spool/cron/crontabs/root" in text,
        text[-1500:],
    )
    fleet.ssh("h2", "rm /var/lib/gotoolprov/heal.json; crond -b -L /tmp/crond.log")
    status, recap, text = fleet.rollout("--limit", "h2", log="crontab-runs")
    fleet.check("there is no warning if cron runs", status == 0 and "runs neither" not in text, text[-1500:])
    fleet.ssh("h2", "kill $(pidof crond)")
    crontab.write_text(cron + "\n")

    record = heal(fleet, "h5", {"mirrors": ["/srv/mirror"], "sdkRoot": "/usr/local/sdk"})
    fleet.check(
        "healing runs no ensure if the manifest requires neither Go nor tools",
        "verify" in record and record["ensure"] is None and record["verify"]["status"] == 0,
        record,
    )
    slow = fleet.hosts["h5"].usr_local / "bin/slow"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    started = time.monotonic()
    record = heal(fleet, "h5", {"go": {"versions": []}}, "GOTOOLPROV_BINARY=/usr/local/bin/slow HEAL_LIMIT=3")
    fleet.check(
        "a hanging gotoolprov is ended at the limit, which is recorded",
        time.monotonic() - started < 15 and record.get("ensure", {}).get("status") == 124,
        record,
    )
    slow.unlink()


def by_itself(fleet):
    """Healing by busybox's crond, with an entry for every minute instead of every day."""
    host = fleet.hosts["h2"]
    record, crontab = host.root / "var/lib/gotoolprov/heal.json", host.root / "var/spool/cron/crontabs/root"
    before = crontab.read_text()
    fleet.ssh(
        "h2",
        "rm -f /var/lib/gotoolprov/heal.json; crond -b -L /tmp/crond.log;"
        " crontab -l | sed 's/^[0-9]* [0-9]* /* * /; s/--jitter 3600/--jitter 1/' | crontab -",
    )
    deadline = time.monotonic() + 90
    while not record.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    fleet.check(
        "busybox's crond healed its host", record.exists(), fleet.ssh("h2", "cat /tmp/crond.log").stdout
    )
    fleet.ssh("h2", "kill $(pidof crond)")
    crontab.write_text(before)
