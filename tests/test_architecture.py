"""The house: every module has its floor, and arrows point down."""

import ast
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import podtool

SOURCE = Path(podtool.__file__).parent
PROJECT = Path(__file__).parent.parent / "pyproject.toml"
# podtool/__init__.py holds the version and imports nothing: it stands under the house.
CONTRACTS = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = next(contract for contract in CONTRACTS if contract["type"] == "layers")
MODULES = sorted(SOURCE.rglob("*.py"))


def floor_names():
    return [name.strip() for floor in LAYERS["layers"] for name in floor.split("|")]


def test_the_contracts_are_kept(capfd, monkeypatch):
    monkeypatch.chdir(PROJECT.parent)
    status = lint_imports(config_filename=str(PROJECT), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capfd.readouterr().out


def test_every_module_has_a_floor():
    rooms = {path.stem if path.suffix == ".py" else path.name for path in SOURCE.iterdir()}
    rooms -= {"__init__", "__pycache__", "py.typed"}
    assert sorted(rooms) == sorted(floor_names())
    assert LAYERS["exhaustive"] is True
    assert LAYERS["containers"] == ["podtool"]


def test_every_folder_of_modules_is_a_package():
    """What is no package, the import contracts don't see."""
    assert {path.parent for path in MODULES} == {path.parent for path in SOURCE.rglob("__init__.py")}


def test_the_contracts_speak_of_modules_that_exist():
    for contract in CONTRACTS:
        for name in contract.get("source_modules", []):
            path = SOURCE.joinpath(*name.split(".")[1:])
            assert path.is_dir() or path.with_suffix(".py").is_file(), name


FLOOR_ORDER = [
    "__main__", "cli", "console", "workflow", "recipes", "audio", "publish", "check", "timeline", "show",
    "build", "ports", "units", "errors",
]  # fmt: skip


def test_the_floors_are_those_of_the_plan():
    assert floor_names() == FLOOR_ORDER


NO_ROOMS = {"utils", "util", "helpers", "common", "core", "manager", "misc", "tools"}


@pytest.fixture(scope="module")
def trees():
    """Every module's syntax tree, by its path in the package."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES
    }


def test_every_module_says_what_it_is_for(trees):
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []
    assert [name for name in trees if NO_ROOMS & {*Path(name).with_suffix("").parts}] == []


OURS_ALONE = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "warnings.warn"}


def test_only_cli_and_console_speak_or_leave(trees):
    calls = {
        (name, called)
        for name, tree in trees.items()
        if Path(name).parts[0] not in {"cli", "console", "__main__.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in OURS_ALONE
    }
    assert calls == set()
