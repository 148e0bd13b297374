"""The house rules that a machine can check: sizes, names, words, and who imports whom."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import elbowroom

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "elbowroom"
CODE = sorted(
    path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
SOURCES = [path for path in CODE if path.is_relative_to(PACKAGE)]
# A person reads these too; this file is left out because it has to name what it looks for.
TEXTS = sorted(
    {
        *(path for path in CODE if path != Path(__file__).resolve()),
        *(ROOT.glob("*.md")),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / name for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/run")),
    }
)

LINES_AT_MOST = 300
VAGUE = re.compile(
    r"(?i)^_?(utils?|helpers?|common|misc|managers?|base(_.*)?|.*_(utils?|helpers?))$"
)
VAGUE_CLASS = re.compile(r"^_?Base[A-Z]|(Manager|Helper|Utils?)$")
UNWANTED = {
    "a path of one machine": re.compile(r"(?<![\w.])/(work|home|root|opt|Users)/\w"),
    "a note to self": re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"),
    "an unexplained exception to a rule": re.compile(
        r"#\s*(noqa(?!:)|type:\s*ignore(?!\[)|ty:\s*ignore(?!\[))"
    ),
    "a bare except": re.compile(r"^\s*except\s*:", re.MULTILINE),
}

# Together they take seconds to import; each is imported in the functions that need it, so that
# help, a misspelt option and a wrong path are answered at once.
SLOW_TO_IMPORT = {"scipy", "sklearn", "pandas", "polars", "pyarrow", "matplotlib", "PIL"}
FASTER_STILL = SLOW_TO_IMPORT | {"torch", "numpy"}
# What the command line imports before it knows which command it is to run.
LIGHT = ("errors", "files", "parts", "config", "cli")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def exists(module: str) -> bool:
    return (PACKAGE / f"{module}.py").exists() or (PACKAGE / module).is_dir()


def imported_at_once(tree: ast.Module) -> Iterator[str]:
    """Yield the packages that importing a module imports, leaving out the ones in functions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_a_file_fits_in_a_head(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= LINES_AT_MOST, f"{lines} lines: it holds more than one idea; split it"


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_names_say_something(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    assert not [part for part in parts if VAGUE.match(part)]
    classes = [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    assert not [name for name in classes if VAGUE_CLASS.search(name)]


@pytest.mark.parametrize("what", UNWANTED)
def test_no_text_holds(what: str) -> None:
    found = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in TEXTS
        if path.exists()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNWANTED[what].search(line)
    ]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_slow_packages_wait_until_they_are_used(path: Path) -> None:
    assert not SLOW_TO_IMPORT.intersection(imported_at_once(ast.parse(path.read_text())))


@pytest.mark.parametrize("module", LIGHT)
def test_the_command_line_answers_before_torch_is_there(module: str) -> None:
    if not exists(module):
        pytest.skip(f"elbowroom.{module} does not exist yet")
    script = f"import sys, elbowroom.{module}; print(*(sys.modules.keys() & {FASTER_STILL!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_imports_go_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert broken == 0, capsys.readouterr().out


def test_the_version_is_said_once() -> None:
    assert elbowroom.__version__ == version("elbowroom")


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in SOURCES}
    assert not [relative(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_every_locked_version_can_be_installed_anywhere() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert not [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
