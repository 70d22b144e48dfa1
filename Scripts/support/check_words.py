"""Words that do not come back, each with the one to write instead, and the length that README keeps."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scripts import TOP

PLACES = ("Sources", "Tests", "Scripts", "docs", "Manifests/examples", ".ci")
# These name the words.
EXEMPT = {"Scripts/support/check_words.py", "Scripts/codespell.ini", "Tests/Checks/test_words.py"}
README = 120


@dataclass(frozen=True)
class Word:
    """One word or phrase: what finds it, what to write instead, and the only places where it is right.

    A space of `pattern` is any white space, also a line break within a comment. `allowed` matches the text
    around a use that is right, such as another program's name; it is matched in the same way.
    """

    pattern: str
    instead: str
    allowed: str = ""

    @cached_property
    def expression(self) -> re.Pattern:
        return re.compile(spaced(self.pattern), re.I)

    def uses(self, text: str) -> Iterator[re.Match]:
        right = [found.span() for found in re.finditer(spaced(self.allowed), text)] if self.allowed else []
        for found in self.expression.finditer(text):
            if not any(start <= found.start() and found.end() <= end for start, end in right):
                yield found


def spaced(pattern: str) -> str:
    return pattern.replace(" ", r"[ \t]*(?:[ \t]|\\?\n[ \t]*(?:///?|#|\*)?)[ \t]*")


# In a pattern, a word without `\b` is found inside identifiers, too.
WORDS = (
    # One word for each meaning.
    Word(
        "folder",
        "directory",
        # Names of VS Code; those of members and checks in 0.1.0.
        r"workspaceFolder\w*|serverDataFolderName|\bVS Code folders?|`[^`\n]*[fF]olders?`",
    ),
    Word(
        "catalogue",
        "catalog",
        # The names in 0.1.0, which are still read.
        r"--catalogue\w*|gotoolprov_catalogues|catalogue\.json|built-in catalogue|[\"`]catalogues?[\"`]"
        r"|\[\"catalogues\"|\{\"catalogues\"|aliases: \[catalogues\]",
    ),
    Word("wish", "request", r"`wish`"),
    Word(r"\bflaws?\b", "problem", r"`flaws?`"),
    Word(r"\b(?:a|the|of|and|no|two) traps?\b", "finding; pitfall", r"\bthe traps? of lib\w+"),
    Word(r"\bSDKs and launchers\b", "toolchains and launchers"),
    # Who and what.
    Word(r"\bwhoever\b", "name the user, process or program: `the process that holds the lock`"),
    Word(
        r"\bthereof\b|\btherein\b|\bthereby\b|\bhereby\b|\bwhereof\b|\bwherein\b", "say of what, or in what"
    ),
    Word(r"\bno matter (?:of|for)\b", "does not depend on"),
    # Verbs of the field.
    Word(r"\b(?:is|are|was|were|be|been|being) told\b", "reported, printed, shown; distinguished"),
    Word(r"\btell(?:s|ing)? of\b|\btold of\b", "report, show, mention"),
    Word(r"\b(?:go|goes|going|gone|went) on with\b", "continue, resume"),
    Word(r"\bput(?:s|ting)? up with\b", "accept, tolerate"),
    Word(r"\bgiv(?:e|es|ing|en) (?:a|the) \w+ up\b", "abort, stop using"),
    Word(r"\bwould come to\b|\bcomes to nothing\b|\bcame to nothing\b", "would do; fails"),
    Word(r"\bmakes? (?:\w+ ){1,5}present\b|\bmade present\b", "install"),
    Word(r"\b(?:to|can|cannot|could|may) be had\b", "available"),
    Word(r"\bnowhere to get\b", "not available"),
    # Riddles.
    Word(r"\bif not said\b|\bunless said\b|\bif none is said\b", "(default: VALUE)"),
    Word(r"\bmakes? no sense\b", "say what is required"),
    Word(r"\bnearly so\b", "a number with a unit"),
    Word(r"\bas it comes\b", "say in which form or order"),
    Word(r"\bleads? where\b", "say where the link points to"),
    Word(r"\bin vain\b", "fails; without a result"),
    Word(r"\bstrange\b", "unexpected, and what was expected"),
    Word(r"\bnever half\b", "atomically"),
    Word(r"\bfor lack of\b", "because there is no"),
    Word(r"\bwhat came\b", "the response, the downloaded file"),
    # Negated nouns. `there is no`, `it is no longer` and `is no more than` are fine.
    Word(
        r"\b(?:is|are|was|were) no (?:archive|number|address|port|file|directory|program|command"
        r"|version|digest|URL|place|time|path|name|link|mirror|report|index|flag|limit|host|ELF|JSON|Go|tool)s?\b",
        "`is not a …`, `invalid …`",
        r"[Tt]here (?:is|are|was|were) no \w+",
    ),
    Word(
        r"\b(?:is|are) none\b",
        "`invalid …`, `is not one of …`, `does not exist`",
        r"[Tt]here (?:is|are) none|\b(?:is|are) None\b",
    ),
    # American spelling; codespell knows more, but does not look into identifiers.
    Word("optimis", "optimiz…", r"`optimised\w*`|\"optimised\w*\""),
    Word("normalis|recognis|initialis|serialis|summaris|organis|synchronis|authoris|realis(?!t)", "…iz…"),
    Word("colour|behaviour|neighbour|favour|honour", "…or", r"CLICOLOU?R\w*"),
    Word("licence|artefact|whilst|amongst", "license, artifact, while, among"),
)


def texts() -> Iterator[tuple[str, str]]:
    """The files that words are looked for in: those that git tracks or would, as path and text."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PLACES]
    names = subprocess.run(command, cwd=TOP, capture_output=True, check=True, text=True).stdout.split("\0")
    top = [path.name for path in (*TOP.glob("*.md"), TOP / "Makefile", TOP / "Package.swift")]
    for name in sorted({*filter(None, names), *top} - EXEMPT):
        try:
            yield name, (TOP / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def uses(name: str, text: str) -> Iterator[str]:
    """What is wrong with one text, a line for each use of a word."""
    for word in WORDS:
        for found in word.uses(text):
            line = text.count("\n", 0, found.start()) + 1
            shown = " ".join(found[0].split())
            yield f"{name}:{line}: “{shown}”: write instead: {word.instead}"


def unwanted_words() -> Iterator[str]:
    """Text is plain English: none of the words of the dialect that this project once spoke."""
    for name, text in texts():
        yield from uses(name, text)


def long_readme() -> Iterator[str]:
    """README.md is read in a minute."""
    count = len((TOP / "README.md").read_text().splitlines())
    if count > README:
        yield f"README.md: {count} lines, more than {README}"
