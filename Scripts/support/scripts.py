"""Lists the scripts of this repository, with or without a suffix: `scripts.py python` or `scripts.py sh`."""

import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SUFFIXES = {"python": ".py", "sh": ".sh"}
INTERPRETERS = {"python": (b"python3",), "sh": (b"sh", b"bash")}


def of_language(language: str) -> Iterator[Path]:
    """The scripts in `python` or `sh`, by their suffix or their first line, relative to the top."""
    for directory in (".ci", "Scripts", "Tests"):
        for path in sorted((TOP / directory).rglob("*")):
            # Templates become scripts only when they are rendered.
            if path.is_file() and path.suffix != ".j2" and is_in(language, path):
                yield path.relative_to(TOP)


def is_in(language: str, path: Path) -> bool:
    if path.suffix:
        return path.suffix == SUFFIXES[language]
    with open(path, "rb") as file:
        first = file.readline(128)
    return first.startswith(b"#!") and first.split()[-1].rpartition(b"/")[2] in INTERPRETERS[language]


if __name__ == "__main__":
    print("\n".join(map(str, of_language(sys.argv[1]))))
