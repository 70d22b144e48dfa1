#!/usr/bin/env python3
"""Rolls Go out to a fleet of real sshd on one machine, breaks what can break, and says what came of it.

    Scripts/fleet-lab [--hosts N] [--gotoolprov FILE] [--mirror DIR] [--versions A,B] [--dlv FILE]
                      [--fleet FILE] [--ansible DIR] [--times] [--only SCENE,…] [--keep DIR]

Every host is a network, mount, process and host-name namespace with its own root directory, address, store
and sshd; the controller is real Ansible. Of the hosts, one has musl and busybox and no Python, one is
faked to be WSL 2, one has for a scene a mirror whose archive is damaged, one starts switched off.

All of it lives in namespaces of the lab's own, which has no way out to any network: when the lab ends,
however it ends, the kernel ends every process and removes every mount and interface in them. The one
directory on disk is deleted at the end, or by the next run where this one was killed.

--hosts        8 or more (default 8)
--gotoolprov   the static executable (default .build-static/gotoolprov)
--mirror       a directory as Scripts/make-demo-mirror makes it (default .demo/mirror); with
               delve/v1.24.0.tar.gz of Scripts/make-delve-source, a host builds the Delve with which it
               passes the gate
--versions     two versions that it has: the first is rolled out, the second with faults
               (default 1.21.13,1.27.3)
--dlv          a dlv for the hosts with glibc, which the gate judges: Debian's is too old for go1.21
--fleet        the gotoolprov of the controller that makes the page (default that of --gotoolprov)
--ansible      a Python environment with ansible-core (default: made in .demo/ansible from PyPI)
--times        instead, how long it takes for 1, 5 and 20 hosts; needs --hosts 20
--only         only these scenes, on hosts that are prepared for them
--keep         keep the logs, reports and the page in this directory

Needs root, and Debian's openssh-server, openssh-client, busybox-static, musl and iproute2.
Prints a line for each thing that is shown; exit status 0 if all are as they should be, else 1.
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
# Of ansible-core, the one that the lab was tried with.
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
        parser.error("--hosts has to be from 8 to 200")
    if found.times and found.hosts < 20:
        parser.error("--times needs --hosts 20")
    if unknown := set(found.only or ()) - {scene.name for scene in (*SCENES, *TIMES)}:
        parser.error(f"no scene is called {', '.join(sorted(unknown))}")
    if len(found.versions) != 2:
        parser.error("--versions takes two versions")
    if os.geteuid() != 0:
        parser.error("namespaces and mounts need root")
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
            parser.error(f"there is no {path}")
    return found


def ansible(found: argparse.Namespace) -> Path:
    """The environment with Ansible, made from PyPI if none was named."""
    if found.ansible:
        return found.ansible.absolute()
    directory = REPOSITORY / ".demo/ansible"
    if not (directory / "bin/ansible-playbook").exists():
        print(f"making {directory} with {ANSIBLE}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run([directory / "bin/pip", "install", "--quiet", ANSIBLE], check=True)
    return directory


def sweep() -> None:
    """Deletes the directories of labs that were killed: nobody holds their lock."""
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
    # Should this be killed, unshare is killed with it, and with that the first process of the lab.
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
        print(f"error: the lab was ended by signal {-status}", file=sys.stderr)
    if found.keep:
        found.keep.mkdir(parents=True, exist_ok=True)
        for name in ("logs", "reports"):
            if (work / name).exists():
                shutil.copytree(work / name, found.keep / name, dirs_exist_ok=True)
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
