#!/usr/bin/env python3
"""Rolls out Go to a fleet of real sshd servers on one machine, injects faults, and checks the results.

    Scripts/fleet-lab [--hosts N] [--gotoolprov FILE] [--mirror DIR] [--versions A,B] [--dlv FILE]
                      [--fleet FILE] [--ansible DIR] [--times] [--only SCENE,…] [--keep DIR]

Every host is a network, mount, process and host-name namespace with its own root directory, address, store
and sshd; the controller is real Ansible. One host has musl and busybox but no Python, one imitates WSL 2,
one has a mirror with a damaged archive in one scene, and one is initially switched off.

Everything runs in separate namespaces without access to any network. When the lab ends, even if it is
killed, the kernel ends all processes and removes all mounts and interfaces in them. The directory on disk
is deleted at the end, or by the next run if this one was killed.

--hosts        8 or more (default 8)
--gotoolprov   the static executable (default .build-static/gotoolprov)
--mirror       a directory created by Scripts/make-demo-mirror (default .demo/mirror); with
               delve/v1.24.0.tar.gz of Scripts/make-delve-source, a host builds the Delve that it needs
               to pass the gate
--versions     two versions in the mirror: the first is rolled out, the second with faults
               (default 1.21.13,1.27.3)
--dlv          a dlv for the hosts with glibc, which the gate tests: Debian's is too old for go1.21
--fleet        the gotoolprov of the controller that writes the page (default that of --gotoolprov)
--ansible      a Python environment with ansible-core (default: created in .demo/ansible from PyPI)
--times        only measure durations for 1, 5 and 20 hosts; requires --hosts 20
--only         run only these scenes, on hosts that are prepared for them
--keep         keep the logs, reports and the page in this directory

Requires root, and Debian's openssh-server, openssh-client, busybox-static, musl and iproute2.
Prints a line for each check; exit status 0 if all pass, else 1.
"""

import argparse
import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import show
from scenes import SCENES, TIMES

REPOSITORY = Path(__file__).resolve().parents[2]
# The tested version of ansible-core.
ANSIBLE = "ansible-core==2.19.14"
PREFIX = "fleet-lab."


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="fleet-lab", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hosts", type=int, default=8)
    parser.add_argument("--gotoolprov", type=Path, default=REPOSITORY / ".build-static/gotoolprov")
    parser.add_argument("--mirror", type=Path, default=REPOSITORY / ".demo/mirror")
    parser.add_argument("--versions", default="1.21.13,1.27.3")
    parser.add_argument("--dlv", type=Path)
    parser.add_argument("--fleet", type=Path)
    parser.add_argument("--ansible", type=Path)
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    found = parser.parse_args()
    found.fleet = found.fleet or found.gotoolprov
    found.versions = [v.removeprefix("go") for v in found.versions.split(",")]
    if not 8 <= found.hosts <= 200:
        parser.error("--hosts must be between 8 and 200")
    if found.times and found.hosts < 20:
        parser.error("--times requires --hosts 20")
    if unknown := set(found.only or ()) - {scene.name for scene in (*SCENES, *TIMES)}:
        parser.error(f"unknown scene {', '.join(sorted(unknown))}")
    if len(found.versions) != 2:
        parser.error("--versions requires two versions")
    if os.geteuid() != 0:
        parser.error("namespaces and mounts require root")
    needed = [
        found.gotoolprov,
        found.mirror / "catalog.json",
        *([found.dlv] if found.dlv else []),
        *(found.mirror / f"go{v}.linux-amd64.tar.gz" for v in found.versions),
        Path("/usr/sbin/sshd"),
        Path("/bin/busybox"),
        Path("/lib/ld-musl-x86_64.so.1"),
    ]
    for path in needed:
        if not path.exists():
            parser.error(f"{path} does not exist")
    return found


def ansible(found: argparse.Namespace) -> Path:
    """The environment with Ansible, created from PyPI by default."""
    if found.ansible:
        return found.ansible.absolute()
    directory = REPOSITORY / ".demo/ansible"
    if not (directory / "bin/ansible-playbook").exists():
        print(f"creating {directory} with {ANSIBLE}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run([directory / "bin/pip", "install", "--quiet", ANSIBLE], check=True)
    return directory


def sweep() -> None:
    """Deletes the directories of killed labs, whose lock is free."""
    for directory in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        try:
            with open(directory / "lock", "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:
            pass


def main() -> int:
    found = options()
    if found.inside:
        return show.run(found)
    environment = ansible(found)
    sweep()
    work = Path(tempfile.mkdtemp(prefix=PREFIX))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    lock = open(work / "lock", "wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    # If this process is killed, the kernel also kills unshare and thus the first process of the lab.
    command = [
        "setpriv",
        "--pdeathsig",
        "KILL",
        "unshare",
        "--net",
        "--mount",
        "--uts",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--propagation",
        "private",
        sys.executable,
        "-B",
        os.path.abspath(__file__),
        *sys.argv[1:],
        "--ansible",
        str(environment),
        "--inside",
        str(work),
    ]
    lab = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: lab.kill())
    status = lab.wait()
    if status < 0:
        print(f"error: the lab was killed by signal {-status}", file=sys.stderr)
    if found.keep:
        found.keep.mkdir(parents=True, exist_ok=True)
        for name in ("logs", "reports"):
            if (work / name).exists():
                shutil.copytree(work / name, found.keep / name, dirs_exist_ok=True)
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
