"""Checks that links and citations of documents refer to existing files and headings."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts import TOP


@cache
def headings(page: Path) -> frozenset[str]:
    """The anchors that GitHub creates for the headings of a document."""
    anchors: set[str] = set()
    counts: dict[str, int] = {}
    text = re.sub(r"^(```|~~~).*?^\1", "", page.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", text, flags=re.M):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        counts[slug] = counts.get(slug, -1) + 1
        anchors.add(f"{slug}-{counts[slug]}" if counts[slug] else slug)
    return frozenset(anchors)


def dead_target(source: str, shown: str, page: Path, anchor: str) -> Iterator[str]:
    if not page.exists():
        yield f"{source}: {shown} does not exist"
    elif anchor and page.suffix == ".md" and anchor not in headings(page.resolve()):
        yield f"{source}: {shown}: {page.name} has no such heading"


def pages() -> list[Path]:
    return sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])


def dead_links() -> Iterator[str]:
    """Every relative link in the documents refers to an existing file and heading."""
    for page in pages():
        name = str(page.relative_to(TOP))
        for link in re.findall(r"\]\(([^)\s]+)[^)]*\)", page.read_text()):
            target, _, anchor = link.partition("#")
            if "://" not in target and not target.startswith("mailto:"):
                found = page.parent / target if target else page
                yield from dead_target(name, f"the link to {link}", found, anchor)


def dead_citations() -> Iterator[str]:
    """Every citation of a document in comments, messages and other text does so too."""
    sources = {*pages(), TOP / "Package.swift", TOP / "Makefile"}
    for directory in ("Sources", "Tests", "Scripts", "docs"):
        sources |= {path for path in (TOP / directory).rglob("*") if path.is_file()}
    for source in sorted(sources):
        try:
            text = source.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{source.relative_to(TOP)}:{number}"
            for cited, anchor in re.findall(r"(?<![\w./-])(docs/[\w./-]+?\.md)\b(?:#([\w-]+))?", line):
                shown = f"{cited}#{anchor}" if anchor else cited
                yield from dead_target(where, shown, TOP / cited, anchor)
            # Notes that were never part of this repository.
            for cited in re.findall(r"(?<!docs/)(?<!\.\./)(?<!\]\()\bfacts/[\w-]+", line):
                yield f"{where}: {cited} is not in the repository; docs/ has the facts"
            for cited in re.findall(r"(?<![\w./-])data/[\w./-]+\.(?:md|csv)\b", line):
                yield f"{where}: {cited} is not in the repository"
