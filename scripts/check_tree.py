"""Looks at the tracked files: locks that fit pyproject.toml, imports that are declared, and nothing that must not stand there."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
URL = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@\"'`]*@)?([A-Za-z0-9.-]+)")
KNOWN_HOSTS = re.compile(
    r"(.*\.)?example\.(org|com|net)|[a-z]*|127\.0\.0\.1|x\.nl|\.*|(www\.)?apache\.org|(www\.)?w3\.org"
    r"|keepachangelog\.com|semver\.org"
)
"""Hosts that may be named: placeholders, and where a licence or a standard stands. A package index is none of them."""

FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(root|home|Users|opt|work|mnt)/\w"),
    "a private key": re.compile(r"-{5}BEGIN [A-Z ]*PRIVATE KEY"),
    "an access key": re.compile(r"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-[A-Za-z0-9-]{10,})"),
    "a password in an address": re.compile(r":/{2}(?!user:password@|\w+:\{|guest:guest@)[^\s/:@\"'`{]+:[^\s/@\"'`{]+@"),
}


def tracked() -> list[Path]:
    """Every tracked file that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def locked(name: str) -> dict[str, str]:
    """Package -> version in this lock file."""
    text = (ROOT / name).read_text()
    return {canonicalize_name(package): version for package, version in PINNED.findall(text)}


def declared(group: str | None = None) -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = project["dependencies"] if group is None else project["optional-dependencies"][group]
    return [Requirement(text) for text in texts]


def check_locks() -> Iterator[str]:
    """The locks name no address and have a hash for everything."""
    for name in LOCKS:
        text = (ROOT / name).read_text()
        if "://" in text or re.search(r"^\s*-(-index|-extra|-find|-trusted|i |f )", text, re.MULTILINE):
            yield f"{name} names where packages come from; that is the installation's own business"
        for line in PINNED.finditer(text):
            following = text[line.end() : line.end() + 200].split("\n", 2)
            if "--hash=sha256:" not in "".join(following[:2]):
                yield f"{name}: {line.group(1)} has no hash"


def check_versions() -> Iterator[str]:
    """The locks agree with each other, and hold what pyproject.toml asks for."""
    running, developing = locked(LOCKS[0]), locked(LOCKS[1])
    for package, version in running.items():
        if developing.get(package) != version:
            yield f"{package} is {version} in {LOCKS[0]} but {developing.get(package)} in {LOCKS[1]}"
    for requirements, versions, name in (
        (declared(), running, LOCKS[0]),
        (declared("dev"), developing, LOCKS[1]),
    ):
        for requirement in requirements:
            found = versions.get(canonicalize_name(requirement.name))
            if found is None:
                yield f"{requirement.name} stands in pyproject.toml but not in {name}"
            elif not requirement.specifier.contains(found, prereleases=True):
                yield f"{name} has {requirement.name} {found}; pyproject.toml asks for {requirement.specifier}"


def check_imports() -> Iterator[str]:
    """What the program imports is declared, not only brought along by something else."""
    known = {
        canonicalize_name(name)
        for requirement in declared()
        for name in (requirement.name, *(f"{requirement.name}-{extra}" for extra in requirement.extras))
    }
    owners = packages_distributions()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom) and node.module and not node.level
                else []
            )
            for name in {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"selfbill"}:
                if not known & {canonicalize_name(owner) for owner in owners.get(name, ())}:
                    yield f"{path.relative_to(ROOT)} imports {name}, which pyproject.toml does not ask for"


def check_contents() -> Iterator[str]:
    """No address but known ones, no path of a machine, no credential."""
    for path in tracked():
        text = path.read_text(errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            where = f"{path.relative_to(ROOT)}:{number}"
            for match in URL.finditer(line):
                if not KNOWN_HOSTS.fullmatch(match.group(1)):
                    yield f"{where}: {match.group(1)} is not a host that the project names"
            for what, pattern in FORBIDDEN.items():
                if pattern.search(line):
                    yield f"{where}: {what}"


def main() -> int:
    """Says everything that is wrong."""
    wrong = [*check_locks(), *check_versions(), *check_imports(), *check_contents()]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
