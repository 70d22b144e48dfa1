"""The command blocks of README.md and docs/, and pages with replaced output."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts import TOP

RUNNABLE = ("sh", "bash", "console")
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```$", re.M | re.S)
COMMENT = re.compile(r"<!-- (not run|file|setup|recorded)(?:: ((?:(?!-->).)*?))? -->\s*\Z", re.S)


@dataclass
class Block:
    """A fenced block of a page, with the comments right before it.

    `not run: REASON` explains why the block is not run, `file: PATH` that it is the content of a file,
    `setup: COMMANDS` what has to be run before it, and `recorded` that Scripts/record writes its output.
    """

    line: int
    language: str
    text: str
    span: tuple[int, int]
    comments: dict[str, str] = field(default_factory=dict)

    @property
    def is_command(self) -> bool:
        return self.language in RUNNABLE and "file" not in self.comments


def pages() -> list[Path]:
    """README.md and the guides, concepts and reference, but not facts, schemas and the changelog."""
    inner = (
        path for part in ("guides", "concepts", "reference") for path in (TOP / "docs" / part).glob("*.md")
    )
    return [TOP / "README.md", *sorted([*(TOP / "docs").glob("*.md"), *inner])]


def blocks(text: str) -> Iterator[Block]:
    for found in FENCE.finditer(text):
        indentation = len(found[1])
        body = "".join(line[indentation:] if line.strip() else line for line in found[3].splitlines(True))
        before, comments = text[: found.start()], {}
        while comment := COMMENT.search(before):
            comments[comment[1]] = comment[2] or ""
            before = before[: comment.start()]
        line = text.count("\n", 0, found.start()) + 1
        yield Block(line, found[2], body, found.span(3), comments)


def conversation(text: str) -> list[tuple[str, list[str], str]]:
    """The commands of a console block, the input of each, and the output on the page."""
    commands: list[tuple[str, list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], [], []))
        elif line.startswith(">") and commands and not commands[-1][2]:
            command, typed, shown = commands.pop()
            commands.append((f"{command}\n{line[2:]}", typed, shown))
        elif commands:
            if line.startswith("(dlv) "):
                commands[-1][1].append(line.removeprefix("(dlv) "))
            commands[-1][2].append(line)
    return [(command, typed, "\n".join(shown)) for command, typed, shown in commands]


# Output that may differ between runs.
VARYING = (
    (r"\b\d+(\.\d+)?(?= (ms|s|[kM]B|[KMG]iB)\b)", "N"),
    (r"\b0x[0-9a-f]+\b", "0xN"),
    (r"\b\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?", "DATE"),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"\bprocess \d+|\bpid \d+", "PROCESS"),
    (r"\bLinux \d\S+", "KERNEL"),
)


def essence(output: str) -> str:
    """Output without values that differ between runs: times, dates, addresses, process IDs."""
    for pattern, name in VARYING:
        output = re.sub(pattern, name, output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())
