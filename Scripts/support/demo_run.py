"""Runs the blocks of one page in a demo world: `results` from outside, `main` inside the namespaces."""

import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import demo_world
from documents import Block, blocks, conversation, essence
from scripts import TOP

EXECUTABLE = Path(os.environ.get("GOTOOLPROV_TEST_STATIC", TOP / ".build-static/gotoolprov"))
MIRROR = Path(os.environ.get("GOTOOLPROV_TEST_MIRROR", TOP / ".demo/mirror"))
TOOLS = TOP / ".demo/tools"
DELVE = "1.24.0"
BUILDER = "1.24.11"
STRICT = "set -eo pipefail"


def results(page: Path, record: bool) -> list[dict]:
    """The result of each block of a page: its line, `problem`, and its text with the current output."""
    prepare_tools()
    work = Path(tempfile.mkdtemp(prefix="docs-", dir=TOP / ".demo"))
    try:
        done = demo_world.entered(work / "world", [__file__, str(page)] + ["--record"] * record)
        if done.returncode != 0:
            sys.exit(f"error: {page}: the host for the commands could not be created, or failed")
        return json.loads(done.stdout)
    finally:
        shutil.rmtree(work)


def prepare_tools() -> None:
    """Builds Delve once, as an archive with its catalog, so that pages do not compile it again."""
    name = f"dlv{DELVE}-go{BUILDER}"
    if (TOOLS / f"{name}.json").exists():
        return
    source = MIRROR / f"delve/v{DELVE}.tar.gz"
    known = json.loads((TOP / "Manifests/delve.json").read_text())["delve"]
    official = next(entry for entry in known if entry["version"] == DELVE)["source"]["sha256"]
    with open(source, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    entry = {"file": source.name, "sha256": digest, "replaces": official}
    TOOLS.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tools-", dir=TOOLS.parent) as work:
        catalog = Path(work) / "delve.json"
        document = {"schemaVersion": 1, "delve": [{"version": DELVE, "source": entry}]}
        catalog.write_text(json.dumps(document))
        command = [
            *(EXECUTABLE, "build-tool", f"dlv@{DELVE}", "--go", f"go{BUILDER}", "--arch", "amd64"),
            *("--output", Path(work) / "tools", "--offline", "--mirror", MIRROR, "--quiet"),
            *("--catalog", MIRROR / "catalog.json", "--catalog", catalog),
        ]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, env={"HOME": work, "PATH": os.environ["PATH"]}
        )
        catalog.rename(Path(work) / "tools/delve.json")
        (Path(work) / "tools").rename(TOOLS)


def run_block(world: demo_world.World, block: Block) -> tuple[str, str]:
    """The problem of a block, if any, and its text with the current output."""
    if setup := block.comments.get("setup"):
        status, output = world.shell(setup, options=STRICT)
        if status != 0:
            return f"the setup failed with exit status {status}:\n{output}", block.text
    if block.language != "console":
        status, output = world.shell(block.text, options=STRICT)
        return (f"exit status {status}:\n{block.text}{output}" if status else ""), block.text
    shown, problem = [], ""
    for command, typed, expected in conversation(block.text):
        output = world.shell(command, typed)[1]
        shown.append(
            "$ "
            + command.replace("\n\n", "\n>\n").replace("\n", "\n> ").replace("\n> >\n", "\n>\n")
            + ("\n" + output if output else "")
        )
        if essence(output) != essence(expected):
            lines = essence(expected).splitlines(), essence(output).splitlines()
            difference = "\n".join(difflib.unified_diff(*lines, "page", "run", lineterm=""))
            problem += f"the output of `{command}` differs:\n{difference}\n"
    return problem, "\n".join(shown) + "\n"


def main() -> int:
    page, scratch = Path(sys.argv[1]), Path(sys.argv[-1])
    found = list(blocks(page.read_text()))
    record = "--record" in sys.argv
    scratch.mkdir()
    world = demo_world.World(scratch, EXECUTABLE, MIRROR, TOOLS)
    done = []
    for block in found:
        if "file" in block.comments:
            status, output = world.shell(
                f"cat >{block.comments['file']} <<'END OF FILE'\n{block.text}END OF FILE"
            )
        elif block.is_command and "not run" not in block.comments:
            problem, text = run_block(world, block)
            done.append({"line": block.line, "span": block.span, "problem": problem, "text": text})
            if problem and not record:
                break
    print(json.dumps(done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
