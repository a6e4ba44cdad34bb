"""A real browser for the tests of the report's page: the Chromium of this machine, without a window."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # in a container there is none; what it opens are our own files
)


@dataclass
class Opened:
    """A page in the browser.

    Attributes:
        page: to be driven.
        said: what the browser's console said, and every error of a script.
        asked: every address that was asked for.
        refused: why nothing was asked after all, by the address.
    """

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, started once; tests are skipped where there is none, or nothing to drive it with."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed: nox -s browser brings it")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip(f"there is no Chromium here: none of {', '.join(_NAMES)} is on the path")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Callable[..., AbstractContextManager[Opened]]:  # noqa: ANN401 - see `Opened`
    """Open a page from a file, as somebody does who has downloaded it."""

    @contextmanager
    def opens(text: str, *, width: int = 1100, **options: Any) -> Iterator[Opened]:  # noqa: ANN401 - those of the driver
        file = tmp_path / "report.html"
        file.write_text(text, encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        found = Opened(page)
        page.on("console", lambda message: found.said.append(message.text))
        page.on("pageerror", lambda error: found.said.append(str(error)))
        context.on("request", lambda request: found.asked.append(request.url))
        context.on("requestfailed", lambda request: found.refused.update({request.url: request.failure}))
        page.goto(file.as_uri())
        try:
            yield found
        finally:
            context.close()

    return opens
