"""Whether a host that cannot debug passes the gate of the rollout."""

import hashlib
import json
import re
import subprocess

from scenes.healing import heal

# The pinned digest of Delve's official archive, which differs from that of Scripts/make-delve-source.
DELVE, OFFICIAL = "1.24.0", "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"


def gate(fleet):
    musl = [n for n, h in fleet.hosts.items() if h.kind == "musl" and n != fleet.down]
    for need, wanted in (("auto", 0), ("required", 2)):
        status, recap, text = fleet.rollout(
            "-v",
            "--limit",
            ",".join(musl),
            log=f"gate-none-{need}",
            variables={"gotoolprov_gate_probe": need},
        )
        fleet.check(
            f"a host without dlv reports `unknown`, and {'passes' if need == 'auto' else 'fails'}"
            f" if the breakpoint is {need}",
            status == wanted and "unknown: no dlv is installed" in text,
            text[-1500:],
        )
    if fleet.options.dlv:
        output = subprocess.run([fleet.options.dlv, "version"], capture_output=True, text=True).stdout
        version = tuple(map(int, re.search(r"Version: (\d+)\.(\d+)", output).groups()))
        status, recap, text = fleet.rollout(
            "-v", "--limit", "h1", log="gate-dlv", variables={"gotoolprov_gate_probe": "auto"}
        )
        if version < (1, 21):
            fleet.check(
                "a dlv that is too old for this Go fails the gate, with a fix",
                status == 2
                and f"is not compatible with go{fleet.first}" in text
                and "too old for Go version" in text
                and "gotoolprov ensure dlv" in text,
                text[-1500:],
            )
        else:
            fleet.check(
                "a host with dlv stops a program at a breakpoint",
                status == 0 and "stopped a program of" in text,
                text[-1500:],
            )
    compatible = f"a compatible Delve, from `dlv@{DELVE}` in the rollout, passes the gate"
    archive = fleet.options.mirror / f"delve/v{DELVE}.tar.gz"
    if not archive.exists() or not fleet.first.startswith("1.21."):
        fleet.unknown(compatible, f"requires {archive} and go1.21")
        return
    catalog = fleet.work / "delve.json"
    catalog.write_text(
        json.dumps(
            {
                "schemaVersion": 1,
                "delve": [
                    {
                        "version": DELVE,
                        "source": {
                            "file": archive.name,
                            "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
                            "replaces": OFFICIAL,
                        },
                    }
                ],
            }
        )
    )
    files = [{"src": str(catalog), "dest": "/etc/gotoolprov/delve.json"}]
    variables = {
        "gotoolprov_files": fleet.variables["gotoolprov_files"] + files,
        "gotoolprov_catalogs": ["/etc/gotoolprov/delve.json"],
        "gotoolprov_versions": [f"go{fleet.first}", f"dlv@{DELVE}"],
        "gotoolprov_gate_probe": "required",
    }
    status, recap, text = fleet.rollout("-v", "--limit", "h1", log="gate-compatible", variables=variables)
    fleet.check(
        compatible, status == 0 and "hit: the installed Delve stopped a program" in text, text[-1500:]
    )
    status, recap, text = fleet.rollout(
        "-v",
        "--limit",
        "h1",
        log="gate-tool",
        variables=variables | {"gotoolprov_versions": [f"dlv@{DELVE}"], "gotoolprov_gate_probe": "auto"},
    )
    fleet.check(
        "a run with only tools reports that there is no Go to test",
        status == 0 and "unknown: this run names no Go" in text and recap["h1"]["changed"] == 0,
        text[-1500:],
    )
    manifest = fleet.variables["gotoolprov_manifest"] | {
        "tools": [f"dlv@{DELVE}"],
        "catalogs": ["/etc/gotoolprov/delve.json"],
    }
    del manifest["go"]
    record = heal(fleet, "h1", manifest)
    fleet.check(
        "healing installs the tools of a manifest without Go",
        record.get("ensure")
        and record["ensure"]["status"] == 0
        and record["ensure"]["result"]["tools"][0]["tool"] == "dlv",
        record,
    )
    fleet.ssh("h1", f"gotoolprov remove dlv@{DELVE}; rm -rf /etc/gotoolprov/delve.json /tmp/heal")
