"""The playbook `report`, and the page of the collected reports."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def overwritten(path: Path, text: str) -> Iterator[None]:
    """Replaces the contents of a file temporarily."""
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
    writes_pages = (
        subprocess.run([fleet.options.fleet, "fleet", "--help"], capture_output=True).returncode == 0
    )
    status, text = fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.report",
        log="report",
        variables={"gotoolprov_formats": ["html", "json"]}
        | ({} if writes_pages else {"gotoolprov_fleet": ""}),
    )
    directory = fleet.work / "reports"
    reported = {p.stem for p in (directory / "hosts").glob("*.json")}
    missing = {p.stem: json.loads(p.read_text())["state"] for p in (directory / "missing").glob("*.json")}
    fleet.check(
        "report.yml has a document for each host, and one that is down is not a failure",
        status == 0
        and reported == set(fleet.hosts) - {fleet.down}
        and missing == {fleet.down: "unreachable"},
        text[-1500:],
    )
    rings = {
        p.stem: json.loads(p.read_text())["host"].get("ring") for p in (directory / "hosts").glob("*.json")
    }
    fleet.check(
        "each report contains the ring",
        rings == {n: "canary" if n == "h1" else "rest" for n in reported},
        rings,
    )
    if not writes_pages:
        fleet.unknown("the page has every host", "this gotoolprov cannot write pages")
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
        """The rows of a host on the page: the main one, and the one with its findings."""
        found = re.search(rf"<th[^>]*>{name}<((?:(?!</tr>).)*</tr>(?:(?!</tr>).)*)", page, re.DOTALL)
        return found[1].lower() if found else ""

    fleet.check("the page has every host", all(row(n) for n in fleet.hosts if n != fleet.down), page[:300])
    fleet.check(
        "the page lists the host that is down, with the reason",
        re.search(rf"did not report.*?<li>{fleet.down}: unreachable", page, re.DOTALL),
        re.findall(r"<li>[^<]*</li>", page)[:5],
    )
    modified = r'class="kind[^"]*">modified<'
    fleet.check(
        "the page shows a host with a damaged tree as modified",
        re.search(modified, row("h5")),
        row("h5")[:600],
    )
    wrong = [n for n in fleet.hosts if n not in ("h5", fleet.down) and re.search(modified, row(n))]
    fleet.check("the page shows no other host as modified", not wrong, [row(n)[:600] for n in wrong])


def inventory(fleet):
    """The inventory determines the expected hosts, whatever their own names."""
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
        "the report of a host that was removed from the inventory is deleted; others stay",
        status == 0 and names == set(fleet.hosts),
        str(names) + text[-800:],
    )
    expected = set((directory / "expected.txt").read_text().split())
    page = json.loads((directory / "fleet.json").read_text())
    fleet.check(
        "all hosts of the inventory are expected",
        expected == set(fleet.hosts) and page["schema"].startswith("gotoolprov."),
        expected,
    )
