"""Hosts of the lab: namespaces with a root directory, an address and an sshd of their own."""

import os
import shutil
import subprocess
import time
from pathlib import Path

# RFC 2544 reserves this network for tests; it exists only in the lab's namespaces.
NETWORK = "198.18.0."
BRIDGE = "lab0"
WSL_VERSION = (
    "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@lab) (gcc) #1 SMP Tue Nov 5 00:21:55 UTC 2024\n"
)
PASSWD = "root:*:0:0:root:/root:/bin/sh\nsshd:*:105:65534::/run/sshd:/usr/sbin/nologin\n"

# Runs as process 1 of a host. $1 name, $2 directory, $3 configuration of sshd, $4 address, $5 kind,
# $6 mirror.
# The root is bound to /mnt, because sshd does not accept a ChrootDirectory below a directory like /tmp.
START = r"""
set -eu
hostname "$1"
mount --bind "$2/passwd" /etc/passwd
mount --bind "$2/shadow" /etc/shadow
mount -t tmpfs tmpfs /run && mkdir -p /run/sshd
root=$2/root
mount --bind "$root" /mnt
if [ "$5" != musl ]; then
    mount --bind /usr /mnt/usr
    mount -o remount,bind,ro /mnt/usr
    mount --bind "$2/local" /mnt/usr/local
fi
mount --bind "$6" /mnt/srv/mirror && mount -o remount,bind,ro /mnt/srv/mirror
for device in null zero full random urandom tty; do mount --bind "/dev/$device" "/mnt/dev/$device"; done
mount -t proc proc /mnt/proc
mount -t tmpfs -o mode=1777 tmpfs /mnt/tmp
if [ "$5" = wsl ]; then
    mount --bind "$2/wsl-version" /mnt/proc/version
    mount --bind "$2/wsl-release" /mnt/proc/sys/kernel/osrelease
fi
ip link set lo up
while ! ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done
ip address add "$4/24" dev eth0
ip link set eth0 up
exec /usr/sbin/sshd -D -f "$3" -E "$2/sshd.log"
"""


def command(*words, **more):
    subprocess.run([str(word) for word in words], check=True, **more)


class Host:
    """A host, which is off until `start`."""

    def __init__(self, number: int, kind: str, directory: Path, mirror: Path):
        self.number, self.kind = number, kind
        self.name = f"h{number}"
        self.address = f"{NETWORK}{number + 10}"
        self.directory = directory / self.name
        self.root = self.directory / "root"
        self.local = self.directory / "local"
        self.mirror = mirror.absolute()
        self.process = None
        self._make()

    def _make(self) -> None:
        for name in (
            "dev",
            "proc",
            "tmp",
            "srv/mirror",
            "root",
            "etc",
            "var/tmp",
            "run",
            "usr/local/bin",
            "mnt",
            "opt",
            "home",
        ):
            (self.root / name).mkdir(parents=True)
        self.local.mkdir()
        (self.local / "bin").mkdir()
        for device in ("null", "zero", "full", "random", "urandom", "tty"):
            (self.root / "dev" / device).touch()
        (self.directory / "passwd").write_text(PASSWD)
        (self.directory / "shadow").write_text("root:*:19000::::::\nsshd:*:19000::::::\n")
        (self.directory / "wsl-version").write_text(WSL_VERSION)
        (self.directory / "wsl-release").write_text(WSL_VERSION.split()[2] + "\n")
        (self.root / "etc/passwd").write_text(PASSWD)
        (self.root / "etc/group").write_text("root:x:0:\n")
        (self.root / "etc/hostname").write_text(self.name + "\n")
        (self.root / "etc/machine-id").write_text(f"{self.number:032x}\n")
        self._make_musl() if self.kind == "musl" else self._make_glibc()

    def _make_glibc(self) -> None:
        for name in ("bin", "sbin", "lib", "lib64"):
            if Path("/", name).is_symlink():
                (self.root / name).symlink_to(os.readlink(f"/{name}"))
        for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "os-release"):
            source = Path("/etc", name)
            if source.is_dir():
                shutil.copytree(source, self.root / "etc" / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, self.root / "etc" / name)

    def _make_musl(self) -> None:
        for name in ("bin", "lib", "usr/bin"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        shutil.copy("/bin/busybox", self.root / "bin/busybox")
        command("chroot", self.root, "/bin/busybox", "--install", "-s", "/bin")
        shutil.copy("/lib/ld-musl-x86_64.so.1", self.root / "lib/ld-musl-x86_64.so.1")
        (self.root / "etc/os-release").write_text(
            'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Lab Linux (musl)"\n'
        )

    @property
    def usr_local(self) -> Path:
        """The path of the host's /usr/local on this machine."""
        return self.root / "usr/local" if self.kind == "musl" else self.local

    def damage_mirror(self, version: str) -> None:
        """Gives this host a separate mirror with one changed byte in the middle of an archive;
        takes effect when it is switched on."""
        name = f"go{version}.linux-amd64.tar.gz"
        data = bytearray((self.mirror / name).read_bytes())
        data[len(data) // 2] ^= 0x55
        self.mirror = self.directory / "mirror"
        self.mirror.mkdir()
        (self.mirror / name).write_bytes(data)

    def mend_mirror(self, mirror: Path) -> None:
        """Gives the host the shared mirror again; takes effect when it is switched on."""
        shutil.rmtree(self.mirror)
        self.mirror = mirror

    def write_sshd(self, keys: Path) -> Path:
        key = self.directory / "host_key"
        if not key.exists():
            command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
        configuration = self.directory / "sshd_config"
        configuration.write_text(
            f"ListenAddress {self.address}\nPort 22\nHostKey {key}\nUsePAM no\n"
            f"PermitRootLogin prohibit-password\nPasswordAuthentication no\nStrictModes no\n"
            f"AuthorizedKeysFile {keys}\nSubsystem sftp internal-sftp\nChrootDirectory /mnt\n"
            "PidFile none\nMaxStartups 100\nLogLevel VERBOSE\n"
        )
        return configuration

    def start(self, keys: Path) -> None:
        """Switches the host on; returns when its sshd responds."""
        configuration = self.write_sshd(keys)
        self.process = subprocess.Popen(
            [
                "unshare",
                "--net",
                "--mount",
                "--uts",
                "--pid",
                "--fork",
                "--kill-child",
                "--propagation",
                "private",
                "sh",
                "-c",
                START,
                "host",
                self.name,
                str(self.directory),
                str(configuration),
                self.address,
                self.kind,
                str(self.mirror),
            ],
            stdin=subprocess.DEVNULL,
            stderr=open(self.directory / "start.log", "wb"),
        )
        own = os.readlink("/proc/self/ns/net")
        deadline = time.monotonic() + 60
        while os.readlink(f"/proc/{self.process.pid}/ns/net") == own:
            self._alive(deadline)
        inner, outer = f"in{self.number}", f"out{self.number}"
        command("ip", "link", "add", outer, "type", "veth", "peer", "name", inner)
        command("ip", "link", "set", outer, "master", BRIDGE, "up")
        command("ip", "link", "set", inner, "netns", self.process.pid)
        command("nsenter", "-t", self.process.pid, "-n", "ip", "link", "set", inner, "name", "eth0")
        # A host that is switched on again has a new link address.
        command("ip", "neigh", "flush", "dev", BRIDGE)
        while (
            subprocess.run(
                ["ssh-keyscan", "-T", "1", "-t", "ed25519", self.address], capture_output=True
            ).stdout
            == b""
        ):
            self._alive(deadline)

    def _alive(self, deadline: float) -> None:
        if self.process.poll() is not None or time.monotonic() > deadline:
            logs = "".join(
                (self.directory / name).read_text()
                for name in ("start.log", "sshd.log")
                if (self.directory / name).exists()
            )
            raise RuntimeError(f"{self.name} did not start: {logs[-1000:]}")
        time.sleep(0.02)

    def stop(self) -> None:
        """Switches the host off without a shutdown: all its processes are killed at once."""
        if self.process is None:
            return
        inner = self.first_process()
        if inner:
            os.kill(inner, 9)
        self.process.kill()
        self.process.wait()
        self.process = None
        subprocess.run(["ip", "link", "del", f"out{self.number}"], capture_output=True)

    def first_process(self) -> int | None:
        """The process ID of the host's process 1 on this machine."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0]) if children.split() else None

    def within(self, *words) -> None:
        """Runs a program of this machine in the mount namespace of the host."""
        command("nsenter", "-t", self.first_process(), "-m", *words)

    def fingerprint(self) -> dict:
        """All files of the host with metadata that any change alters, except /tmp, which Ansible uses."""
        seen = {}
        for top in {self.root, self.usr_local}:
            for directory, names, files in os.walk(top):
                for name in names + files:
                    path = os.path.join(directory, name)
                    found = os.lstat(path)
                    seen[path] = (
                        found.st_mode,
                        found.st_size,
                        found.st_mtime_ns,
                        found.st_ctime_ns,
                        found.st_ino,
                    )
        return seen
