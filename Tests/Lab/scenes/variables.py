"""Invalid variables of the collection, and executables that it rejects."""


def wrong_variables(fleet):
    before = fleet.hosts["h1"].fingerprint()
    # The value of `-e NAME=VALUE` is a string.
    for setting, words in (
        ("gotoolprov_heal_hour=25", "gotoolprov_heal_hour must be one of"),
        ("gotoolprov_heal_hour=noon", "gotoolprov_heal_hour"),
        ("gotoolprov_heal=perhaps", "gotoolprov_heal"),
        ("gotoolprov_gate_doctor=fine", "gotoolprov_gate_doctor must be one of"),
        ("gotoolprov_heal_limit=0", "gotoolprov_heal_limit 1 second or more"),
        ("gotoolprov_state_directory=/var/lib/$(id)", "must be absolute paths of these"),
        ("gotoolprov_haal=false", "unknown variables of gotoolprov.core: gotoolprov_haal"),
    ):
        status, recap, text = fleet.rollout(
            "--limit", "h1", log="wrong-variable", variables=dict([setting.split("=")])
        )
        fleet.check(f"`-e {setting}` is rejected with the reason", status == 2 and words in text, text[-800:])
    fleet.check("invalid variables change no file", fleet.hosts["h1"].fingerprint() == before)


def texts_for_booleans(fleet):
    """`-e NAME=false` is a string for Ansible, which would be true if it were not parsed as a boolean."""
    host = fleet.hosts["h3"]
    settings = host.root / "etc/gotoolprov/heal.env"
    words, gate = ("--limit", "h3"), {"gotoolprov_gate": "false"}
    status, recap, text = fleet.rollout(
        *words, log="offline-false", variables=gate | {"gotoolprov_heal_offline": "false"}
    )
    fleet.check(
        "`-e gotoolprov_heal_offline=false` lets healing use the network",
        status == 0 and "GOTOOLPROV_OFFLINE" not in settings.read_text(),
        text[-800:],
    )
    fleet.check(
        "`-e gotoolprov_gate=false` skips the gate",
        "Gate: run gotoolprov doctor" in text
        and text.split("Gate: run gotoolprov doctor")[1].split("TASK")[0].count("skipping: [h3]") == 1,
        text[-800:],
    )
    status, recap, text = fleet.rollout(
        *words, log="heal-false", variables=gate | {"gotoolprov_heal": "false"}
    )
    fleet.check(
        "`-e gotoolprov_heal=false` removes self-healing",
        status == 0 and not settings.exists() and not (host.usr_local / "libexec/gotoolprov-heal").exists(),
        text[-800:],
    )
    fleet.rollout("--limit", "h3", log="heal-again")


def wrong_executable(fleet):
    host = fleet.hosts["h3"]
    program = host.usr_local / "bin/gotoolprov"
    before = program.read_bytes()
    for name, content in (
        ("other-machine", b"\x7fELF\x02\x01\x01" + bytes(200)),
        ("empty", b""),
        ("other-program", b"#!/bin/sh\necho hello\n"),
    ):
        (fleet.work / "dist" / name).write_bytes(content)
        status, recap, text = fleet.rollout(
            "--limit", "h3", log="wrong-executable", variables={"gotoolprov_source": f"dist/{name}"}
        )
        fleet.check(
            f"an executable that does not run on the host ({name}) is not installed",
            status == 2
            and "is unchanged: the new file fails" in text
            and program.read_bytes() == before
            and [p.name for p in program.parent.glob("gotoolprov*")] == ["gotoolprov"],
            text[-800:],
        )
    status, recap, text = fleet.rollout(
        "--limit",
        "h3",
        log="by-architecture",
        variables={"gotoolprov_source": "", "gotoolprov_sources": {"arm64": "dist/empty"}},
    )
    fleet.check(
        "a host without an executable for its architecture reports which one it needs",
        status == 2 and "this host is amd64" in text,
        text[-800:],
    )
    sources = {"gotoolprov_source": "", "gotoolprov_sources": {"amd64": "dist/gotoolprov-amd64"}}
    status, recap, text = fleet.rollout("--limit", "h3", log="by-architecture", variables=sources)
    fleet.check(
        "an executable for the architecture changes nothing",
        status == 0 and recap["h3"]["changed"] == 0,
        text[-800:],
    )
