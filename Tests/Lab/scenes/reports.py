"""The playbook `report`, and the page that is made of what it collects."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def overwritten(path: Path, text: str) -> Iterator[None]:
    """Other contents of a file, which has its own again afterwards."""
    before, times = path.read_bytes(), path.stat()
    path.write_text(text)
    yield
    path.write_bytes(before)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def reports(fleet):
    damaged = fleet.hosts["h5"].usr_local / f"sdk/go{fleet.first}/VERSION"
    with overwritten(damaged, "broken\n"), fleet.switched_off(fleet.down):
        look_at_reports(fleet)


def look_at_reports(fleet):
    makes_pages = (
        subprocess.run([fleet.options.fleet, "fleet", "--help"], capture_output=True).returncode == 0
    )
    status, text = fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.report",
        log="report",
        variables={"gotoolprov_formats": ["html", "json"]}
        | ({} if makes_pages else {"gotoolprov_fleet": ""}),
    )
    directory = fleet.work / "reports"
    told = {p.stem for p in (directory / "hosts").glob("*.json")}
    missing = {p.stem: json.loads(p.read_text())["state"] for p in (directory / "missing").glob("*.json")}
    fleet.check(
        "report.yml has a document of each host, and the one that is down is no failure",
        status == 0 and told == set(fleet.hosts) - {fleet.down} and missing == {fleet.down: "unreachable"},
        text[-1500:],
    )
    rings = {
        p.stem: json.loads(p.read_text())["host"].get("ring") for p in (directory / "hosts").glob("*.json")
    }
    fleet.check("each has its ring", rings == {n: "canary" if n == "h1" else "rest" for n in told}, rings)
    if not makes_pages:
        fleet.unknown("the page has every host", "this gotoolprov makes none")
        return
    found = subprocess.run(
        [fleet.options.fleet, "fleet", "--canary", "canary", directory / "hosts"],
        capture_output=True,
        text=True,
    )
    fleet.check(
        "`fleet --canary` compares the ring with the rest",
        found.returncode == 0 and re.search(r"hosts +\d+ → 1$", found.stdout, re.M),
        found,
    )
    page = (directory / "fleet.html").read_text() if (directory / "fleet.html").exists() else ""

    def row(name):
        """What the page says of a host: its row, and the one with its findings."""
        found = re.search(rf"<th[^>]*>{name}<((?:(?!</tr>).)*</tr>(?:(?!</tr>).)*)", page, re.DOTALL)
        return found[1].lower() if found else ""

    fleet.check("the page has every host", all(row(n) for n in fleet.hosts if n != fleet.down), page[:300])
    fleet.check(
        "it says of the one that is down that it did not report, and why",
        re.search(rf"did not report.*?<li>{fleet.down}: unreachable", page, re.DOTALL),
        re.findall(r"<li>[^<]*</li>", page)[:5],
    )
    modified = r'class="kind[^"]*">modified<'
    fleet.check(
        "and of the one with a damaged tree that it is modified",
        re.search(modified, row("h5")),
        row("h5")[:600],
    )
    wrong = [n for n in fleet.hosts if n not in ("h5", fleet.down) and re.search(modified, row(n))]
    fleet.check("and of no other", not wrong, [row(n)[:600] for n in wrong])


def inventory(fleet):
    """Who has to report is what the inventory says, whatever hosts call themselves."""
    directory = fleet.work / "reports-by-inventory"
    own = {"gotoolprov_reports": str(directory)}
    fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.report",
        log="report-all",
        variables=own | {"gotoolprov_fleet": ""},
    )
    (directory / "hosts/left.json").write_text((directory / "hosts/h1.json").read_text())
    with fleet.switched_off(fleet.down):
        status, text = fleet.ansible(
            "ansible-playbook",
            "gotoolprov.core.report",
            "--limit",
            "h1,localhost",
            log="report-one",
            variables=own | {"gotoolprov_formats": ["json"]},
        )
    names = {p.stem for p in directory.glob("*/*.json")}
    fleet.check(
        "a report of a host that left the inventory is removed; those of others stay",
        status == 0 and names == set(fleet.hosts),
        str(names) + text[-800:],
    )
    expected = set((directory / "expected.txt").read_text().split())
    page = json.loads((directory / "fleet.json").read_text())
    fleet.check(
        "every host of the inventory is expected",
        expected == set(fleet.hosts) and page["schema"].startswith("gotoolprov."),
        expected,
    )
