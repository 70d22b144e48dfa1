"""Rollout from empty hosts to a converged fleet."""

from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[3] / "Scripts"


def build(fleet):
    status, text = fleet.ansible(
        "ansible-galaxy",
        "collection",
        "build",
        SCRIPTS / "deploy/ansible",
        "--output-path",
        fleet.work,
        log="build",
    )
    [archive] = fleet.work.glob("gotoolprov-core-*.tar.gz")
    status2, text2 = fleet.ansible(
        "ansible-galaxy",
        "collection",
        "install",
        archive,
        "--offline",
        "-p",
        fleet.work / "collections",
        log="install",
    )
    fleet.check(
        "the collection is built, and installed without a network", status == status2 == 0, text + text2
    )
    for kind, name in (("module", "toolchain"), ("module", "place"), ("role", "agent"), ("role", "converge")):
        status, text = fleet.ansible("ansible-doc", "-t", kind, f"gotoolprov.core.{name}", log=f"doc-{name}")
        fleet.check(
            f"ansible-doc shows {name}",
            status == 0 and ("OPTIONS" if kind == "module" else "gotoolprov_manifest_file") in text,
            text[-500:],
        )


def check_mode_first(fleet):
    before = {n: h.fingerprint() for n, h in fleet.hosts.items()}
    status, recap, text = fleet.rollout("--check", "--diff", log="check-first")
    changed = [n for n, h in fleet.hosts.items() if h.fingerprint() != before[n]]
    fleet.check("--check --diff before the first rollout changes no byte", not changed, changed)
    fleet.check(
        "--check reports that the other hosts would change",
        status == 4
        and all(recap[n]["changed"] > 0 and recap[n]["failed"] == 0 for n in recap if n != fleet.down),
        text[-1500:],
    )


def bad_canary(fleet):
    status, recap, text = fleet.rollout(log="bad-canary", variables={"gotoolprov_versions": ["go1.99.9"]})
    fleet.check(
        "a failing canary stops the rollout at the first ring",
        status == 2 and recap["h1"]["failed"] == 1 and set(recap) == {"h1"},
        text[-1500:],
    )
    others = [n for n in fleet.hosts if n != "h1" and not fleet.untouched(n)]
    fleet.check("no other host is touched", not others, others)
    fleet.check("the reason is reported", "go1.99.9 is not in any catalog" in text, text[-1500:])


def bad_mirror(fleet):
    with fleet.damaged_mirror("h4"):
        status, recap, text = fleet.rollout(log="bad-mirror")
    ring = ["h2", "h3", "h4", "h5"]
    fleet.check(
        "a damaged mirror in the second ring stops the rollout there",
        status == 2 and recap["h4"]["failed"] == 1 and set(recap) == {"h1", *ring},
        text[-1500:],
    )
    fleet.check(
        "the other hosts of that ring have converged: glibc, musl without Python, WSL 2",
        all(fleet.has(n, fleet.first) for n in ("h1", "h2", "h3", "h5")),
        recap,
    )
    fleet.check(
        "the host with the damaged mirror has no tree, and reports why",
        not fleet.has("h4", fleet.first) and "the archive" in text and "pinned" in text,
        text[-1500:],
    )
    rest = [n for n in fleet.hosts if n not in recap and not fleet.untouched(n)]
    fleet.check("the hosts of later rings are untouched", not rest, rest)


def good(fleet):
    status, recap, text = fleet.rollout(log="good")
    up = [n for n in fleet.hosts if n != fleet.down]
    fleet.check(
        "with a good mirror all running hosts converge",
        status == 4 and all(fleet.has(n, fleet.first) for n in up) and recap[fleet.down]["unreachable"] == 1,
        text[-1500:],
    )


def again(fleet):
    fleet.switch_on(fleet.down)
    status, recap, text = fleet.rollout(log="all-up")
    others = [n for n in recap if n != fleet.down and recap[n]["changed"]]
    fleet.check(
        "the last host converges once switched on, and nothing changes on the others",
        status == 0 and fleet.has(fleet.down, fleet.first) and not others,
        text[-1500:],
    )
    before = {n: h.fingerprint() for n, h in fleet.hosts.items()}
    status, recap, text = fleet.rollout(log="again")
    fleet.check(
        "another run changes nothing: changed=0 everywhere",
        status == 0 and all(r["changed"] == 0 for r in recap.values()) and len(recap) == len(fleet.hosts),
        text[-1500:],
    )
    status, recap, text = fleet.rollout(
        "--check",
        "--diff",
        log="check-second",
        variables={"gotoolprov_versions": [f"go{fleet.first}", f"go{fleet.second}"]},
    )
    changed = [n for n, h in fleet.hosts.items() if h.fingerprint() != before[n]]
    fleet.check("--check --diff of another version changes no byte", not changed, changed)
    fleet.check(
        "--check --diff shows what would change",
        status == 0 and text.count(f"+go{fleet.second}  installed") == len(fleet.hosts),
        text[-1500:],
    )
