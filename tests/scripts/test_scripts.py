"""What a newcomer runs first: setting up, the demo, and what keeps the tree in order."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"


def script(name: str) -> ModuleType:
    spec = spec_from_file_location(f"scripts_{name}", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments: str | Path, **options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=False, env=os.environ | options)


def test_setting_up_once_more_does_nothing_and_says_nothing() -> None:
    if not (ROOT / ".venv" / ".selfbill-setup").exists():
        pytest.skip("this checkout was not set up by scripts/setup")
    assert run(SCRIPTS / "setup", "--dev").returncode == 0
    done = run(SCRIPTS / "setup", "--dev")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run(SCRIPTS / "setup").stderr == ""


def test_the_readme_has_todays_settings() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert script("settings_table").with_table(readme) == readme


def test_the_readme_says_who_must_confirm_the_law() -> None:
    assert "A Dutch tax adviser must confirm the law" in (ROOT / "README.md").read_text("utf-8")


def test_the_demo_empties_only_what_a_demo_made(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    done = run(sys.executable, SCRIPTS / "demo.py", "--data-dir", tmp_path)
    assert done.returncode == 1
    assert "holds something that no demo made" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_the_demo_shows_a_quarter_from_files_to_open_items(tmp_path: Path) -> None:
    # A database of somebody else's in the environment must stay out of it.
    done = run(
        *(sys.executable, SCRIPTS / "demo.py", "--data-dir", tmp_path / "demo"),
        *("--example", "voorbeeld-klein", "--language", "en"),
        SELFBILL_DATABASE_URL="postgresql://user:password@127.0.0.1:1/untouched",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "103 rows in 5 files equal examples/voorbeeld-klein/expected to the cent." in done.stdout
    assert len(list((tmp_path / "demo" / "export" / "pdf").glob("*.pdf"))) == 26
    assert len(list((tmp_path / "demo" / "mail").glob("*.eml"))) > 26


@pytest.fixture(scope="module")
def check_tree() -> ModuleType:
    return script("check_tree")


def test_an_unknown_benchmark_is_named() -> None:
    done = run(SCRIPTS / "bench", "lunch")
    assert done.returncode == 2
    assert "There is no benchmark lunch; there are: " in done.stderr
    assert "billing" in done.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("see https://" + "index.packages.net/x", "index.packages.net is not a host that the project names"),
        ("cd /" + "home/somebody/selfbill", "a path of somebody's machine"),
        ("-----BEGIN " + "RSA PRIVATE KEY-----", "a private key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "an access key"),
        ("postgresql://anna:" + "secret@127.0.0.1/x", "a password in an address"),
    ],
)
def test_what_must_not_stand_in_the_tree_is_found(
    check_tree: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    file = tmp_path / "notes.md"
    file.write_text(f"fine\n{line}\n")
    monkeypatch.setattr(check_tree, "ROOT", tmp_path)
    monkeypatch.setattr(check_tree, "tracked", lambda: [file])
    assert list(check_tree.check_contents()) == [f"notes.md:2: {says}"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "--index" + "-url https://x.nl\n" + text, "requirements.lock names where packages come from"),
        (
            lambda text: text.replace("typer==", "tiper=="),
            "typer stands in pyproject.toml but not in requirements.lock",
        ),
        (lambda text: text.replace("rich==15", "rich==14"), "requirements.lock has rich 14"),
        (lambda text: text.replace("--hash=", "--"), "has no hash"),
    ],
)
def test_locks_that_do_not_fit_are_found(
    check_tree: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str], says: str
) -> None:
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    lock = tmp_path / "requirements.lock"
    lock.write_text(change(lock.read_text()))
    monkeypatch.setattr(check_tree, "ROOT", tmp_path)
    assert any(says in wrong for wrong in (*check_tree.check_locks(), *check_tree.check_versions()))
