"""Duration of runs."""

import time


def times(fleet):
    """Seconds for 1, 5 and 20 hosts: a run without changes, a first rollout, and reports."""
    names = list(fleet.hosts)
    fleet.switch_on(fleet.down)
    print(
        f"{'hosts':>7}{'second run':>12}{'second run in rings':>21}{'first rollout':>15}{'report':>8}",
        flush=True,
    )
    for count in (1, 5, 20):
        limit = ("--limit", ",".join(names[:count]))
        row = []
        flat = {
            "gotoolprov_rings": ["100%"],
            "gotoolprov_gate": False,
            "gotoolprov_versions": [f"go{fleet.first}"],
        }
        fleet.rollout(*limit, log="time-warm", variables=flat)
        for variables in (flat, {"gotoolprov_versions": [f"go{fleet.first}"]}):
            started = time.monotonic()
            status, recap, text = fleet.rollout(*limit, log=f"time-{count}", variables=variables)
            row.append(time.monotonic() - started)
            fleet.check(
                f"{count} hosts, nothing to do",
                status == 0 and len(recap) == count and not any(r["changed"] for r in recap.values()),
                text[-800:],
            )
        for name in names[:count]:
            fleet.ssh(name, f"gotoolprov remove go{fleet.second}")
        started = time.monotonic()
        fleet.rollout(
            *limit, log=f"time-first-{count}", variables=flat | {"gotoolprov_versions": [f"go{fleet.second}"]}
        )
        row.append(time.monotonic() - started)
        started = time.monotonic()
        fleet.ansible(
            "ansible-playbook",
            "gotoolprov.core.report",
            *limit,
            log=f"time-report-{count}",
            variables={"gotoolprov_fleet": ""},
        )
        row.append(time.monotonic() - started)
        print(f"{count:>7}{row[0]:>12.1f}{row[1]:>21.1f}{row[2]:>15.1f}{row[3]:>8.1f}", flush=True)
