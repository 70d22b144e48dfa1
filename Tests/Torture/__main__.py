"""Tries to make gotoolprov break its promise, and reports how often it did.

    Scripts/torture [--seconds N] [--only ROW[,ROW]] [--program FILE] [--mirror DIR] [--seed N]

The promise: after any fault and one more run, either the old state or the complete new state is in
place; no published tree differs from its receipt; the exit status and the JSON report which; nothing
outside the SDK and launcher directories has changed; another run changes nothing.

The expected tree is determined by Python's tarfile from the archive, independently of gotoolprov, and
`gotoolprov verify` must agree with it. After a run was killed or has failed, the same command is run twice
without a fault: the first run must succeed, and the second must not change anything.

The output has a row for each kind of fault. A row that cannot be run on this host, completely or in part, is
`unknown`, with the reason. The exit status is 0 if no row has violations and, for root, none is unknown.

With --seconds, each row gets an equal share of the time and runs cases spread over its whole range. Without
it, all cases are run, which takes tens of minutes. Random choices depend on the seed, which is printed; the
times of kills also depend on the machine.

Most rows use generated archives with a few files; random-kill and power-cut use the real Go 1.21.13 of
Scripts/make-demo-mirror. All files are on a tmpfs in a private mount namespace (for root) and are deleted
at the end.

A power failure is simulated by an atomic copy of the image of a loop device, which contains what the file
system has sent to the disk. This does not simulate a disk that loses writes in its own cache.
"""

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from disk import shell
from fixtures import ARCH, REAL, Mirror, make_fixtures
from row import Row
from rows import ROWS
from world import RUNNING, Stage

HERE = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0


class Torture:
    """The rows of one run of this program."""

    def __init__(self, directory: Path, options: argparse.Namespace):
        self.options = options
        # A build may replace the program during the run.
        program = Path(shutil.copy2(options.program, directory / "gotoolprov"))
        fixtures = make_fixtures(directory / "mirror", random.Random(options.seed))
        archive = options.mirror / f"{REAL}.linux-{ARCH}.tar.gz"
        real = Mirror(directory / "real", [REAL]) if archive.exists() else None
        if real:
            real.directory.mkdir()
            for path in (archive, options.mirror / "catalog.json"):
                shutil.copy2(path, real.directory)
        self.stage = Stage(directory, program, fixtures, real)

    def lacks(self, needs: frozenset[str]) -> str | None:
        reasons = {
            "strace": (shutil.which("strace"), "no strace"),
            "mount": (self.options.can_mount, "cannot mount: not root, or not allowed to"),
            "real": (self.stage.real, f"no {REAL} for {ARCH} in {self.options.mirror}"),
        }
        return next((reasons[need][1] for need in sorted(needs) if not reasons[need][0]), None)

    def run(self, name: str, seconds: float | None) -> Row:
        kind = ROWS[name]
        row, start, total = Row(name, random.Random(f"{self.options.seed} {name}")), time.monotonic(), 0
        if reason := self.lacks(kind.needs):
            row.unknown.append(reason)
        else:
            cases = kind.cases(self.stage, row)
            total = len(cases)
            for number, case in enumerate(cases if seconds is None else spread(cases)):
                if seconds is not None and number and time.monotonic() - start >= seconds:
                    break
                case()
        verdict = "unknown" if row.unknown and not row.runs else len(row.violations)
        print(
            f"{name:14} {row.runs:6} {total:6} {verdict:>10} {time.monotonic() - start:8.1f}"
            + "".join(f"  unknown: {reason}" for reason in row.unknown),
            flush=True,
        )
        return row


def spread(cases: list) -> list:
    """Orders the cases so that any number of first ones are spread evenly over all of them."""
    order = [int(number * 0.6180339887498949 % 1 * len(cases)) for number in range(8 * len(cases))]
    return [cases[number] for number in dict.fromkeys([*order, *range(len(cases))])]


def show(row: Row, most: int = 5) -> None:
    """Prints violations of a row, starting with one of each kind."""
    kinds: Counter = Counter()
    ranked = []
    for what, fault, problems in row.violations:
        kind = re.sub(r"\d+", "#", problems[0])
        ranked.append((kinds[kind], what, fault, problems))
        kinds[kind] += 1
    for _, what, fault, problems in sorted(ranked, key=lambda item: item[0])[:most]:
        print(
            f"\n{row.name}: {what}\n  {fault.command}\n  exit status {fault.status}"
            f"\n  stderr: {fault.err.strip() or '(nothing)'}"
        )
        print("\n".join(f"  - {problem}" for problem in problems[:8]))
    if kinds:
        print(f"\n{row.name}, by the first violation:")
        print("\n".join(f"  {count:6}  {kind[:140]}" for kind, count in kinds.most_common(12)))


def enter_namespace() -> bool:
    """Restarts this script in a private mount namespace; returns whether it can mount."""
    words = ["unshare", "--mount", "--propagation", "private"]
    if os.environ.pop("TORTURE_NAMESPACE", None):
        return True
    if not IS_ROOT or subprocess.run([*words, "true"], stderr=subprocess.DEVNULL).returncode:
        return False
    os.environ["TORTURE_NAMESPACE"] = "entered"
    os.execvp("unshare", [*words, sys.executable, "-B", __file__, *sys.argv[1:]])


def main() -> int:
    arguments = argparse.ArgumentParser(
        prog="torture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--seconds", type=float, help="run about this long (default: run all cases)")
    arguments.add_argument(
        "--only", default=",".join(ROWS), metavar="ROW[,ROW]", help="rows to run: " + ", ".join(ROWS)
    )
    arguments.add_argument("--program", type=Path, default=HERE / ".build-static/gotoolprov")
    arguments.add_argument("--mirror", type=Path, default=HERE / ".demo/mirror")
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = arguments.parse_args()
    names = options.only.split(",")
    if unknown := [name for name in names if name not in ROWS]:
        arguments.error(f"unknown row `{unknown[0]}`")
    if not options.program.exists():
        arguments.error(f"{options.program} does not exist; build it with Scripts/build-static")
    options.can_mount = enter_namespace()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    directory = Path(
        tempfile.mkdtemp(prefix="torture.", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    )
    rows = []
    try:
        if options.can_mount:
            shell("mount", "-t", "tmpfs", "-o", "mode=755", "torture", directory)
        print(f"seed {options.seed}\n\n{'row':14} {'runs':>6} {'cases':>6} {'violations':>10} {'seconds':>8}")
        torture, start = Torture(directory, options), time.monotonic()
        for number, name in enumerate(names):
            share = (
                None
                if options.seconds is None
                else max(0.0, start + options.seconds - time.monotonic()) / (len(names) - number)
            )
            rows.append(torture.run(name, share))
        for row in rows:
            show(row)
    finally:
        for process in RUNNING.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if options.can_mount:
            subprocess.run(["umount", "--recursive", "--lazy", directory], check=False)
        shutil.rmtree(directory)
    return int(any(row.violations or IS_ROOT and row.unknown for row in rows))


if __name__ == "__main__":
    sys.exit(main())
