"""Other users, toolchains that the manifest no longer requires, and uninstalling."""

import json
import shutil


def other_user(fleet):
    """busybox's su does not prompt, because there is no PAM."""
    host = fleet.hosts["h2"]
    passwd = host.root / "etc/passwd"
    before = passwd.read_text()
    passwd.write_text(before + "dev:*:2001:2001:dev:/home/dev:/bin/sh\n")
    home = host.root / "home/dev"
    home.mkdir()
    (home / "empty.json").write_text("{}\n")
    fleet.ssh("h2", "chown 2001:2001 /home/dev")
    directory = fleet.work / "of-dev"
    status, text = fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.report",
        "--limit",
        "h2,localhost",
        "-b",
        "--become-user",
        "dev",
        "--become-method",
        "su",
        log="become",
        variables={
            "gotoolprov_reports": str(directory),
            "gotoolprov_fleet": "",
            "gotoolprov_manifest_file": "/home/dev/empty.json",
        },
    )
    found = directory / "hosts/h2.json"
    root = json.loads(found.read_text())["store"]["root"] if found.exists() else None
    fleet.check(
        "`-b --become-user dev` reports as that user", root == "/home/dev/sdk", f"{root}: {text[-800:]}"
    )
    shutil.rmtree(home)
    passwd.write_text(before)


def pruning(fleet):
    both = {
        "gotoolprov_gate": False,
        "gotoolprov_manifest": fleet.variables["gotoolprov_manifest"]
        | {"go": {"versions": [f"go{fleet.first}", f"go{fleet.second}"]}},
    }
    words = ("--limit", "h3")
    fleet.rollout(*words, log="prune-before", variables=both)
    status, recap, text = fleet.rollout(*words, log="prune-not", variables={"gotoolprov_gate": False})
    fleet.check(
        "a Go that the manifest no longer requires stays without pruning",
        status == 0 and fleet.has("h3", fleet.second),
        text[-800:],
    )
    prune = {"gotoolprov_gate": False, "gotoolprov_prune": True}
    status, recap, text = fleet.rollout(*words, "--check", log="prune-check", variables=prune)
    fleet.check(
        "pruning with --check removes nothing",
        status == 0 and fleet.has("h3", fleet.second) and recap["h3"]["changed"] == 1,
        text[-800:],
    )
    status, recap, text = fleet.rollout(*words, log="prune", variables=prune)
    fleet.check(
        "gotoolprov_prune removes it, and keeps what the manifest requires",
        status == 0 and not fleet.has("h3", fleet.second) and fleet.has("h3", fleet.first),
        text[-800:],
    )
    status, recap, text = fleet.rollout(*words, log="prune-again", variables=prune)
    fleet.check("a second run has nothing to prune", status == 0 and recap["h3"]["changed"] == 0, text[-800:])


def uninstalling(fleet):
    host = fleet.hosts["h5"]
    status, text = fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.uninstall",
        "--limit",
        "h5",
        log="uninstall",
        variables={"gotoolprov_uninstall_toolchains": True},
    )
    left = [
        str(path)
        for directory in ("bin", "libexec", "sdk")
        for path in (host.usr_local / directory).glob("*")
        if path.name.startswith(("go", "dlv1"))
    ]
    left += [
        str(path)
        for pattern in (
            "etc/gotoolprov/*",
            "etc/cron.d/gotoolprov",
            "etc/ansible/facts.d/*",
            "var/lib/gotoolprov/*.json",
        )
        for path in host.root.glob(pattern)
    ]
    fleet.check(
        "uninstalling leaves no executable, launcher, tree, setting or cron entry",
        status == 0 and not left,
        str(left) + text[-800:],
    )
    status, recap, text = fleet.rollout("--limit", "h5", log="install-again")
    fleet.check(
        "a rollout installs everything again", status == 0 and fleet.has("h5", fleet.first), text[-800:]
    )
