"""Delve's own files, and an archive in the format of the official one."""

import gzip
import hashlib
import os
import re
import tarfile
from pathlib import Path

from delve.debian import Release
from delve.failure import fail

LOADER = Path("pkg/proc/internal/ebpf/trace_bpfel_x86.go")
LOADER_TEXT = """\
//go:build amd64

// A stand-in: the archive this file is in has no compiled eBPF program.

package ebpf

import (
	"errors"

	"github.com/cilium/ebpf"
)

type tracePrograms struct {
	UprobeDlvTrace *ebpf.Program
}

type traceMaps struct {
	ArgMap *ebpf.Map
	Events *ebpf.Map
}

type traceObjects struct {
	tracePrograms
	traceMaps
}

func (*traceObjects) Close() error { return nil }

func loadTraceObjects(interface{}, *ebpf.CollectionOptions) error {
	return errors.New("this build of Delve has no eBPF program")
}
"""


def expand_version(source: Path, release: Release) -> None:
    """Writes `$Id: <blob> $` into version.go, as git does for a file with the ident attribute."""
    path = source / "pkg/version/version.go"
    plain = re.sub(rb"\$Id(: [0-9a-f]{40} )?\$", b"$Id$", path.read_bytes())
    blob = hashlib.sha1(b"blob %d\0%s" % (len(plain), plain)).hexdigest()
    if blob != release.version_blob:
        fail(f"version.go is blob {blob}, expected {release.version_blob}")
    path.write_bytes(plain.replace(b"$Id$", b"$Id: %s $" % blob.encode()))


def complete(source: Path) -> None:
    """Adds files that a build needs and Debian's tarball lacks."""
    (source / ".gitattributes").write_text("pkg/version/version.go ident\n")
    if (source / LOADER).exists():
        fail(f"{LOADER} exists, although Debian's tarball should lack it")
    (source / LOADER).write_text(LOADER_TEXT)


def header(info: tarfile.TarInfo) -> bytes:
    """A member's header as written by git, with a pax record if the name is too long."""
    info.uname = info.gname = "root"
    try:
        return info.tobuf(tarfile.USTAR_FORMAT, errors="strict")
    except ValueError:
        return info.tobuf(tarfile.PAX_FORMAT)


def write_archive(source: Path, target: Path, commit: str, when: int) -> None:
    executable = {
        p for p in source.rglob("*") if p.is_file() and os.access(p, os.X_OK) and p.stat().st_mode & 0o100
    }
    members = {f"{source.name}/": source}
    for path in source.rglob("*"):
        name = f"{source.name}/{path.relative_to(source).as_posix()}"
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            fail(f"{path} is neither a regular file nor a directory")
        members[name + "/" if path.is_dir() else name] = path
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    with open(partial, "wb") as raw, gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as packed:
        size = 0

        def put(data: bytes) -> None:
            nonlocal size
            padded = data + b"\0" * (-len(data) % tarfile.BLOCKSIZE)
            packed.write(padded)
            size += len(padded)

        comment = f"52 comment={commit}\n".encode()
        first = tarfile.TarInfo("pax_global_header")
        first.type, first.size, first.mode, first.mtime = tarfile.XGLTYPE, len(comment), 0o666, when
        put(header(first))
        put(comment)
        for name in sorted(members, key=str.encode):
            info = tarfile.TarInfo(name)
            info.mtime = when
            if name.endswith("/"):
                info.type, info.mode = tarfile.DIRTYPE, 0o775
                put(header(info))
                continue
            contents = members[name].read_bytes()
            info.size = len(contents)
            info.mode = 0o775 if members[name] in executable else 0o664
            put(header(info))
            put(contents)
        packed.write(b"\0" * 2 * tarfile.BLOCKSIZE)
        packed.write(b"\0" * (-(size + 2 * tarfile.BLOCKSIZE) % tarfile.RECORDSIZE))
    os.chmod(partial, 0o644)
    partial.rename(target)
