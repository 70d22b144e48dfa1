"""Invalid arguments and executables."""


def bad_input(fleet):
    for arguments, words in (
        ("versoin=go1.27", "unknown parameter `versoin`"),
        ("state=there", "expected one of converged, verified, absent, reported"),
        ("repair=perhaps state=verified", "expected true or false"),
        ('{"versions": [1.20]}', "quote it"),
        ('{"versions": {"go": 1}}', "expected a list of strings"),
        ("state=absent", "requires exact `versions`"),
        ("versions=1.21.13-../../x", "is not a Go version"),
    ):
        status, text = fleet.ansible(
            "ansible", "h1,h2", "-m", "gotoolprov.core.toolchain", "-a", arguments, log="input"
        )
        fleet.check(
            f"`{arguments}` is rejected on both hosts, with the reason",
            status == 2 and text.count(words) >= 2 and "FAILED!" in text,
            text[-800:],
        )
    status, text = fleet.ansible(
        "ansible-playbook",
        "gotoolprov.core.rollout",
        "--limit",
        "h1,h6",
        log="no-binary",
        variables={"gotoolprov_binary": "/nonexistent/x", "gotoolprov_source": "/nonexistent/y"},
    )
    fleet.check(
        "an executable that is missing on the controller is reported",
        status == 2 and "nonexistent/y" in text,
        text[-800:],
    )
    path = fleet.hosts["h6"].usr_local / "bin/gotoolprov"
    path.rename(path.with_name("away"))
    status, text = fleet.ansible("ansible", "h1,h6", "-m", "gotoolprov.core.toolchain", log="missing")
    fleet.check(
        "a host without the executable reports it; the other continues",
        status == 2 and "gotoolprov is not installed on this host" in text and "h1 | SUCCESS" in text,
        text[-800:],
    )
    path.write_text("#!/bin/sh\nkill -9 $$\n")
    path.chmod(0o755)
    status, text = fleet.ansible("ansible", "h6", "-m", "gotoolprov.core.toolchain", log="killed")
    fleet.check("a killed executable is reported", "killed by signal 9" in text, text[-800:])
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(64))
    status, text = fleet.ansible("ansible", "h6", "-m", "gotoolprov.core.toolchain", log="damaged")
    fleet.check("a damaged executable is reported", "cannot be run on this host" in text, text[-800:])
    path.with_name("away").rename(path)
