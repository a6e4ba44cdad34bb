"""The package holds what it should, and the lists of what it needs agree with each other."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import grader

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME: list[str] = PYPROJECT["project"]["dependencies"]
GROUPS: dict[str, list[str]] = PYPROJECT["dependency-groups"]
ASKED_FOR = {  # by each file of requirements/
    "grade": RUNTIME,
    "dev": RUNTIME + GROUPS["dev"],
    "consumers": RUNTIME + GROUPS["dev"] + GROUPS["consumers"],
    "aiohttp313": RUNTIME + GROUPS["dev"] + GROUPS["aiohttp313"],
    "browser": RUNTIME + GROUPS["dev"] + GROUPS["browser"],
    "nox": GROUPS["nox"],
    "lock": GROUPS["lock"],
}


def locked(name: str) -> str:
    """The text of one file of requirements/."""
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def entries(name: str) -> dict[str, str]:
    """One file's packages: the name of each, and all that is said of it."""
    parts = re.split(r"^(?=[a-z0-9])", locked(name), flags=re.MULTILINE)[1:]
    return {re.split(r"[=\[]", part)[0]: part for part in parts}


def pins(name: str) -> dict[str, str]:
    """One file's packages: the name of each, and its version."""
    return {package: re.findall(r"==(\S+)", text)[0] for package, text in entries(name).items()}


def names(requirements: list[str]) -> set[str]:
    """The packages that these requirements ask for."""
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def imports(folder: str) -> set[str]:
    """The top-level names of all that the modules of a folder import, less the standard library and ourselves."""
    found = set()
    own_tests = ROOT / "grader" / "tests"
    attacks = set((own_tests / "attacks").glob("*/**/*.py"))  # which import what isn't there, or can't be read at all
    for path in set((ROOT / folder).rglob("*.py")) - attacks:
        if folder == "grader" and path.is_relative_to(own_tests):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    # mypy alone knows the first, and brings it along; a test makes the second itself.
    of_no_package = {"_typeshed", "slow_module_of_a_test"}
    return found - sys.stdlib_module_names - of_no_package - {"grader", "exercises", "solutions", "tests"}


@pytest.mark.parametrize("name", ASKED_FOR)
def test_pinned_versions_agree_with_pyproject(name: str) -> None:
    """Each file pins what pyproject.toml asks for, in a version that it allows, and else only what those need."""
    pinned = pins(name)
    asked = {package for package, text in entries(name).items() if "grader (pyproject.toml" in text}
    assert asked == names(ASKED_FOR[name])
    for requirement in map(Requirement, ASKED_FOR[name]):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement
    for package, text in entries(name).items():
        needed_by = re.findall(r"#\s+(?:via )?([\w.-]+)$", text, flags=re.MULTILINE)
        assert package in asked or needed_by, package
        assert set(needed_by) - {"via"} <= set(pinned), package


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_pinned_package_has_its_hashes(name: str) -> None:
    """Nothing is installed that isn't what was pinned: every package comes with hashes."""
    assert entries(name)
    for package, text in entries(name).items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", text), package


@pytest.mark.parametrize("name", ASKED_FOR)
def test_pinned_versions_name_no_place(name: str) -> None:
    """The files name no package index and no folder: whoever installs decides where from."""
    assert not re.search(r"://|--(?:extra-)?index|--find-links|(?:^|\s)/", locked(name))


def test_tests_run_on_what_students_get() -> None:
    """The tests run with the versions that grading uses, and with another aiohttp only where that is the point."""
    assert pins("grade").items() <= pins("dev").items()
    assert pins("nox").items() <= pins("dev").items()
    other = {package for package, version in pins("aiohttp313").items() if pins("dev").get(package) != version}
    assert "aiohttp" in other
    assert all(re.search(r"\baiohttp$", entries("aiohttp313")[name], re.MULTILINE) for name in other - {"aiohttp"})


@pytest.mark.parametrize("folder", ["grader", "grader/tests", "exercises", "solutions", "tests"])
def test_every_import_is_declared(folder: str) -> None:
    """Whatever is imported is a package that pyproject.toml names; only grader/tests may import a maintainer's tool."""
    declared = names(RUNTIME + GROUPS["dev"] + GROUPS["browser"] if folder == "grader/tests" else RUNTIME)
    owners = packages_distributions()
    missing = {module for module in imports(folder) if not names(owners.get(module, [module])) & declared}
    assert not missing


def test_every_dependency_says_why() -> None:
    """docs/dependencies.md has a line for each package that is asked for."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", page, flags=re.MULTILINE)) - {"package"}
    assert explained == names(RUNTIME + GROUPS["dev"] + GROUPS["browser"] + GROUPS["consumers"] + GROUPS["lock"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this folder without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_library_and_nothing_else(wheel: Path) -> None:
    """In the wheel are all files of grader/ (its types, its schema), and neither its tests nor the course."""
    there = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {path for path in (ROOT / "grader").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    wanted = {path.relative_to(ROOT).as_posix() for path in files if not path.is_relative_to(ROOT / "grader" / "tests")}
    assert there == wanted
    assert "grader/py.typed" in there


def test_the_wheel_describes_itself(wheel: Path) -> None:
    """The wheel's metadata has the version, the license, the Python that it needs and the command."""
    archive = zipfile.ZipFile(wheel)
    (folder,) = {name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name}
    metadata = archive.read(f"{folder}/METADATA").decode()
    assert f"\nVersion: {grader.__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "grader = grader.cli:main" in archive.read(f"{folder}/entry_points.txt").decode()
    assert f"{folder}/licenses/LICENSE" in archive.namelist()


def test_the_wheel_can_be_imported(wheel: Path, tmp_path: Path) -> None:
    """The library works from the wheel's files alone."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    command = [sys.executable, "-P", "-c", "import grader.simulation; print(grader.__file__)"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    said = subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert Path(said.strip()) == tmp_path / "grader" / "__init__.py"


def test_the_command_is_there() -> None:
    """What pyproject.toml names as the command is a function that can be called without arguments."""
    module, _, function = PYPROJECT["project"]["scripts"]["grader"].partition(":")
    inspect.signature(getattr(importlib.import_module(module), function)).bind()
