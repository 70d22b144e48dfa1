"""Writes the module that has the Go of an archive, as module proxies serve it.

    python3 module-zip.py ARCHIVE VERSION ZIP

VERSION is that of the module, such as v0.0.1-go1.27.3.linux-amd64. cmd/distpack of Go decides what the
module has: no directories, nothing below api, doc, misc and test, and _go.mod in place of go.mod.
"""

import sys
import tarfile
import zipfile

ARCHIVE, VERSION, ZIP = sys.argv[1:4]
OMITTED = ("api/", "doc/", "misc/", "test/")

with (
    tarfile.open(ARCHIVE, "r|gz") as tar,
    zipfile.ZipFile(ZIP, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as module,
):
    for member in tar:
        name = member.name.removeprefix("go/")
        if not member.isfile() or name.startswith(OMITTED):
            continue
        directory, slash, base = name.rpartition("/")
        if base == "go.mod":
            name = f"{directory}{slash}_go.mod"
        module.writestr(f"golang.org/toolchain@{VERSION}/{name}", tar.extractfile(member).read())
