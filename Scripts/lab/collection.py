"""What the lab shows of the collection's variables, of other users, of pruning and of uninstalling."""

import json


def wrong_variables(fleet):
    before = fleet.hosts["h1"].fingerprint()
    # What `-e NAME=VALUE` gives is a text.
    for setting, words in (
        ("gotoolprov_heal_hour=25", "gotoolprov_heal_hour must be one of"),
        ("gotoolprov_heal_hour=noon", "gotoolprov_heal_hour"),
        ("gotoolprov_heal=perhaps", "gotoolprov_heal"),
        ("gotoolprov_gate_doctor=fine", "gotoolprov_gate_doctor must be one of"),
        ("gotoolprov_heal_limit=0", "gotoolprov_heal_limit from 1 on"),
        ("gotoolprov_state_folder=/var/lib/$(id)", "an absolute path of these"),
        ("gotoolprov_haal=false", "no variable of gotoolprov.core is called gotoolprov_haal"),
    ):
        status, recap, text = fleet.rollout("--limit", "h1", log="wrong-variable",
                                            variables=dict([setting.split("=")]))
        fleet.check(f"`-e {setting}` is refused with the reason", status == 2 and words in text, text[-800:])
    fleet.check("and none of these changed a byte", fleet.hosts["h1"].fingerprint() == before)


def texts_for_booleans(fleet):
    """`-e NAME=false` gives Ansible a text, which is true unless it is read as a boolean."""
    host = fleet.hosts["h3"]
    settings = host.root / "etc/gotoolprov/heal.env"
    words, gate = ("--limit", "h3"), {"gotoolprov_gate": "false"}
    status, recap, text = fleet.rollout(*words, log="offline-false",
                                        variables=gate | {"gotoolprov_heal_offline": "false"})
    fleet.check("`-e gotoolprov_heal_offline=false` lets healing use the network",
                status == 0 and "GOTOOLPROV_OFFLINE" not in settings.read_text(), text[-800:])
    fleet.check("`-e gotoolprov_gate=false` skips the gate", "Gate: the doctor" in text
                and text.split("Gate: the doctor")[1].split("TASK")[0].count("skipping: [h3]") == 1, text[-800:])
    status, recap, text = fleet.rollout(*words, log="heal-false", variables=gate | {"gotoolprov_heal": "false"})
    fleet.check("`-e gotoolprov_heal=false` takes self-healing away",
                status == 0 and not settings.exists()
                and not (host.usr_local / "libexec/gotoolprov-heal").exists(), text[-800:])
    fleet.rollout("--limit", "h3", log="heal-again")


def wrong_executable(fleet):
    host = fleet.hosts["h3"]
    program = host.usr_local / "bin/gotoolprov"
    before = program.read_bytes()
    for name, content in (("other-machine", b"\x7fELF\x02\x01\x01" + bytes(200)), ("empty", b""),
                          ("other-program", b"#!/bin/sh\necho hello\n")):
        (fleet.work / "dist" / name).write_bytes(content)
        status, recap, text = fleet.rollout("--limit", "h3", log="wrong-executable",
                                            variables={"gotoolprov_source": f"dist/{name}"})
        fleet.check(f"an executable that does not run there ({name}) replaces none",
                    status == 2 and "stays as it was" in text and program.read_bytes() == before
                    and [p.name for p in program.parent.glob("gotoolprov*")] == ["gotoolprov"], text[-800:])
    status, recap, text = fleet.rollout(
        "--limit", "h3", log="by-architecture",
        variables={"gotoolprov_source": "", "gotoolprov_sources": {"arm64": "dist/empty"}})
    fleet.check("a host without an executable for its architecture says which one it needs",
                status == 2 and "this host is amd64" in text, text[-800:])
    sources = {"gotoolprov_source": "", "gotoolprov_sources": {"amd64": "dist/gotoolprov-amd64"}}
    status, recap, text = fleet.rollout("--limit", "h3", log="by-architecture", variables=sources)
    fleet.check("and one that has it changes nothing", status == 0 and recap["h3"]["changed"] == 0, text[-800:])


def other_user(fleet):
    """busybox's su asks nobody for anything: no PAM is there."""
    host = fleet.hosts["h2"]
    passwd = host.root / "etc/passwd"
    before = passwd.read_text()
    passwd.write_text(before + "dev:*:2001:2001:dev:/home/dev:/bin/sh\n")
    home = host.root / "home/dev"
    home.mkdir()
    (home / "empty.json").write_text("{}\n")
    fleet.ssh("h2", "chown 2001:2001 /home/dev")
    folder = fleet.work / "of-dev"
    status, text = fleet.ansible(
        "ansible-playbook", "gotoolprov.core.report", "--limit", "h2,localhost", "-b", "--become-user", "dev",
        "--become-method", "su", log="become",
        variables={"gotoolprov_reports": str(folder), "gotoolprov_fleet": "", "gotoolprov_manifest_file": "/home/dev/empty.json"})
    found = folder / "hosts/h2.json"
    root = json.loads(found.read_text())["store"]["root"] if found.exists() else None
    fleet.check("`-b --become-user dev` asks as that user", root == "/home/dev/sdk", f"{root}: {text[-800:]}")
    passwd.write_text(before)


def pruning(fleet):
    both = {"gotoolprov_gate": False, "gotoolprov_manifest": fleet.variables["gotoolprov_manifest"] | {
        "go": {"versions": [f"go{fleet.first}", f"go{fleet.second}"]}}}
    words = ("--limit", "h3")
    fleet.rollout(*words, log="prune-before", variables=both)
    status, recap, text = fleet.rollout(*words, log="prune-not", variables={"gotoolprov_gate": False})
    fleet.check("a Go that the manifest no longer names stays, unless pruning is asked for",
                status == 0 and fleet.has("h3", fleet.second), text[-800:])
    prune = {"gotoolprov_gate": False, "gotoolprov_prune": True}
    status, recap, text = fleet.rollout(*words, "--check", log="prune-check", variables=prune)
    fleet.check("--check of pruning removes nothing", status == 0 and fleet.has("h3", fleet.second)
                and recap["h3"]["changed"] == 1, text[-800:])
    status, recap, text = fleet.rollout(*words, log="prune", variables=prune)
    fleet.check("with gotoolprov_prune it goes, and what the manifest asks for stays",
                status == 0 and not fleet.has("h3", fleet.second) and fleet.has("h3", fleet.first), text[-800:])
    status, recap, text = fleet.rollout(*words, log="prune-again", variables=prune)
    fleet.check("and then there is nothing to prune", status == 0 and recap["h3"]["changed"] == 0, text[-800:])


def inventory(fleet):
    """Who has to report is what the inventory says, whatever hosts call themselves."""
    folder = fleet.work / "reports"
    (folder / "hosts/left.json").write_text((folder / "hosts/h1.json").read_text())
    fleet.hosts[fleet.down].stop()
    status, text = fleet.ansible("ansible-playbook", "gotoolprov.core.report", "--limit", "h1,localhost", log="report-one",
                                 variables={"gotoolprov_formats": ["json"]})
    names = {p.stem for p in folder.glob("*/*.json")}
    fleet.check("a report of a host that left the inventory is removed; those of others stay",
                status == 0 and names == set(fleet.hosts), str(names) + text[-800:])
    expected = set((folder / "expected.txt").read_text().split())
    page = json.loads((folder / "fleet.json").read_text())
    fleet.check("every host of the inventory is expected", expected == set(fleet.hosts)
                and page["schema"].startswith("gotoolprov."), expected)
    fleet.hosts[fleet.down].start(fleet.keys)


def uninstalling(fleet):
    host = fleet.hosts["h5"]
    status, text = fleet.ansible("ansible-playbook", "gotoolprov.core.uninstall", "--limit", "h5", log="uninstall",
                                 variables={"gotoolprov_uninstall_toolchains": True})
    left = [str(path) for folder in ("bin", "libexec", "sdk") for path in (host.usr_local / folder).glob("*")
            if path.name.startswith(("go", "dlv1"))]
    left += [str(path) for pattern in ("etc/gotoolprov/*", "etc/cron.d/gotoolprov", "etc/ansible/facts.d/*",
                                       "var/lib/gotoolprov/*.json") for path in host.root.glob(pattern)]
    fleet.check("uninstalling leaves no executable, no launcher, no tree, no setting and no line of cron",
                status == 0 and not left, str(left) + text[-800:])
    status, recap, text = fleet.rollout("--limit", "h5", log="install-again")
    fleet.check("and a rollout installs it all again", status == 0 and fleet.has("h5", fleet.first), text[-800:])


SCENES = (wrong_variables, texts_for_booleans, wrong_executable, other_user, pruning, inventory, uninstalling)
