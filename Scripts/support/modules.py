"""Draws the module diagram of docs/DESIGN.md from Package.swift.

modules.py prints the drawing; modules.py --write puts it into docs/DESIGN.md.
"""

import json
import subprocess
import sys

from scripts import TOP

DESIGN = TOP / "docs/DESIGN.md"
BEGIN = "<!-- Made from Package.swift by Scripts/support/modules.py --write. -->\n"
END = "<!-- End of what is made. -->\n"


def dependencies() -> dict[str, set[str]]:
    """The modules of the product, each with its dependencies."""
    command = ["swift", "package", "--package-path", str(TOP), "dump-package"]
    package = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    targets = {target["name"]: target for target in package["targets"] if target["type"] != "test"}
    found: dict[str, set[str]] = {}
    open_names = ["gotoolprov"]
    while open_names:
        name = open_names.pop()
        if name in found:
            continue
        names = [next(iter(dependency.values()))[0] for dependency in targets[name]["dependencies"]]
        found[name] = {other for other in names if other in targets}
        open_names += found[name]
    return found


def drawing() -> str:
    """The transitive reduction of a graph."""
    direct = dependencies()

    def reachable(name: str) -> set[str]:
        return direct[name].union(*map(reachable, direct[name]))

    lines = ["```mermaid\n", "graph TD\n"]
    for name in sorted(direct):
        implied = set().union(*map(reachable, direct[name]))
        lines += [f"    {name} --> {other}\n" for other in sorted(direct[name] - implied)]
    return "".join([*lines, "```\n"])


def written() -> str | None:
    """The diagram in docs/DESIGN.md, or None if the marks are missing."""
    text = DESIGN.read_text()
    if BEGIN not in text or END not in text:
        return None
    return text.split(BEGIN, 1)[1].split(END, 1)[0]


def main() -> None:
    if "--write" not in sys.argv[1:]:
        print(drawing(), end="")
        return
    text = DESIGN.read_text()
    before, rest = text.split(BEGIN, 1)
    DESIGN.write_text(before + BEGIN + drawing() + END + rest.split(END, 1)[1])


if __name__ == "__main__":
    main()
