"""Downloads from the Debian mirror that this machine's apt uses; apt's own lists stay as they are."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Lists of our own, and none of what the machine does after an update of its lists.
APT_CONFIGURATION = """\
Dir::Etc::SourceList "{state}/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "{state}/lists";
Dir::Cache "{state}/cache";
APT::Sandbox::User "root";
#clear APT::Update::Post-Invoke-Success;
"""


def mirror() -> str:
    """The Debian mirror that this machine's apt uses."""
    if not shutil.which("apt-get"):
        sys.exit("error: apt-get is not installed, which downloads Debian's packages")
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    for target in targets:
        site, _, rest = target.partition(" ")
        if site.endswith("/debian") and re.fullmatch(r"[a-z]+ main", rest):
            return site
    sys.exit("error: apt has no Debian mirror configured")


def fetch(directory: Path, suite: str, source: str, packages: Sequence[str] = ()) -> None:
    """Downloads upstream's tarball of a source package, and binary packages, into a new directory."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    state = Path(tempfile.mkdtemp(prefix="debian-packages."))
    try:
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        kinds = ("deb", "deb-src") if packages else ("deb-src",)
        (state / "sources.list").write_text(
            "".join(f"{kind} {signed}{mirror()} {suite} main\n" for kind in kinds)
        )
        for needed in ("lists/partial", "cache/archives/partial"):
            (state / needed).mkdir(parents=True)
        (state / "apt.conf").write_text(APT_CONFIGURATION.format(state=state))

        def run(*words: str) -> None:
            subprocess.run(
                ["apt-get", "--quiet=2", f"--config-file={state}/apt.conf", *words],
                check=True,
                cwd=partial,
                stdout=sys.stderr,
            )

        run("update")
        # Only upstream's tarball: Debian's own changes are not wanted.
        run("source", "--tar-only", "--download-only", f"{source}/{suite}")
        if packages:
            run("download", *(f"{name}/{suite}" for name in packages))
        os.chmod(partial, 0o755)
        try:
            partial.rename(directory)
        except OSError:  # Another run was quicker.
            if not directory.is_dir():
                raise
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: apt-get failed with status {error.returncode}")
    finally:
        shutil.rmtree(state)
        shutil.rmtree(partial, ignore_errors=True)
