"""Other people's programs, as `nox -s tests_consumers` installs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
TOOLS = ("act", "actionlint", "check-jsonschema", "junit2html", "junitparser", "zizmor")


def tool(name: str) -> Path:
    """Where a program is installed."""
    return Path(sys.executable).with_name(name)


@pytest.fixture(autouse=True)
def _installed() -> None:
    """Skips where a maintainer runs the plain tests."""
    missing = [name for name in TOOLS if not tool(name).exists()]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed here: nox -s tests_consumers")


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one of the programs; its exit code must be the one that is expected."""

    def run_tool(name: str, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [tool(name), *arguments],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run_tool
