"""Photographs the page of a simulated fleet for README.md."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import Browser
from scripts import TOP

PICTURE = TOP / "docs/images/fleet.png"
HOSTS = "200"
# At this time the built-in vulnerability data is recent enough to judge by: it is within 60 days of its date.
TIME = "2026-10-19T08:00:00Z"
SIZE = (1200, 800)
LARGEST = 120_000


def page(executable: Path, path: Path) -> None:
    """Writes the page of a fleet that is the same each time."""
    reports = subprocess.run(
        [TOP / "Scripts/simulate-fleet", HOSTS, "--now", TIME], check=True, capture_output=True
    ).stdout
    subprocess.run([executable, "fleet", "-", "--now", TIME, "--output", path], input=reports, check=True)


def take(executable: Path) -> None:
    """Writes the picture, with a palette, which makes it three times smaller.

    Throws `browser.Missing` where there is no Chromium.
    """
    if not shutil.which("pngquant"):
        sys.exit("error: pngquant is not installed")
    with tempfile.TemporaryDirectory(prefix="page-") as work:
        path = Path(work) / "fleet.html"
        page(executable, path)
        browser = Browser()
        try:
            browser.prefer("light")
            browser.resize(*SIZE)
            browser.open(path.as_uri())
            taken = browser.picture()
        finally:
            browser.close()
    command = ["pngquant", "--strip", "--speed", "1", "128", "-"]
    small = subprocess.run(command, input=taken, check=True, capture_output=True).stdout
    if len(small) > LARGEST:
        sys.exit(f"error: the picture has {len(small)} bytes, more than {LARGEST}")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(small)
