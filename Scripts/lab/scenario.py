"""What the lab shows, one scene after the other."""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import collection
import hosts as lab

SCRIPTS = Path(__file__).resolve().parent.parent


class Fleet:
    """The hosts, the controller's files and what was found so far."""

    def __init__(self, options):
        self.options = options
        self.work = options.inside
        self.first, self.second = options.versions
        self.unknowns = 0
        self.failures = 0
        self.logs = self.work / "logs"
        for name in ("logs", "home", "reports", "hosts", "cp"):
            (self.work / name).mkdir()
        self._keep_in_memory(options.hosts)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        lab.command("ip", "link", "add", lab.BRIDGE, "type", "bridge")
        lab.command("ip", "address", "add", f"{lab.NETWORK}1/24", "dev", lab.BRIDGE)
        lab.command("ip", "link", "set", lab.BRIDGE, "up")
        lab.command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.work / "key")
        self.keys = self.work / "key.pub"
        kinds = {2: "musl", 3: "wsl"}
        self.hosts = {
            f"h{n}": lab.Host(n, kinds.get(n, "glibc"), self.work / "hosts", options.mirror)
            for n in range(1, options.hosts + 1)
        }
        # h4, in the second ring, has a bad mirror; the last one is switched off.
        self.bad, self.down = "h4", f"h{options.hosts}"
        self.hosts[self.bad].damage_mirror(self.first)
        for host in self.hosts.values():
            if options.dlv and host.kind != "musl":
                target = host.usr_local / "bin/dlv"
                target.write_bytes(options.dlv.read_bytes())
                target.chmod(0o755)
            host.write_sshd(self.keys)
            if host.name != self.down:
                host.start(self.keys)
        self._write_controller()

    def _keep_in_memory(self, count):
        """Keeps the hosts in memory where there is plenty: then the kernel deletes them at the end, too."""
        megabytes = count * 600 + 500
        meminfo = Path("/proc/meminfo").read_text()
        available = int(re.search(r"MemAvailable:\s+(\d+)", meminfo)[1]) // 1024
        in_memory = available > 1.3 * megabytes
        if in_memory:
            lab.command("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs",
                        self.work / "hosts")
        print(f"      {count} hosts, their disks {'in memory' if in_memory else 'on disk'}", flush=True)

    def _write_controller(self):
        known = "".join(
            f"{host.address} {(host.folder / 'host_key.pub').read_text()}"
            for host in self.hosts.values())
        (self.work / "known_hosts").write_text(known)
        entries = "".join(
            f"Host {host.name}\n  HostName {host.address}\n" for host in self.hosts.values())
        self.ssh_config = self.work / "ssh_config"
        self.ssh_config.write_text(
            f"{entries}Host *\n  User root\n  IdentityFile {self.work}/key\n"
            f"  UserKnownHostsFile {self.work}/known_hosts\n  ConnectTimeout 3\n"
            "  ServerAliveInterval 1\n  ServerAliveCountMax 3\n")
        (self.work / "inventory").write_text("".join(
            f"{name} gotoolprov_ring={'canary' if name == 'h1' else 'rest'}\n" for name in self.hosts))
        (self.work / "ansible.cfg").write_text(
            f"[defaults]\ninventory = {self.work}/inventory\ncollections_path = {self.work}/collections\n"
            f"forks = 20\nremote_tmp = /tmp/.ansible\nlocal_tmp = {self.work}/tmp\nnocows = True\n"
            f"interpreter_python = auto_silent\nretry_files_enabled = False\n"
            f"[ssh_connection]\nssh_args = -F {self.ssh_config} -o ControlMaster=auto"
            f" -o ControlPersist=60s\ncontrol_path_dir = {self.work}/cp\n")
        manifest = {"go": {"versions": [f"go{self.first}"]}, "official": False,
                    "mirrors": ["/srv/mirror"], "catalogues": ["/etc/gotoolprov/catalogue.json"],
                    "sdkRoot": "/usr/local/sdk", "gobin": "/usr/local/bin"}
        # As docs/ANSIBLE.md has it: paths that are relative to the inventory.
        (self.work / "dist").mkdir()
        (self.work / "dist/gotoolprov-amd64").symlink_to(self.options.gotoolprov.absolute())
        (self.work / "catalogue.json").symlink_to((self.options.mirror / "catalogue.json").absolute())
        self.variables = {
            "gotoolprov_source": "dist/gotoolprov-amd64",
            "gotoolprov_files": [{"src": "catalogue.json", "dest": "/etc/gotoolprov/catalogue.json"}],
            "gotoolprov_manifest": manifest,
            "gotoolprov_heal_offline": True,
            "gotoolprov_reports": str(self.work / "reports"),
            "gotoolprov_fleet": str(self.options.fleet.absolute()),
            # A build on every host takes a while: once is enough, in the scene `gate`.
            "gotoolprov_gate_probe": "off",
        }

    def ansible(self, program, *arguments, log, variables=None):
        """Runs a program of Ansible; returns its exit status and what it printed."""
        extra = json.dumps(self.variables | (variables or {}))
        words = [str(self.options.ansible / "bin" / program), *map(str, arguments)]
        if program in ("ansible", "ansible-playbook"):
            words += ["-e", extra]
        with open(self.logs / f"{log}.log", "w+") as file:
            status = subprocess.run(
                words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, timeout=1800,
                env={"PATH": f"{self.options.ansible}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                     "HOME": str(self.work / "home"), "ANSIBLE_CONFIG": str(self.work / "ansible.cfg"),
                     "LC_ALL": "C.UTF-8", "PWD": str(self.work / "home")}, cwd=self.work / "home").returncode
            file.seek(0)
            return status, file.read()

    def rollout(self, *arguments, log, variables=None):
        """Runs the rollout; returns its exit status, the recap by host, and what was printed."""
        status, text = self.ansible(
            "ansible-playbook", "gotoolprov.core.rollout", *arguments, log=log, variables=variables)
        recap = {}
        for line in text.splitlines():
            found = re.match(r"(h\d+)\s+: (.*)", line)
            if found:
                recap[found[1]] = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", found[2])}
        return status, recap, text

    def check(self, sentence, holds, why=""):
        """Prints whether something is as it should be."""
        print(f"{'ok  ' if holds else 'FAIL'}  {sentence}{'' if holds else f': {why}'}", flush=True)
        self.failures += 0 if holds else 1

    def unknown(self, sentence, why):
        """Prints that it could not be looked whether something is as it should be."""
        print(f"unknown  {sentence}: {why}", flush=True)
        self.unknowns += 1

    def has(self, name, version):
        return (self.hosts[name].usr_local / f"sdk/go{version}/.gotoolprov/receipt.json").exists()

    def untouched(self, name):
        host = self.hosts[name]
        return not (host.usr_local / "bin/gotoolprov").exists() and not (
            host.root / "etc/gotoolprov").exists()

    def ssh(self, name, command):
        return subprocess.run(
            ["ssh", "-F", self.ssh_config, name, command], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600)


def run(options) -> int:
    fleet = Fleet(options)
    try:
        scenes = (build, times) if options.times else (
            build, check_mode_first, bad_canary, bad_mirror, good, gate, again, bad_input, healing, units,
            other_manifest, by_itself, full_disk, cut, collect, collect_faults, reports, *collection.SCENES)
        if unknown := set(options.only or ()) - {scene.__name__ for scene in scenes}:
            raise ValueError(f"no scene is called {', '.join(sorted(unknown))}")
        for scene in scenes:
            if options.only and scene.__name__ not in options.only:
                continue
            started = time.monotonic()
            scene(fleet)
            print(f"      {scene.__name__}: {time.monotonic() - started:.1f} s", flush=True)
    except Exception as error:  # a scene that cannot go on is a failure, and the lab is cleaned up
        fleet.check(f"the lab went on to its end ({type(error).__name__})", False, str(error)[-2000:])
    words = f"{fleet.failures} failed" if fleet.failures else "all is as it should be"
    print(words + (f", {fleet.unknowns} unknown" if fleet.unknowns else ""), flush=True)
    return 1 if fleet.failures else 0


def build(fleet):
    status, text = fleet.ansible("ansible-galaxy", "collection", "build", SCRIPTS / "deploy/ansible",
                                 "--output-path", fleet.work, log="build")
    [archive] = fleet.work.glob("gotoolprov-core-*.tar.gz")
    status2, text2 = fleet.ansible("ansible-galaxy", "collection", "install", archive, "--offline",
                                   "-p", fleet.work / "collections", log="install")
    fleet.check("the collection is built, and installed with no network", status == status2 == 0,
                text + text2)
    for kind, name in (("module", "toolchain"), ("module", "place"), ("role", "agent"), ("role", "converge")):
        status, text = fleet.ansible("ansible-doc", "-t", kind, f"gotoolprov.core.{name}", log=f"doc-{name}")
        fleet.check(f"ansible-doc shows {name}", status == 0 and ("OPTIONS" if kind == "module" else "gotoolprov_manifest_file") in text, text[-500:])


def check_mode_first(fleet):
    before = {n: h.fingerprint() for n, h in fleet.hosts.items()}
    status, recap, text = fleet.rollout("--check", "--diff", log="check-first")
    changed = [n for n, h in fleet.hosts.items() if h.fingerprint() != before[n]]
    fleet.check("--check --diff before the first rollout changes no byte", not changed, changed)
    fleet.check("and says that the others would change",
                status == 4 and all(recap[n]["changed"] > 0 and recap[n]["failed"] == 0
                                    for n in recap if n != fleet.down), text[-1500:])


def bad_canary(fleet):
    status, recap, text = fleet.rollout(log="bad-canary", variables={"gotoolprov_versions": ["go1.99.9"]})
    fleet.check("a canary that fails stops the rollout at the first ring",
                status == 2 and recap["h1"]["failed"] == 1 and set(recap) == {"h1"}, text[-1500:])
    others = [n for n in fleet.hosts if n != "h1" and not fleet.untouched(n)]
    fleet.check("and no other host is touched", not others, others)
    fleet.check("and the reason is told", "no catalogue knows go1.99.9" in text, text[-1500:])


def bad_mirror(fleet):
    status, recap, text = fleet.rollout(log="bad-mirror")
    ring = ["h2", "h3", "h4", "h5"]
    fleet.check("a bad mirror in the second ring stops the rollout there",
                status == 2 and recap["h4"]["failed"] == 1 and set(recap) == {"h1", *ring}, text[-1500:])
    fleet.check("the others of that ring have converged: glibc, musl without Python, WSL 2",
                all(fleet.has(n, fleet.first) for n in ("h1", "h2", "h3", "h5")), recap)
    fleet.check("the one with the bad mirror has no tree, and says why",
                not fleet.has("h4", fleet.first) and "the archive" in text and "pinned" in text,
                text[-1500:])
    rest = [n for n in fleet.hosts if n not in recap and not fleet.untouched(n)]
    fleet.check("the hosts of later rings are untouched", not rest, rest)


def good(fleet):
    fleet.hosts["h4"].mend_mirror(fleet.options.mirror)
    status, recap, text = fleet.rollout(log="good")
    up = [n for n in fleet.hosts if n != fleet.down]
    fleet.check("with the mirror mended all converge but the one that is switched off",
                status == 4 and all(fleet.has(n, fleet.first) for n in up)
                and recap[fleet.down]["unreachable"] == 1, text[-1500:])


# The digest that is pinned of Delve's official archive. Scripts/make-delve-source makes another one of it.
DELVE, OFFICIAL = "1.24.0", "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"


def gate(fleet):
    musl = [n for n, h in fleet.hosts.items() if h.kind == "musl" and n != fleet.down]
    for need, wanted in (("auto", 0), ("required", 2)):
        status, recap, text = fleet.rollout("-v", "--limit", ",".join(musl), log=f"gate-none-{need}",
                                            variables={"gotoolprov_gate_probe": need})
        fleet.check(f"a host without dlv says `unknown`, and {'passes' if need == 'auto' else 'does not'}"
                    f" where the breakpoint is {need}",
                    status == wanted and "unknown: there is no dlv" in text, text[-1500:])
    if fleet.options.dlv:
        told = subprocess.run([fleet.options.dlv, "version"], capture_output=True, text=True).stdout
        version = tuple(map(int, re.search(r"Version: (\d+)\.(\d+)", told).groups()))
        status, recap, text = fleet.rollout("-v", "--limit", "h1", log="gate-dlv",
                                            variables={"gotoolprov_gate_probe": "auto"})
        if version < (1, 21):
            fleet.check("a dlv that is too old for this Go does not pass the gate, and the fix is told",
                        status == 2 and f"does not fit go{fleet.first}" in text
                        and "too old for Go version" in text and "gotoolprov ensure dlv" in text, text[-1500:])
        else:
            fleet.check("a host with dlv has stopped a program at a breakpoint",
                        status == 0 and "stopped a program of" in text, text[-1500:])
    fitting = f"a Delve that fits, by `dlv@{DELVE}` in the rollout, passes the gate"
    archive = fleet.options.mirror / f"delve/v{DELVE}.tar.gz"
    if not archive.exists() or not fleet.first.startswith("1.21."):
        fleet.unknown(fitting, f"it takes {archive} and go1.21")
        return
    catalogue = fleet.work / "delve.json"
    catalogue.write_text(json.dumps({"schemaVersion": 1, "delve": [{"version": DELVE, "source": {
        "file": archive.name, "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "replaces": OFFICIAL}}]}))
    files = [{"src": str(catalogue), "dest": "/etc/gotoolprov/delve.json"}]
    variables = {"gotoolprov_files": fleet.variables["gotoolprov_files"] + files,
                 "gotoolprov_catalogues": ["/etc/gotoolprov/delve.json"],
                 "gotoolprov_versions": [f"go{fleet.first}", f"dlv@{DELVE}"],
                 "gotoolprov_gate_probe": "required"}
    status, recap, text = fleet.rollout("-v", "--limit", "h1", log="gate-fitting", variables=variables)
    fleet.check(fitting, status == 0 and "hit: the installed Delve stopped a program" in text, text[-1500:])
    status, recap, text = fleet.rollout(
        "-v", "--limit", "h1", log="gate-tool",
        variables=variables | {"gotoolprov_versions": [f"dlv@{DELVE}"], "gotoolprov_gate_probe": "auto"})
    fleet.check("a run that is for tools alone has no Go to try, and says so",
                status == 0 and "unknown: this run names no Go" in text
                and recap["h1"]["changed"] == 0, text[-1500:])
    manifest = fleet.variables["gotoolprov_manifest"] | {
        "tools": [f"dlv@{DELVE}"], "catalogues": ["/etc/gotoolprov/delve.json"]}
    del manifest["go"]
    record = heal(fleet, "h1", manifest)
    fleet.check("healing ensures what a manifest with tools alone asks for",
                record.get("ensure") and record["ensure"]["status"] == 0
                and record["ensure"]["result"]["tools"][0]["tool"] == "dlv", record)


def heal(fleet, name, manifest, settings=""):
    """What gotoolprov-heal writes down with this manifest, with no settings of the role."""
    host = fleet.hosts[name]
    (host.root / "etc/gotoolprov/tried.json").write_text(json.dumps(manifest))
    fleet.ssh(name, "rm -rf /tmp/heal; HEAL_SETTINGS=/nowhere HEAL_STATE=/tmp/heal GOTOOLPROV_OFFLINE=1"
                    f" HEAL_MANIFEST=/etc/gotoolprov/tried.json {settings}"
                    " /usr/local/libexec/gotoolprov-heal heal")
    (host.root / "etc/gotoolprov/tried.json").unlink()
    return json.loads(fleet.ssh(name, "cat /tmp/heal/heal.json").stdout or "{}")


def again(fleet):
    fleet.hosts[fleet.down].start(fleet.keys)
    status, recap, text = fleet.rollout(log="all-up")
    others = [n for n in recap if n != fleet.down and recap[n]["changed"]]
    fleet.check("switched on, the last host converges, and nothing changes on the others",
                status == 0 and fleet.has(fleet.down, fleet.first) and not others, text[-1500:])
    before = {n: h.fingerprint() for n, h in fleet.hosts.items()}
    status, recap, text = fleet.rollout(log="again")
    fleet.check("another run changes nothing: changed=0 everywhere",
                status == 0 and all(r["changed"] == 0 for r in recap.values())
                and len(recap) == len(fleet.hosts), text[-1500:])
    status, recap, text = fleet.rollout(
        "--check", "--diff", log="check-second",
        variables={"gotoolprov_versions": [f"go{fleet.first}", f"go{fleet.second}"]})
    changed = [n for n, h in fleet.hosts.items() if h.fingerprint() != before[n]]
    fleet.check("--check --diff of another version changes no byte", not changed, changed)
    fleet.check("and shows what would",
                status == 0 and text.count(f"+go{fleet.second}  installed") == len(fleet.hosts), text[-1500:])


def bad_input(fleet):
    for arguments, words in (
        ("versoin=go1.27", "unknown parameter `versoin`"),
        ("state=there", "expected one of converged, verified, absent, reported"),
        ("repair=perhaps state=verified", "expected true or false"),
        ('{"versions": [1.20]}', "put quotes around it"),
        ('{"versions": {"go": 1}}', "expected a list of strings"),
        ("state=absent", "needs `versions`"),
        ("versions=1.21.13-../../x", "is not a Go version"),
    ):
        status, text = fleet.ansible("ansible", "h1,h2", "-m", "gotoolprov.core.toolchain", "-a", arguments,
                                     log="input")
        fleet.check(f"`{arguments}` is refused on both hosts, with the reason",
                    status == 2 and text.count(words) >= 2 and "FAILED!" in text, text[-800:])
    status, text = fleet.ansible("ansible-playbook", "gotoolprov.core.rollout", "--limit", "h1,h6",
                                 log="no-binary", variables={"gotoolprov_binary": "/nonexistent/x",
                                                             "gotoolprov_source": "/nonexistent/y"})
    fleet.check("an executable that is not on the controller is told", status == 2 and "nonexistent/y" in text,
                text[-800:])
    path = fleet.hosts["h6"].usr_local / "bin/gotoolprov"
    path.rename(path.with_name("away"))
    status, text = fleet.ansible("ansible", "h1,h6", "-m", "gotoolprov.core.toolchain", log="missing")
    fleet.check("a host without the executable says so; the other goes on",
                status == 2 and "gotoolprov is not on this host" in text and "h1 | SUCCESS" in text, text[-800:])
    path.write_text("#!/bin/sh\nkill -9 $$\n")
    path.chmod(0o755)
    status, text = fleet.ansible("ansible", "h6", "-m", "gotoolprov.core.toolchain", log="killed")
    fleet.check("an executable that is killed is a clear failure", "ended by signal 9" in text, text[-800:])
    path.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(64))
    status, text = fleet.ansible("ansible", "h6", "-m", "gotoolprov.core.toolchain", log="damaged")
    fleet.check("and so is one that is damaged", "cannot be run on this host" in text, text[-800:])
    path.with_name("away").rename(path)


def healing(fleet):
    host = fleet.hosts["h2"]
    tree = host.usr_local / f"sdk/go{fleet.first}"
    (tree / "VERSION").write_text("broken\n")
    (tree / "bin/gofmt").unlink()
    status, text = fleet.ansible("ansible", "h2", "-m", "gotoolprov.core.toolchain", "-a",
                                 "state=verified", log="verified")
    fleet.check("damage is told by the module", status == 2 and "changed: VERSION" in text
                and "missing: bin/gofmt" in text, text[-800:])
    crontab = host.root / "var/spool/cron/crontabs/root"
    [cron] = [line for line in crontab.read_text().splitlines() if "gotoolprov" in line]
    fleet.check("where crond is busybox's, the line of cron is in the crontab that it reads, and only there",
                not (host.root / "etc/cron.d/gotoolprov").exists() and " root " not in cron, cron)
    line = cron.split(" * * * ", 1)[1].replace("--jitter 3600", "--jitter 1")
    found = fleet.ssh("h2", line)
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    fleet.check("the line of cron heals a host without Python or systemd, and counts the repair",
                found.returncode == 0 and record["repairs"]["now"] == 1
                and record["verify"]["result"]["results"][0]["verdict"] == "clean", record)
    report = json.loads((host.root / "var/lib/gotoolprov/report.json").read_text())
    name = f"go{fleet.first}"
    fleet.check("and writes the host's report, which says what was repaired and that it is whole again",
                report["repairs"]["last_run"] == [name] and report["last_run"]["result"] == "changed"
                and [t["integrity"]["state"] for t in report["toolchains"]
                     if t["path"].endswith(f"/{name}")] == ["ok"], report)
    fleet.ssh("h2", line)
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    fleet.check("a second time there is nothing to repair, and the count stays",
                record["repairs"]["now"] == 0 and record["repairs"]["total"] == 1, record)
    # Another's line and ours: a rollout leaves the one and puts the other right.
    crontab.write_text("5 4 * * * true\n" + crontab.read_text().replace(" * * * ", " * * 1 "))
    status, recap, text = fleet.rollout("--check", "--limit", "h2", log="crontab-check")
    kept = "* * 1" in crontab.read_text() and recap["h2"]["changed"] == 1
    status, recap, text = fleet.rollout("--limit", "h2", log="crontab")
    fleet.check("a rollout puts a line that was changed right, --check does not, and others' lines stay",
                kept and status == 0 and recap["h2"]["changed"] == 1
                and crontab.read_text().splitlines() == ["5 4 * * * true", cron], crontab.read_text())
    fleet.check("that no cron runs is told", "runs neither systemd nor cron" in text
                and "/var/spool/cron/crontabs/root" in text, text[-1500:])
    fleet.ssh("h2", "rm /var/lib/gotoolprov/heal.json; crond -b -L /tmp/crond.log")
    status, recap, text = fleet.rollout("--limit", "h2", log="crontab-runs")
    fleet.check("and where it runs, it is not", status == 0 and "runs neither" not in text, text[-1500:])
    # From here on it heals each minute: the scene `by_itself` looks.
    fleet.ssh("h2", "crontab -l | sed 's/^[0-9]* [0-9]* /* * /; s/--jitter 3600/--jitter 1/' | crontab -")

    record = heal(fleet, "h5", {"mirrors": ["/srv/mirror"], "sdkRoot": "/usr/local/sdk"})
    fleet.check("a manifest that asks for no Go and no tool is no reason to ensure",
                "verify" in record and record["ensure"] is None and record["verify"]["status"] == 0, record)
    (fleet.hosts["h5"].usr_local / "bin/slow").write_text("#!/bin/sh\nexec sleep 60\n")
    (fleet.hosts["h5"].usr_local / "bin/slow").chmod(0o755)
    started = time.monotonic()
    record = heal(fleet, "h5", {"go": {"versions": []}}, "GOTOOLPROV_BINARY=/usr/local/bin/slow HEAL_LIMIT=3")
    fleet.check("a gotoolprov that hangs is ended at the limit, and that is written down",
                time.monotonic() - started < 15 and record.get("ensure", {}).get("status") == 124, record)


# Answers as systemd would where it runs; what it is told to turn on, it remembers.
SYSTEMCTL = """#!/bin/sh
case $1 in
is-enabled | is-active) test -e /var/lib/turned-on ;;
enable) touch /var/lib/turned-on ;;
esac
"""


def units(fleet):
    host = fleet.hosts["h5"]
    (host.root / "run/systemd/system").mkdir(parents=True)
    (host.root / "var/lib").mkdir(exist_ok=True)
    systemctl = host.usr_local / "bin/systemctl"
    systemctl.write_text(SYSTEMCTL)
    systemctl.chmod(0o755)
    variables = {"gotoolprov_gate": False}
    status, recap, text = fleet.rollout("--limit", "h5", log="units", variables=variables)
    folder = host.root / "etc/systemd/system"
    names = sorted(p.name for p in folder.glob("gotoolprov-*"))
    fleet.check("where systemd runs there are units, the timer is on, and the line of cron is gone",
                status == 0 and len(names) == 3 and (host.root / "var/lib/turned-on").exists()
                and not (host.root / "etc/cron.d/gotoolprov").exists(), text[-1500:])
    unit, settings = (folder / "gotoolprov-heal.service").read_text(), host.root / "etc/gotoolprov/heal.env"
    limits = [int(re.search(rf"{n}=(\d+)", t)[1])
              for n, t in (("HEAL_LIMIT", settings.read_text()), ("TimeoutStartSec", unit))]
    fleet.check("systemd waits longer than the script takes, so that it can write down what came of it",
                limits[0] + 60 <= limits[1], limits)
    if Path("/usr/bin/systemd-analyze").exists():
        found = fleet.ssh("h5", "systemd-analyze verify --man=no /etc/systemd/system/gotoolprov-*")
        told = [line for line in (found.stdout + found.stderr).splitlines() if "gotoolprov" in line]
        fleet.check("systemd-analyze finds nothing wrong with them", not told, told)
        found = fleet.ssh("h5", "systemd-analyze security --offline=true --no-pager"
                                " /etc/systemd/system/gotoolprov-heal.service | tail -n 1")
        level = re.search(r"gotoolprov-heal.service: ([0-9.]+)", found.stdout)
        fleet.check("the healing unit is exposed to little, by systemd's own count (2.2 or less of 10)",
                    bool(level) and float(level[1]) <= 2.2, found.stdout + found.stderr)
    else:
        fleet.unknown("systemd-analyze finds nothing wrong with them", "it is not installed")
    status, recap, text = fleet.rollout("--limit", "h5", log="units-again", variables=variables)
    fleet.check("and a second run changes nothing there", recap["h5"]["changed"] == 0, text[-1500:])
    for path in (systemctl, host.root / "var/lib/turned-on"):
        path.unlink()
    (host.root / "run/systemd/system").rmdir()
    fleet.rollout("--limit", "h5", log="units-cron", variables=variables)
    fleet.check("without systemd it is cron again",
                (host.root / "etc/cron.d/gotoolprov").exists() and not any(folder.glob("gotoolprov-*")))


def other_manifest(fleet):
    host = fleet.hosts["h3"]
    folder = host.root / "etc/gotoolprov"
    (folder / "gotoolprov.json").rename(folder / "away")
    variables = {"gotoolprov_manifest_file": "/etc/gotoolprov/other.json"}
    status, recap, text = fleet.rollout("--check", "--limit", "h3", log="manifest-check", variables=variables)
    fleet.check("a manifest in another place can be checked before it is there",
                status == 0 and not (folder / "other.json").exists(), text[-1500:])
    status, recap, text = fleet.rollout("--limit", "h3", log="manifest", variables=variables)
    found = fleet.ssh("h3", "/usr/local/libexec/gotoolprov-heal")
    record = json.loads((host.root / "var/lib/gotoolprov/heal.json").read_text())
    report = json.loads((host.root / "var/lib/gotoolprov/report.json").read_text())
    fleet.check("and then the rollout, its gate and healing use that one",
                status == 0 and found.returncode == 0 and record["ensure"] and record["ensure"]["status"] == 0
                and report["manifest"].get("path") == "/etc/gotoolprov/other.json", [text[-800:], record])
    fleet.check("the report that healing writes has the ring of the host",
                report["host"].get("ring") == "rest", report["host"])
    (folder / "away").rename(folder / "gotoolprov.json")
    (folder / "other.json").unlink()
    fleet.rollout("--limit", "h3", log="manifest-back")


def by_itself(fleet):
    """What busybox's crond has done in the meantime on the host that it was started on."""
    record = fleet.hosts["h2"].root / "var/lib/gotoolprov/heal.json"
    deadline = time.monotonic() + 90
    while not record.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    fleet.check("busybox's crond has healed its host by itself", record.exists(),
                fleet.ssh("h2", "cat /tmp/crond.log").stdout)
    fleet.ssh("h2", "kill $(pidof crond)")


def full_disk(fleet):
    host, version = fleet.hosts["h6"], fleet.second
    # Room enough when it begins, and none any more as soon as files appear.
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
    variables = {"gotoolprov_versions": [f"go{version}"], "gotoolprov_gate": False,
                 "gotoolprov_rings": ["100%"]}
    some = ["h1", "h6", "h7"]
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="full-disk", variables=variables)
    filler.join()
    fleet.check("a full disk fails its host alone, with the reason",
                status == 2 and recap["h6"]["failed"] == 1 and re.search("[Nn]o space left", text)
                and fleet.has("h1", version) and fleet.has("h7", version), text[-1500:])
    left = [str(p) for p in store.glob("**/*") if p.is_file() and p.name != "filler"]
    fleet.check("and leaves no part of a tree", (store / "filler").exists() and not left, left[:5])
    host.within("umount", "/mnt/usr/local/sdk")
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="full-disk-2", variables=variables)
    fleet.check("with room again a second run converges it, and changes nothing on the others",
                status == 0 and fleet.has("h6", version) and recap["h6"]["changed"] > 0
                and recap["h1"]["changed"] == recap["h7"]["changed"] == 0, text[-1500:])


def cut(fleet):
    host, version = fleet.hosts["h7"], fleet.second
    fleet.ssh("h7", f"gotoolprov remove go{version}")
    staging = host.usr_local / "sdk/.gotoolprov/staging"
    some = ["h3", "h5", "h7"]
    was_cut = threading.Event()

    def pull_the_plug():
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if any(staging.glob(f"go{version}.*/*")):
                host.stop()
                was_cut.set()
                return
            time.sleep(0.005)

    watcher = threading.Thread(target=pull_the_plug)
    watcher.start()
    variables = {"gotoolprov_versions": [f"go{version}"], "gotoolprov_gate": False,
                 "gotoolprov_rings": ["100%"]}
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="cut", variables=variables)
    watcher.join()
    half = any(staging.glob(f"go{version}.*/*"))
    fleet.check("a host that goes down while it unpacks is unreachable; the others go on",
                was_cut.is_set() and status == 4 and recap["h7"]["unreachable"] == 1
                and fleet.has("h3", version) and fleet.has("h5", version), text[-1500:])
    fleet.check("it has half a tree in staging and none under its name",
                half and not (host.usr_local / f"sdk/go{version}").exists(), half)
    host.start(fleet.keys)
    status, recap, text = fleet.rollout("--limit", ",".join(some), log="cut-2", variables=variables)
    fleet.check("a second run converges it and sweeps what was left",
                status == 0 and fleet.has("h7", version) and not any(staging.iterdir())
                and recap["h3"]["changed"] == recap["h5"]["changed"] == 0, text[-1500:])


def collect(fleet):
    names = list(fleet.hosts)
    fleet.hosts[fleet.down].stop()
    output = fleet.work / "collected"
    for tool in ("ssh", "clush", "pssh"):
        needed = {"ssh": "ssh", "clush": "clush", "pssh": "parallel-ssh"}[tool]
        if subprocess.run(["sh", "-c", f"command -v {needed}"], capture_output=True).returncode:
            fleet.unknown(f"fleet-ssh collects with {tool}", "it is not installed")
            continue
        target = output / tool
        found = subprocess.run(
            [SCRIPTS / "deploy/fleet-ssh", "--with", tool, "-F", fleet.ssh_config, "--output", target, *names],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
            env={"PATH": os.environ["PATH"], "HOME": str(fleet.work / "home")})
        reports = {p.stem for p in (target / "hosts").glob("*.json")}
        missing = {p.stem for p in (target / "missing").glob("*.json")}
        valid = all(json.loads(p.read_text()) for p in target.glob("*/*.json"))
        fleet.check(f"fleet-ssh collects with {tool}, and names the host that is down",
                    found.returncode == 0 and reports == set(names) - {fleet.down}
                    and missing == {fleet.down} and valid, found.stderr[-800:] + str(reports))


def collect_faults(fleet):
    output = fleet.work / "faults"

    def ask(*arguments, hosts="h1"):
        """Runs fleet-ssh, with the hosts on stdin."""
        return subprocess.run(
            [SCRIPTS / "deploy/fleet-ssh", "-F", fleet.ssh_config, "--output", output, *arguments, "-"],
            input=hosts, capture_output=True, text=True, timeout=300,
            env={"PATH": os.environ["PATH"], "HOME": str(fleet.work / "home")})

    def missing(name="h1"):
        path = output / f"missing/{name}.json"
        return json.loads(path.read_text()) if path.exists() else {}

    found = ask(hosts="# all\r\nh1\r\n\r\nh3")
    told = {p.stem: json.loads(p.read_text())["host"].get("ring") for p in (output / "hosts").glob("*.json")}
    fleet.check("fleet-ssh takes a list with CRLF and no end of its last line; the reports have their ring",
                found.returncode == 0 and told == {"h1": "canary", "h3": "rest"}, found.stderr + str(told))
    for command, state, words in (
        ("echo Welcome; echo {; echo }", "failed", "no report: Welcome"),
        ("sh -c 'kill -SEGV $$'", "failed", "egmentation fault"),
        ("echo 'error: cannot resolve go@1.99' >&2; exit 65", "failed", "cannot resolve go@1.99"),
        ("echo {; head -c 5000000 /dev/zero | tr '\\0' x; echo; echo }", "failed", "larger than 4 MiB"),
        ("sleep 30", "unreachable", "no answer within 3 seconds"),
    ):
        found = ask("--timeout", "3", "--command", command)
        said = missing()
        fleet.check(f"`{command[:50]}` instead of a report is `{state}`, with the reason",
                    found.returncode == 69 and said.get("state") == state and words in said["reason"]
                    and not (output / "hosts/h1.json").exists(), found.stderr + str(said))
    found = ask(hosts=fleet.down)
    fleet.check("and a host that is down is `unreachable`",
                missing(fleet.down).get("state") == "unreachable", found.stderr)
    lab.command("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", output)
    for name in ("hosts", "missing"):
        (output / name).mkdir()
    (output / "hosts/h1.json").write_text("before\n")
    (output / "missing/h1.json").write_text("{}\n")
    found = ask()
    fleet.check("where the disk is full fleet-ssh says so and fails, and what was there stays",
                found.returncode == 73 and "No space left" in found.stderr and missing() == {}
                and (output / "missing/h1.json").exists()
                and (output / "hosts/h1.json").read_text() == "before\n"
                and len(list(output.glob("*/*"))) == 2, found.stderr)
    lab.command("umount", output)


def reports(fleet):
    damaged = fleet.hosts["h5"].usr_local / f"sdk/go{fleet.first}/VERSION"
    damaged.write_text("broken\n")
    makes_pages = subprocess.run(
        [fleet.options.fleet, "fleet", "--help"], capture_output=True).returncode == 0
    status, text = fleet.ansible("ansible-playbook", "gotoolprov.core.report", log="report",
                                 variables={"gotoolprov_formats": ["html", "json"]} | (
                                     {} if makes_pages else {"gotoolprov_fleet": ""}))
    folder = fleet.work / "reports"
    told = {p.stem for p in (folder / "hosts").glob("*.json")}
    missing = {p.stem: json.loads(p.read_text())["state"] for p in (folder / "missing").glob("*.json")}
    fleet.check("report.yml has a document of each host, and the one that is down is no failure",
                status == 0 and told == set(fleet.hosts) - {fleet.down}
                and missing == {fleet.down: "unreachable"}, text[-1500:])
    rings = {p.stem: json.loads(p.read_text())["host"].get("ring") for p in (folder / "hosts").glob("*.json")}
    fleet.check("each has its ring", rings == {n: "canary" if n == "h1" else "rest" for n in told}, rings)
    if not makes_pages:
        fleet.unknown("the page has every host", "this gotoolprov makes none")
        return
    found = subprocess.run([fleet.options.fleet, "fleet", "--canary", "canary", folder / "hosts"],
                           capture_output=True, text=True)
    fleet.check("`fleet --canary` compares the ring with the rest",
                found.returncode == 0 and re.search(r"hosts +\d+ → 1$", found.stdout, re.M), found)
    page = (folder / "fleet.html").read_text() if (folder / "fleet.html").exists() else ""
    def row(name):
        """What the page says of a host: its row, and the one with its findings."""
        found = re.search(rf"<th[^>]*>{name}<((?:(?!</tr>).)*</tr>(?:(?!</tr>).)*)", page, re.DOTALL)
        return found[1].lower() if found else ""

    fleet.check("the page has every host", all(row(n) for n in fleet.hosts if n != fleet.down), page[:300])
    fleet.check("it says of the one that is down that it did not report, and why",
                re.search(rf"did not report.*?<li>{fleet.down}: unreachable", page, re.DOTALL),
                re.findall(r"<li>[^<]*</li>", page)[:5])
    modified = r'class="kind[^"]*">modified<'
    fleet.check("and of the one with a damaged tree that it is modified",
                re.search(modified, row("h5")), row("h5")[:600])
    wrong = [n for n in fleet.hosts if n not in ("h5", fleet.down) and re.search(modified, row(n))]
    fleet.check("and of no other", not wrong, [row(n)[:600] for n in wrong])
    fleet.hosts[fleet.down].start(fleet.keys)


def times(fleet):
    """Seconds for 1, 5 and 20 hosts: nothing to do, a first rollout, and reports."""
    names = list(fleet.hosts)
    fleet.hosts[fleet.bad].mend_mirror(fleet.options.mirror)
    fleet.hosts[fleet.down].start(fleet.keys)
    print(f"{'hosts':>7}{'second run':>12}{'second run in rings':>21}{'first rollout':>15}{'report':>8}", flush=True)
    for count in (1, 5, 20):
        limit = ("--limit", ",".join(names[:count]))
        row = []
        flat = {"gotoolprov_rings": ["100%"], "gotoolprov_gate": False,
                "gotoolprov_versions": [f"go{fleet.first}"]}
        fleet.rollout(*limit, log="time-warm", variables=flat)
        for variables in (flat, {"gotoolprov_versions": [f"go{fleet.first}"]}):
            started = time.monotonic()
            status, recap, text = fleet.rollout(*limit, log=f"time-{count}", variables=variables)
            row.append(time.monotonic() - started)
            fleet.check(f"{count} hosts, nothing to do",
                        status == 0 and len(recap) == count
                        and not any(r["changed"] for r in recap.values()), text[-800:])
        for name in names[:count]:
            fleet.ssh(name, f"gotoolprov remove go{fleet.second}")
        started = time.monotonic()
        fleet.rollout(*limit, log=f"time-first-{count}",
                      variables=flat | {"gotoolprov_versions": [f"go{fleet.second}"]})
        row.append(time.monotonic() - started)
        started = time.monotonic()
        fleet.ansible("ansible-playbook", "gotoolprov.core.report", *limit, log=f"time-report-{count}",
                      variables={"gotoolprov_fleet": ""})
        row.append(time.monotonic() - started)
        print(f"{count:>7}{row[0]:>12.1f}{row[1]:>21.1f}{row[2]:>15.1f}{row[3]:>8.1f}", flush=True)


if __name__ == "__main__":
    sys.exit("run Scripts/fleet-lab")
