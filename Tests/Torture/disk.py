"""The state of directories, and file systems on disk images."""

import hashlib
import os
import stat
import subprocess
from pathlib import Path

OWN = {".gotoolprov", ".unpacked-success"}


def tree(root: Path, own=OWN) -> dict:
    """Returns all paths below a root with their kind, mode, size or target, and SHA-256."""
    found = {"": ("directory", stat.S_IMODE(root.lstat().st_mode), 0, "")}

    def walk(directory: str, prefix: str) -> None:
        for entry in os.scandir(directory):
            path, status = prefix + entry.name, entry.stat(follow_symlinks=False)
            mode = stat.S_IMODE(status.st_mode)
            if not prefix and entry.name in own:
                continue
            if entry.is_symlink():
                found[path] = ("link", 0, os.readlink(entry.path), "")
            elif entry.is_dir():
                found[path] = ("directory", mode, 0, "")
                walk(entry.path, path + "/")
            else:
                with open(entry.path, "rb", buffering=0) as file:
                    contents = file.readall()
                found[path] = ("file", mode, len(contents), hashlib.sha256(contents).hexdigest())

    walk(str(root), "")
    return found


def snapshot(root: Path, without=()) -> dict:
    """Returns the status of all paths below a root, in which a change of contents changes the times."""
    found = {}
    for directory, directories, files in os.walk(root):
        if directory == str(root):
            directories[:] = [name for name in directories if name not in without]
        for name in directories + files:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            found[os.path.relpath(path, root)] = (
                status.st_mode,
                status.st_uid,
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_ino,
                os.readlink(path) if os.path.islink(path) else "",
            )
    return found


def differing(one: dict, other: dict) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def shell(*words) -> None:
    subprocess.run(list(map(str, words)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_disk(kind: str, image: Path, size: str) -> None:
    with open(image, "wb"):
        os.truncate(image, int(size.removesuffix("M")) << 20)
    shell(f"mkfs.{kind}", "-q", image)
