"""Debian's packages: names, versions, downloading and unpacking."""

import io
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import debian

GO_SOURCE = re.compile(r"usr/share/go-[0-9.]+/src/cmd/vendor")
GOCODE = "usr/share/gocode/src"
# Debian 12's Python has no filters yet; apt has verified the unpacked packages.
UNPACKING = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}

# The imported modules, each with the package that contains it.
PACKAGES = {
    "github.com/cilium/ebpf": "golang-github-cilium-ebpf-dev",
    "github.com/cosiner/argv": "golang-github-cosiner-argv-dev",
    "github.com/cpuguy83/go-md2man/v2": "golang-github-cpuguy83-go-md2man-v2-dev",
    "github.com/creack/pty": "golang-github-creack-pty-dev",
    "github.com/derekparker/trie": "golang-github-derekparker-trie-dev",
    "github.com/go-delve/liner": "golang-github-go-delve-liner-dev",
    "github.com/google/go-dap": "golang-github-google-go-dap-dev",
    "github.com/hashicorp/golang-lru": "golang-github-hashicorp-golang-lru-dev",
    "github.com/inconshreveable/mousetrap": "golang-github-inconshreveable-mousetrap-dev",
    "github.com/mattn/go-colorable": "golang-github-mattn-go-colorable-dev",
    "github.com/mattn/go-isatty": "golang-github-mattn-go-isatty-dev",
    "github.com/mattn/go-runewidth": "golang-github-mattn-go-runewidth-dev",
    "github.com/rivo/uniseg": "golang-github-rivo-uniseg-dev",
    "github.com/russross/blackfriday/v2": "golang-github-russross-blackfriday-v2-dev",
    "github.com/sirupsen/logrus": "golang-github-sirupsen-logrus-dev",
    "github.com/spf13/cobra": "golang-github-spf13-cobra-dev",
    "github.com/spf13/pflag": "golang-github-spf13-pflag-dev",
    "go.starlark.net": "golang-starlark-dev",
    "golang.org/x/arch": "golang-golang-x-arch-dev",
    "golang.org/x/sys": "golang-golang-x-sys-dev",
    "gopkg.in/yaml.v3": "golang-gopkg-yaml.v3-dev",
}


@dataclass(frozen=True)
class Release:
    """A version of Delve: its Debian suite, and the commit and blobs of upstream's tag."""

    suite: str
    commit: str
    version_blob: str
    more_packages: dict[str, str]


RELEASES = {
    "1.20.2": Release(
        "bookworm",
        "d8ff5d1e43144605cf766f6a79ec5cd3371e07cb",
        "e0c278ad8e0126a312b553b8e171e81bcbd37f60",
        {"gopkg.in/yaml.v2": "golang-gopkg-yaml.v2-dev"},
    ),
    "1.24.0": Release(
        "trixie",
        "0b7bffc7d40411f8361e10009e73fb9c9b318fb6",
        "2d55e4d30150e3fc68e64357e21293d7920fc1f1",
        {
            "golang.org/x/exp": "golang-golang-x-exp-dev",
            "golang.org/x/mod": "golang-golang-x-mod-dev",
            "golang.org/x/sync": "golang-golang-x-sync-dev",
            "golang.org/x/telemetry": "golang-1.24-src",
        },
    ),
}


def fetch(version: str, release: Release, directory: Path) -> None:
    """Downloads the source and the packages of a version into a new directory."""
    names = [*PACKAGES.values(), *release.more_packages.values()]
    debian.fetch(directory, release.suite, source="delve", packages=sorted(names))


def unpack_package(package: Path, root: Path) -> None:
    """Unpacks the needed files of a .deb: of Go's own sources only cmd/vendor."""
    data = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", str(package)], check=True, stdout=subprocess.PIPE
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            if name.startswith((GOCODE, "usr/share/doc")) or GO_SOURCE.match(name):
                tar.extract(member, root, **UNPACKING)
