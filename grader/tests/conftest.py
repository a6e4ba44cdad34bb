"""What all of the grader's own tests share."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def outside_of_any_ci() -> Iterator[None]:
    """Let gradings see a plain terminal's environment, also where CI runs the tests: each test says what it wants."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name == "CI" or name.startswith("GITHUB_")]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def signals_as_in_a_terminal() -> Iterator[None]:
    """Let Ctrl-C and a closed terminal end programs, also where the tests were started so that they don't."""
    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler)}
    if hasattr(signal, "SIGHUP"):
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Make a folder with a short path: a socket's may have hardly more than a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="g-") as folder:
        yield Path(folder)
