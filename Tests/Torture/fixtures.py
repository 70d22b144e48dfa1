"""Mirrors with archives, the contents of the archives, and damage to trees installed from them."""

import hashlib
import io
import json
import os
import platform
import random
import shutil
import tarfile
from pathlib import Path

REAL = "go1.21.13"
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
DAMAGES = ("flip", "truncate", "chmod", "delete", "add", "link", "directory")


class Mirror:
    """A directory with archives and their catalog, and the contents of the archives."""

    def __init__(self, directory: Path, versions: list[str]):
        self.directory, self.versions = directory, versions
        self.catalog = directory / "catalog.json"
        self.trees: dict[str, dict] = {}
        self.pristine = directory.parent / (directory.name + ".pristine")

    def archive(self, version: str) -> Path:
        return self.directory / f"{version}.linux-{ARCH}.tar.gz"

    def holds(self, version: str) -> dict:
        """Returns the expected tree of a version."""
        if version not in self.trees:
            held = {"": ("directory", 0o755, 0, "")}
            with tarfile.open(self.archive(version)) as tar:
                for member in tar:
                    path = member.name.removeprefix("go").strip("/")
                    contents = tar.extractfile(member).read() if member.isfile() else b""
                    held[path] = (
                        ("file", member.mode, member.size, hashlib.sha256(contents).hexdigest())
                        if member.isfile()
                        else ("directory", member.mode, 0, "")
                    )
            self.trees[version] = held
        return self.trees[version]

    def unpacked(self, version: str) -> Path:
        """Returns a tree unpacked by tarfile, for comparison."""
        if not (self.pristine / version).exists():
            with tarfile.open(self.archive(version)) as tar:
                tar.extractall(self.pristine / version)
        return self.pristine / version / "go"


def make_fixtures(directory: Path, rng: random.Random) -> Mirror:
    """Creates archives with the structure of the official ones, with about 40 files each."""
    directory.mkdir()
    versions = [f"go1.99.{number}" for number in range(1, 5)]
    releases = []
    for version in versions:
        files = {
            "VERSION": f"{version}\ntime 2026-01-01T00:00:00Z\n".encode(),
            "go.env": b"GOPROXY=off\n",
            "bin/go": Path("/bin/true").read_bytes(),
            "bin/gofmt": Path("/bin/true").read_bytes(),
        }
        for number in range(40):
            name = f"{rng.choice(['src', 'src/fmt', 'src/net/http', 'pkg/tool', 'misc'])}/f{number}.go"
            files[name] = rng.randbytes(rng.choice([0, 1, 700, 4096, 9000]) if number % 4 else 300)
        names = files.keys() | {str(parent) for name in files for parent in Path(name).parents} - {"."}
        path = directory / f"{version}.linux-{ARCH}.tar.gz"
        with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
            for name in [""] + sorted(names, key=lambda name: name.split("/")):
                info = tarfile.TarInfo(f"go/{name}".rstrip("/"))
                info.mtime, info.mode, info.type = 1767225600, 0o755, tarfile.DIRTYPE
                if name in files:
                    info.type, info.size = tarfile.REGTYPE, len(files[name])
                    info.mode = 0o755 if name.startswith(("bin/", "pkg/tool/")) else 0o644
                tar.addfile(info, io.BytesIO(files.get(name, b"")))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        releases.append(
            {
                "version": version[2:],
                "archives": [{"arch": ARCH, "sha256": digest, "size": path.stat().st_size}],
            }
        )
    mirror = Mirror(directory, versions)
    mirror.catalog.write_text(json.dumps({"schemaVersion": 1, "go": releases}))
    return mirror


def damage(root: Path, right: dict, pristine: Path, rng: random.Random, kinds) -> set[str]:
    """Damages random files of a tree, one for each of the kinds; returns their paths."""
    done: set[str] = set()
    for number, kind in enumerate(kinds):
        while True:
            path = rng.choice([path for path in right if path])
            is_file, size = right[path][0] == "file", right[path][2]
            is_suitable = {"add": not is_file, "chmod": True, "delete": True}.get(kind, is_file and size > 0)
            path += f"/added{number}" if kind == "add" else ""
            overlaps = any(
                path == other or path.startswith(other + "/") or other.startswith(path + "/")
                for other in done
            )
            if is_suitable and not overlaps:
                break
        done.add(path)
        place = root / path
        if kind == "flip":
            contents = bytearray(place.read_bytes())
            contents[rng.randrange(size)] ^= 1 << rng.randrange(8)
            place.write_bytes(contents)
        elif kind == "truncate":
            os.truncate(place, rng.randrange(size))
        elif kind == "chmod":
            # Their owner must be able to delete directories.
            place.chmod(rng.choice([0o600, 0o666, 0o777, 0o4755] if is_file else [0o700, 0o777, 0o2755]))
        elif kind == "add":
            place.write_bytes(rng.randbytes(100))
        elif kind == "delete" and not is_file:
            shutil.rmtree(place)
        else:
            place.unlink()
            if kind == "link":
                place.symlink_to(pristine / path)
            elif kind == "directory":
                place.mkdir()
    return done
