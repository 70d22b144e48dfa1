"""The h1: hashes of Go toolchains: Manifests/go-h1.csv, its compact form, and hashes of archives.

docs/facts/go-toolchains.md, "Hash of a toolchain", has the rules.
"""

import base64
import csv
import hashlib
import re
import struct
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+)|(beta|rc)(\d+))?")
# The order of GoArchitecture in Swift: bit numbers in the compact form.
ARCHITECTURES = (
    *("386", "amd64", "arm", "arm64", "loong64", "mips", "mips64"),
    *("mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x"),
)
FIELDS = ["version", "arch", "h1", "record"]
MAGIC = b"go-h1 01"
RECORD = re.compile(r"golang\.org/toolchain v0\.0\.1-go([0-9.rc]+)\.linux-(\w+) (h1:\S+)")
OMITTED = ("api/", "doc/", "misc/", "test/")


class Published(NamedTuple):
    """A hash that the checksum database has published."""

    h1: str
    # The number of the record in the database, or empty if unknown.
    record: str


Hashes = dict[tuple[str, str], Published]


def sort_key(version: str) -> tuple:
    """Orders versions as Go does."""
    major, minor, patch, kind, number = VERSION.fullmatch(version).groups()
    rank = {"beta": 0, "rc": 1, None: 2}[kind]
    return int(major), int(minor), rank, int(number or 0), int(patch or 0)


def hash_bytes(h1: str) -> bytes:
    """The 32 bytes of a hash; a ValueError for anything but its canonical text."""
    value = base64.b64decode(h1.removeprefix("h1:"), validate=True)
    if len(value) != 32 or "h1:" + base64.b64encode(value).decode() != h1:
        raise ValueError(f"invalid hash {h1!r}")
    return value


def problem(version: str, arch: str, published: Published) -> str | None:
    """Why a row is invalid, or None if it is valid."""
    if not VERSION.fullmatch(version):
        return f"invalid version {version!r}"
    if sort_key(version) < (1, 21):
        return f"go{version} is older than 1.21, so its hash is not that of an archive"
    if arch not in ARCHITECTURES:
        return f"unknown architecture {arch!r}"
    try:
        hash_bytes(published.h1)
    except ValueError as error:
        return f"go{version} linux/{arch}: {error}"
    return None


def read(path: Path) -> Hashes:
    """The rows of a table; a ValueError for an invalid or repeated one."""
    found: Hashes = {}
    with open(path, newline="") as file:
        table = csv.DictReader(file)
        if table.fieldnames != FIELDS:
            raise ValueError(f"the columns are not {','.join(FIELDS)}")
        for row in table:
            key = row["version"], row["arch"]
            published = Published(row["h1"], row["record"])
            if reason := problem(*key, published):
                raise ValueError(f"line {table.line_num}: {reason}")
            if key in found:
                raise ValueError(f"line {table.line_num}: go{key[0]} linux/{key[1]} occurs twice")
            found[key] = published
    return found


def text(hashes: Hashes) -> str:
    """The table, ordered by version."""
    keys = sorted(hashes, key=lambda key: (sort_key(key[0]), key[1]))
    rows = [FIELDS, *([*key, *hashes[key]] for key in keys)]
    return "".join(",".join(row) + "\n" for row in rows)


def unlisted(hashes: Hashes, catalog: dict) -> list[tuple[str, str]]:
    """The versions and architectures that have a hash, but no archive in the catalog."""
    archives = {
        (release["version"], archive["arch"]) for release in catalog["go"] for archive in release["archives"]
    }
    return sorted(hashes.keys() - archives)


def packed(hashes: Hashes) -> bytes:
    """The compact form that is compiled in, and that PublishedHashes in Swift reads.

    MAGIC, the numbers of versions and of hashes; for each version, in the byte order of names, the name in
    8 bytes, a bit for each architecture that has a hash, and the number of the first; 32 bytes a hash.
    All numbers have 16 bits, big-endian.
    """
    index, rows = bytearray(), bytearray()
    versions = sorted({version for version, _ in hashes}, key=str.encode)
    for version in versions:
        name = version.encode()
        if len(name) > 8:
            raise ValueError(f"{version} is longer than the 8 bytes of a name")
        present = [arch for arch in ARCHITECTURES if (version, arch) in hashes]
        mask = sum(1 << ARCHITECTURES.index(arch) for arch in present)
        index += struct.pack(">8sHH", name, mask, len(rows) // 32)
        for arch in present:
            rows += hash_bytes(hashes[version, arch].h1)
    return MAGIC + struct.pack(">HH", len(versions), len(rows) // 32) + bytes(index + rows)


def parsed_lookup(answer: str) -> tuple[str, str, Published]:
    """The version, architecture and hash in a response of the checksum database to /lookup/…

    The signature is not verified. A ValueError if the response is not about a Linux toolchain."""
    number, _, rest = answer.partition("\n")
    match = RECORD.fullmatch(rest.partition("\n")[0])
    if not number.isdecimal() or not match:
        raise ValueError("not an answer of the checksum database about a Linux toolchain")
    published = Published(match[3], number)
    if reason := problem(match[1], match[2], published):
        raise ValueError(reason)
    return match[1], match[2], published


def of_files(version: str, arch: str, files: Iterable[tuple[str, str]]) -> str:
    """The hash of a toolchain with these files: paths in the tree, and SHA-256 digests in hexadecimal."""
    prefix = f"golang.org/toolchain@v0.0.1-go{version}.linux-{arch}/"
    lines = []
    for path, digest in files:
        if path.startswith(OMITTED):
            continue
        directory, slash, name = path.rpartition("/")
        if name == "_go.mod" or "\n" in path:
            raise ValueError(f"no toolchain module can have a file {path!r}")
        if name == "go.mod":
            path = f"{directory}{slash}_go.mod"
        lines.append(((prefix + path).encode(), digest.encode()))
    listing = b"".join(digest + b"  " + name + b"\n" for name, digest in sorted(lines))
    return "h1:" + base64.b64encode(hashlib.sha256(listing).digest()).decode()


def of_archive(archive: Path, version: str, arch: str) -> str:
    """The hash of the toolchain in an archive."""
    files = []
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            if member.isdir():
                continue
            if not member.isfile() or not member.name.startswith("go/"):
                raise ValueError(f"{member.name} is not a file below go/")
            digest = hashlib.file_digest(tar.extractfile(member), "sha256").hexdigest()
            files.append((member.name.removeprefix("go/"), digest))
    return of_files(version, arch, files)
