"""The modules that cmd/dlv imports, as its vendor/ directory."""

import re
import shutil
from pathlib import Path

from delve.debian import GOCODE
from delve.failure import fail

MODULE = "github.com/go-delve/delve"
# Modules that Debian's packages lack. Only files for Windows import them, so the archive cannot be built
# there, unlike the official one.
ABSENT = {"golang.org/x/sys/windows"}
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|//[^\n]*|/\*.*?\*/', re.S)
IMPORT = re.compile(r'^import\s+(?:\(([^)]*)\)|[^"`\n]*(["`][^"`]+["`]))', re.M)
QUOTED = re.compile(r'["`]([^"`]+)["`]')
NOT_BUILT = re.compile(r"^//(?:go:build| \+build)\s+(?:ignore|tools)\s*$", re.M)
EMBED = re.compile(r"^//go:embed", re.M)


def is_built(path: Path) -> bool:
    name = path.name
    return name.endswith(".go") and not name.endswith("_test.go") and name[0] not in "._"


def imports(directory: Path) -> set[str]:
    """The imports of all Go files in a directory, for any system."""
    found = set()
    for path in sorted(directory.iterdir()):
        if not is_built(path):
            continue
        text = path.read_text()
        if NOT_BUILT.search(text):
            continue
        if EMBED.search(text) and MODULE not in str(directory):
            fail(f"{path} embeds files, which is not supported")
        text = COMMENT.sub(lambda m: m[0] if m[0][0] in '"`' else " ", text)
        for block, single in IMPORT.findall(text):
            found.update(QUOTED.findall(block or single))
    return found


def module_of(package: str, modules: dict[str, Path]) -> str | None:
    """The module with the longest path that contains a package."""
    fitting = [m for m in modules if package == m or package.startswith(m + "/")]
    return max(fitting, key=len, default=None)


def reachable(source: Path, modules: dict[str, Path]) -> dict[str, set[str]]:
    """The packages of each module that cmd/dlv needs on any system."""
    needed: dict[str, set[str]] = {}
    waiting, seen = [f"{MODULE}/cmd/dlv"], set()
    while waiting:
        package = waiting.pop()
        is_standard = "." not in package.split("/")[0]
        if package in seen or package in ABSENT or is_standard:
            continue
        seen.add(package)
        if package.startswith(MODULE):
            directory = source / package.removeprefix(MODULE).lstrip("/")
        else:
            module = module_of(package, modules)
            if module is None:
                fail(f"no Debian package is known for {package}")
            needed.setdefault(module, set()).add(package)
            directory = modules[module] / package.removeprefix(module).lstrip("/")
        if not directory.is_dir():
            fail(f"Debian's packages do not contain {package}")
        waiting += imports(directory)
    return needed


def requirements(source: Path) -> tuple[str, dict[str, str]]:
    """The go line and the required modules of go.mod, in its order."""
    text = (source / "go.mod").read_text()
    language = re.search(r"^go (\S+)$", text, re.M)[1]
    return language, dict(re.findall(r"^(?:require)?\s+([^\s()]+) (v\S+)", text, re.M))


def locked(source: Path) -> dict[str, str]:
    """The versions in go.sum whose contents were used."""
    return dict(re.findall(r"^(\S+) (v[^\s/]+) h1:", (source / "go.sum").read_text(), re.M))


def number(language: str) -> tuple[int, ...]:
    return tuple(int(part) for part in language.split("."))


def modules_text(source: Path, modules: dict[str, Path], needed: dict[str, set[str]]) -> str:
    """The text of vendor/modules.txt: the versions that go.mod requires, and the vendored packages.

    No module requires a newer language version than Delve itself, so that the oldest Go that may build
    Delve can build it. Upstream's versions of the modules do not require more either.
    """
    delves_language, required = requirements(source)
    sums = locked(source)
    lines = []
    for module in sorted({*required, *needed}):
        version = required.get(module) or sums.get(module)
        if version is None:
            fail(f"neither go.mod nor go.sum has a version of {module}")
        lines.append(f"# {module} {version}")
        go_mod = modules[module] / "go.mod" if module in modules else None
        own = re.search(r"^go (\S+)", go_mod.read_text(), re.M) if go_mod and go_mod.exists() else None
        language = own[1] if own else None
        if number(delves_language) >= (1, 17):
            if module == "golang.org/x/telemetry" and language is None:
                language = delves_language
            if language and number(language) > number(delves_language):
                language = delves_language
        annotations = (["explicit"] if module in required else []) + ([f"go {language}"] if language else [])
        if annotations:
            lines.append(f"## {'; '.join(annotations)}")
        lines += sorted(needed.get(module, ()))
    return "\n".join(lines) + "\n"


def vendor(source: Path, root: Path, packages: dict[str, str], versions: dict[str, str]) -> None:
    """Creates source/vendor from the unpacked packages below root."""
    modules = {}
    for module in packages:
        places = [root / GOCODE / module, *(p / module for p in root.glob("usr/share/go-*/src/cmd/vendor"))]
        modules[module] = next((p for p in places if p.is_dir()), None)
        if modules[module] is None:
            fail(f"{packages[module]} does not contain {module}")
    needed = reachable(source, modules)
    target = source / "vendor"
    for module, names in needed.items():
        for name in names:
            inside = name.removeprefix(module).lstrip("/")
            (target / name).mkdir(parents=True, exist_ok=True)
            for path in (modules[module] / inside).iterdir():
                if (
                    path.is_file()
                    and not path.is_symlink()
                    and path.name not in ("go.mod", "go.sum")
                    and not path.name.endswith("_test.go")
                ):
                    shutil.copyfile(path, target / name / path.name)
        notice = root / "usr/share/doc" / packages[module] / "copyright"
        if notice.exists():
            (target / module).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notice, target / module / "debian-copyright")
    (target / "modules.txt").write_text(modules_text(source, modules, needed))
    (target / "debian-packages.txt").write_text(
        "".join(f"{module} {packages[module]} {versions[packages[module]]}\n" for module in sorted(needed))
    )
