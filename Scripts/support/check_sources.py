"""The project's own checks: file lengths, words, links, error descriptions, modules, data."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import module_hashes
import modules
from check_words import long_readme, unwanted_words
from citations import dead_citations, dead_links
from scripts import TOP, of_language

LONGEST = 400
# C targets that contain only embedded files, so importing them calls no system functions.
DATA = {"CFleetPage"}


def swift_files(directory: str) -> list[Path]:
    return sorted(path.relative_to(TOP) for path in (TOP / directory).rglob("*.swift"))


def unnamed_rules() -> Iterator[str]:
    """A rule that .swift-format omits would be off silently."""
    command = ["swift", "format", "dump-configuration"]
    default = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = json.loads((TOP / ".swift-format").read_text())
    for rule in sorted(set(default["rules"]) - set(ours["rules"])):
        yield f".swift-format does not name the rule {rule}"


def long_files() -> Iterator[str]:
    """Files have at most 400 lines."""
    files = chain(swift_files("Sources"), swift_files("Tests"), of_language("python"), of_language("sh"))
    for path in files:
        count = len((TOP / path).read_text().splitlines())
        if count > LONGEST:
            yield f"{path}: {count} lines, more than {LONGEST}"


def other_modules() -> Iterator[str]:
    """The module diagram in the documents matches Package.swift."""
    if modules.written() != modules.drawing():
        yield "docs/DESIGN.md: the module drawing is outdated: run Scripts/support/modules.py --write"


def untested_modules() -> Iterator[str]:
    """Every Swift module except the main one has unit tests."""
    for module in sorted({path.parts[1] for path in swift_files("Sources")} - {"gotoolprov"}):
        if not swift_files(f"Tests/Unit/{module}Tests"):
            yield f"Tests/Unit/{module}Tests: no unit tests of {module}"


def errors_without_words() -> Iterator[str]:
    """Thrown errors end up in messages, so every error type describes itself."""
    text = "\n".join((TOP / path).read_text() for path in swift_files("Sources"))
    described = set(re.findall(r"extension (?:\w+\.)*(\w+): [^{]*CustomStringConvertible", text))
    types = re.findall(r"\b(?:enum|struct|class) (\w+): ([^{]*\bError\b[^{]*)\{", text)
    for name, conformances in types:
        if "CustomStringConvertible" not in conformances and name not in described:
            yield f"the error type {name} is not CustomStringConvertible"


# Modules, or directories of one, that contain only pure values; see CONTRIBUTING.md.
PURE = (
    "ToolchainCore",
    *(
        f"FleetReport/{room}"
        for room in ("Comparison", "Fleet", "Knowledge", "Output", "Page", "Reading", "Report")
    ),
    "Editors/Settings",
    "Editors/Launch",
    "Editors/Tools",
    "Ansible/Arguments",
    "Ansible/Reply",
    "Mirrors/Index",
    "Mirrors/Page",
)


def impure_rooms() -> Iterator[str]:
    """Pure values have no side effects: they import at most ToolchainCore and embedded files."""
    for room in PURE:
        files = swift_files(f"Sources/{room}")
        if not files:
            yield f"Sources/{room}: no Swift file, although check_sources.py lists it as pure"
        for path in files:
            for name in re.findall(
                r"(?m)^(?:@\w+ )?(?:\w+ )?import (?:\w+ )?(\w+)", (TOP / path).read_text()
            ):
                if name not in {"ToolchainCore", *DATA}:
                    yield f"{path}: imports {name}"


def invalid_data() -> Iterator[str]:
    try:
        import jsonschema
    except ImportError:
        sys.exit("error: python3-jsonschema is not installed: run Scripts/install-dependencies test")
    for data in sorted((TOP / "Manifests").glob("*.json")):
        document = json.loads(data.read_text())
        schema = json.loads((data.parent / document["$schema"]).read_text())
        for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
            yield f"{data.relative_to(TOP)}: {error.json_path}: {error.message}"


def invalid_hashes() -> Iterator[str]:
    """The published hashes are of releases in the catalog, and compiled in as they are in the table."""
    table = TOP / "Manifests/go-h1.csv"
    try:
        hashes = module_hashes.read(table)
    except ValueError as error:
        yield f"{table.relative_to(TOP)}: {error}"
        return
    if module_hashes.text(hashes) != table.read_text():
        yield f"{table.relative_to(TOP)}: not in the order of versions"
    if module_hashes.packed(hashes) != table.with_suffix(".bin").read_bytes():
        yield "Manifests/go-h1.bin: not made from go-h1.csv: run Scripts/update-manifests"
    catalog = json.loads((TOP / "Manifests/go.json").read_text())
    for version, arch in module_hashes.unlisted(hashes, catalog):
        yield f"{table.relative_to(TOP)}: go{version} linux/{arch} is not in go.json"


def main() -> int:
    checks = (
        unnamed_rules,
        dead_links,
        dead_citations,
        long_files,
        long_readme,
        unwanted_words,
        untested_modules,
        errors_without_words,
        other_modules,
        impure_rooms,
        invalid_data,
        invalid_hashes,
    )
    found = [problem for check in checks for problem in check()]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
