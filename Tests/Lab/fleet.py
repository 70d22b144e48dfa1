"""The hosts, the controller and the results of checks."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

import controller
import hosts as lab


class State(IntEnum):
    """The state of the fleet. Every scene requires a state, and leaves the fleet in it or in a later one."""

    MADE = 0  # The hosts exist, with nothing installed; the last one is switched off.
    BUILT = 1  # The controller has the collection.
    ROLLED_OUT = 2  # All running hosts have converged.
    COMPLETE = 3  # All hosts have converged.


class Fleet:
    """The hosts, the controller's files and the results of checks."""

    def __init__(self, options):
        self.options = options
        self.work = options.inside
        self.first, self.second = options.versions
        self.state = State.MADE
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
        # The host that scenes switch off.
        self.down = f"h{options.hosts}"
        for host in self.hosts.values():
            if options.dlv and host.kind != "musl":
                target = host.usr_local / "bin/dlv"
                target.write_bytes(options.dlv.read_bytes())
                target.chmod(0o755)
            host.write_sshd(self.keys)
            if host.name != self.down:
                host.start(self.keys)
        self.ssh_config = self.work / "ssh_config"
        self.variables = controller.write(self)

    def _keep_in_memory(self, count):
        """Keeps the hosts in memory if there is enough: the kernel then deletes them at the end."""
        megabytes = count * 600 + 500
        meminfo = Path("/proc/meminfo").read_text()
        available = int(re.search(r"MemAvailable:\s+(\d+)", meminfo)[1]) // 1024
        in_memory = available > 1.3 * megabytes
        if in_memory:
            lab.command(
                "mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", self.work / "hosts"
            )
        print(f"      {count} hosts, their disks {'in memory' if in_memory else 'on disk'}", flush=True)

    def ansible(self, program, *arguments, log, variables=None):
        """Runs a program of Ansible; returns its exit status and output."""
        extra = json.dumps(self.variables | (variables or {}))
        words = [str(self.options.ansible / "bin" / program), *map(str, arguments)]
        if program in ("ansible", "ansible-playbook"):
            words += ["-e", extra]
        with open(self.logs / f"{log}.log", "w+") as file:
            status = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=1800,
                env={
                    "PATH": f"{self.options.ansible}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                    "HOME": str(self.work / "home"),
                    "ANSIBLE_CONFIG": str(self.work / "ansible.cfg"),
                    "LC_ALL": "C.UTF-8",
                    "PWD": str(self.work / "home"),
                },
                cwd=self.work / "home",
            ).returncode
            file.seek(0)
            return status, file.read()

    def rollout(self, *arguments, log, variables=None):
        """Runs the rollout; returns its exit status, the recap by host, and the output."""
        status, text = self.ansible(
            "ansible-playbook", "gotoolprov.core.rollout", *arguments, log=log, variables=variables
        )
        recap = {}
        for line in text.splitlines():
            found = re.match(r"(h\d+)\s+: (.*)", line)
            if found:
                recap[found[1]] = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", found[2])}
        return status, recap, text

    def switch_on(self, name):
        self.hosts[name].start(self.keys)

    def switch_off(self, name):
        """Switches a host off without a shutdown, and closes connections to it."""
        self.hosts[name].stop()
        for socket in (self.work / "cp").iterdir():
            subprocess.run(
                ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", name], capture_output=True, check=False
            )

    @contextmanager
    def switched_off(self, name) -> Iterator[None]:
        self.switch_off(name)
        yield
        self.switch_on(name)

    @contextmanager
    def damaged_mirror(self, name) -> Iterator[None]:
        """Gives a host a separate mirror in which the archive of the first version is damaged."""
        host = self.hosts[name]
        shared = host.mirror
        self.switch_off(name)
        host.damage_mirror(self.first)
        self.switch_on(name)
        yield
        self.switch_off(name)
        host.mend_mirror(shared)
        self.switch_on(name)

    def check(self, sentence, passes, why=""):
        """Prints the result of a check."""
        print(f"{'ok  ' if passes else 'FAIL'}  {sentence}{'' if passes else f': {why}'}", flush=True)
        self.failures += 0 if passes else 1

    def unknown(self, sentence, why):
        """Prints that a check could not be made."""
        print(f"unknown  {sentence}: {why}", flush=True)
        self.unknowns += 1

    def has(self, name, version):
        return (self.hosts[name].usr_local / f"sdk/go{version}/.gotoolprov/receipt.json").exists()

    def untouched(self, name):
        host = self.hosts[name]
        return (
            not (host.usr_local / "bin/gotoolprov").exists() and not (host.root / "etc/gotoolprov").exists()
        )

    def ssh(self, name, command):
        return subprocess.run(
            ["ssh", "-F", self.ssh_config, name, command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )
