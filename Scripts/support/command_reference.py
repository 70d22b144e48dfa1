"""Writes docs/reference/cli.md from the output of `--experimental-dump-help`."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

HEADER = """# Commands

<!-- Written by Scripts/record cli from the help of the executable. -->
"""


def spelling(argument: dict) -> str:
    value = argument["valueName"].upper()
    if argument["kind"] == "positional":
        return f"{value}..." if argument["isRepeating"] else value
    names = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument["names"]]
    text = ", ".join(sorted(names, key=len))
    return text if argument["kind"] == "flag" else f"{text} {value}"


def cell(text: str) -> str:
    """Text for a table cell: one line, with special characters of Markdown and HTML escaped."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()).replace("|", "\\|"))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


def prose(text: str) -> Iterator[str]:
    """Paragraphs unchanged; headings in capitals and preformatted lines as text blocks."""
    for paragraph in text.strip("\n").split("\n\n"):
        heading, _, rest = paragraph.partition("\n")
        if heading.isupper() and rest:
            yield f"{heading.capitalize()}:\n"
            paragraph = rest
        if "\n" in paragraph:
            yield f"```text\n{paragraph}\n```\n"
        else:
            yield paragraph.replace("<", "&lt;") + "\n"


def is_common(argument: dict) -> bool:
    return argument["valueName"] in ("help", "version") and argument["kind"] == "flag"


def usage(command: dict, path: str) -> str:
    shown = [argument for argument in command["arguments"] if argument["shouldDisplay"]]
    words = [path, "[OPTIONS]"] if any(a["kind"] != "positional" for a in shown) else [path]
    for argument in shown:
        if argument["kind"] == "positional":
            text = spelling(argument)
            words.append(f"[{text}]" if argument["isOptional"] else text)
    return " ".join(words)


def commands(command: dict, path: str) -> Iterator[tuple[str, dict]]:
    for inner in command.get("subcommands", []):
        if inner["shouldDisplay"] and inner["commandName"] != "help":
            yield f"{path} {inner['commandName']}", inner
            yield from commands(inner, f"{path} {inner['commandName']}")


def section(path: str, command: dict) -> Iterator[str]:
    yield f"## {path.removeprefix('gotoolprov ')}\n"
    yield command["abstract"] + "\n"
    if not command.get("subcommands"):
        yield f"```text\n{usage(command, path)}\n```\n"
    if command.get("discussion"):
        yield from prose(command["discussion"])
    shown = [a for a in command["arguments"] if a["shouldDisplay"] and not is_common(a)]
    if shown and not command.get("subcommands"):
        yield "| argument | meaning |\n| --- | --- |"
        for argument in shown:
            # The help lists values and the default separately from the sentence.
            words = [argument.get("abstract", ""), argument.get("discussion", "")]
            if values := argument.get("allValues"):
                words.append(f"Values: {', '.join(values)}.")
            if default := argument.get("defaultValue"):
                words.append(f"Default: {default}.")
            yield f"| `{spelling(argument)}` | {cell(' '.join(filter(None, words)))} |"
        yield ""


def reference(executable: Path) -> str:
    """The page, from the executable's help."""
    words = [executable, "--experimental-dump-help"]
    output = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    root = json.loads(output)["command"]
    lines = [HEADER, root["abstract"] + "\n", *prose(root["discussion"])]
    for path, command in commands(root, "gotoolprov"):
        lines += section(path, command)
    return "\n".join(lines).strip("\n") + "\n"
