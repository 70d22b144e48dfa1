"""A full disk and a host that goes down during a rollout."""

import re
import threading
import time
from pathlib import Path


def remove(fleet, names, version):
    """Removes the version that was installed only for this scene."""
    for name in names:
        fleet.ssh(name, f"gotoolprov remove go{version}")


def full_disk(fleet):
    host, version = fleet.hosts["h6"], fleet.second
    # Enough room at the start, and none as soon as files appear.
    host.within("mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", "/mnt/usr/local/sdk")
    store = Path(f"/proc/{host.first_process()}/root/mnt/usr/local/sdk")

    def fill():
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if any(store.glob(f".gotoolprov/staging/go{version}.*/*")):
                with open(store / "filler", "wb", buffering=0) as file:
                    try:
                        while file.write(bytes(1 << 20)):
                            pass
                    except OSError:
                        return
            time.sleep(0.002)

    filler = threading.Thread(target=fill)
    filler.start()
    variables = {
        "gotoolprov_versions": [f"go{version}"],
        "gotoolprov_gate": False,
        "gotoolprov_rings": ["100%"],
    }
    some = ["h1", "h6", "h7"]
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="full-disk", variables=variables)
    filler.join()
    fleet.check(
        "a full disk fails only its host, with the reason",
        status == 2
        and recap["h6"]["failed"] == 1
        and re.search("[Nn]o space left", text)
        and fleet.has("h1", version)
        and fleet.has("h7", version),
        text[-1500:],
    )
    left = [str(p) for p in store.glob("**/*") if p.is_file() and p.name != "filler"]
    fleet.check("a full disk leaves no part of a tree", (store / "filler").exists() and not left, left[:5])
    host.within("umount", "/mnt/usr/local/sdk")
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="full-disk-2", variables=variables)
    fleet.check(
        "with enough room a second run converges the host and changes nothing on the others",
        status == 0
        and fleet.has("h6", version)
        and recap["h6"]["changed"] > 0
        and recap["h1"]["changed"] == recap["h7"]["changed"] == 0,
        text[-1500:],
    )
    remove(fleet, some, version)


def cut(fleet):
    host, version = fleet.hosts["h7"], fleet.second
    staging = host.usr_local / "sdk/.gotoolprov/staging"
    some = ["h3", "h5", "h7"]
    was_cut = threading.Event()

    def switch_off():
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if any(staging.glob(f"go{version}.*/*")):
                host.stop()
                was_cut.set()
                return
            time.sleep(0.005)

    watcher = threading.Thread(target=switch_off)
    watcher.start()
    variables = {
        "gotoolprov_versions": [f"go{version}"],
        "gotoolprov_gate": False,
        "gotoolprov_rings": ["100%"],
    }
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="cut", variables=variables)
    watcher.join()
    has_partial = any(staging.glob(f"go{version}.*/*"))
    fleet.check(
        "a host that goes down while unpacking is unreachable; the others continue",
        was_cut.is_set()
        and status == 4
        and recap["h7"]["unreachable"] == 1
        and fleet.has("h3", version)
        and fleet.has("h5", version),
        text[-1500:],
    )
    fleet.check(
        "the host has a partial tree in staging, and none is installed",
        has_partial and not (host.usr_local / f"sdk/go{version}").exists(),
        has_partial,
    )
    fleet.switch_on("h7")
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="cut-2", variables=variables)
    fleet.check(
        "a second run converges the host and deletes the partial tree",
        status == 0
        and fleet.has("h7", version)
        and not any(staging.iterdir())
        and recap["h3"]["changed"] == recap["h5"]["changed"] == 0,
        text[-1500:],
    )
    remove(fleet, some, version)
