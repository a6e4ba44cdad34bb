"""The page in a real browser: by keyboard, in the dark, on a phone, without a script, and with hostile words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.grading import Report, Run, Runs
from grader.lab.costs import Cost
from grader.lab.failure import FailureData, Lane, LineNote, Segment, StepNote
from grader.report.html import report_page
from grader.report.looks import LOOKS
from grader.tests.report.made import (
    SEQUENTIAL,
    MadeRuns,
    everything,
    exercise,
    failed,
    lanes_of,
    passed,
    race,
    report,
    sequential,
    unstarted,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from grader.tests.browser.conftest import Opened

    Opens = Callable[..., AbstractContextManager[Opened]]

HOSTILE = "</title></pre></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>&\"'`\x1b[31m\u202e"
OVERLAP = "#concurrency-fundamentals-test_overlap"
RACE = "#concurrency-fundamentals-test_race"
_PUT_IN = """() => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective));
  const box = document.createElement("div");
  box.innerHTML = `<img src="https://example.org/x.png" onerror="window.pwned = 1">
    <iframe src="https://example.org/"></iframe><form action="https://example.org/"></form>
    <p style="color: red">x</p><style>body { display: none }</style>`;
  document.body.append(box);
  const script = document.createElement("script");
  script.textContent = "window.pwned = 1";
  document.body.append(script);
  fetch("https://example.org/").catch(() => {});
  box.querySelector("form").submit();
}"""
_OPEN_ALL = "for (const box of document.querySelectorAll('details')) box.open = true"


def graded() -> tuple[Report, Runs]:
    """A report with all that a page can show: every verdict, every kind of segment, a race, a long run, a stub."""
    kinds = [Lane(f"lane {kind}", [Segment(1, 2, kind, "", 3)]) for kind in [*LOOKS, "unknown"]]
    long = [
        Lane(f"Thread-{number} (run)", [Segment(at, at + 1, "job", f"job {at}") for at in range(60)])
        for number in range(5)
    ]
    checks = [
        failed(sequential(), file="concurrency/fundamentals.py"),
        failed(race(lines=[LineNote(3, "self.value += 1", "here")]), name="test_race", title="No change is lost"),
        failed(
            FailureData(verdict="It stood still.", question="Is `await` missing?"), name="test_kinds", title="Kinds"
        ),
        failed(sequential(), name="test_again", title="Again"),
        passed("test_long", "A long one"),
        passed("test_order"),
    ]
    counter = ["class Counter:", "    def add(self):", "        self.value += 1", "", "    # " + "long " * 60]
    runs = MadeRuns(
        {
            "test_overlap": SEQUENTIAL,
            "test_race": Run(source=counter, costs={3: Cost(0.5, 1)}, comparable=False),
            "test_kinds": Run(kinds, counter),
            "test_long": Run(long),
        },
        {"test_overlap": lanes_of(5, together=True), "test_long": lanes_of(5, together=True)},
    )
    rest = everything().exercises
    stub = exercise(failed(unstarted()), name="asynchronous/http_api", started=False)
    return report(exercise(*checks), *rest[1:], stub, faults=["something: KeyError: 1"]), runs


@pytest.fixture(scope="module")
def page() -> str:
    """The page of that report."""
    return report_page(*graded())


def the_one(opened: Opened, selector: str) -> Any:  # noqa: ANN401 - of the driver
    """The first element that a selector finds."""
    return opened.page.locator(selector).first


def focused(opened: Opened) -> str:
    """What a screen reader calls that which has the focus."""
    return str(
        opened.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
    )


def test_it_is_quiet_and_asks_nobody(opened: Opens, page: str) -> None:
    """With everything opened, the console stays empty, and the only address that was asked for is the file's own."""
    with opened(page) as shown:
        shown.page.evaluate(_OPEN_ALL)
        for button in shown.page.get_by_role("button", name="Zoom in").all():
            button.click()
        shown.page.wait_for_load_state("networkidle")
        assert shown.said == []
        assert [address.rpartition("/")[2] for address in shown.asked] == ["report.html"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
def test_nothing_keeps_people_out(opened: Opens, page: str, scheme: str, width: int) -> None:
    """The rules of axe find no violation, by day and by night, on a desk and on a phone, with everything opened."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with opened(page, width=width, color_scheme=scheme) as shown:
        shown.page.evaluate(_OPEN_ALL)
        found = axe.Axe().run(shown.page)
        assert [(item["id"], [node["target"] for node in item["nodes"]]) for item in found.response["violations"]] == []


@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("script", [True, False])
def test_a_phone_never_scrolls_sideways(opened: Opens, page: str, width: int, *, script: bool) -> None:
    """On a phone all of it fits the width, also with everything opened and every timeline zoomed."""
    with opened(page, width=width, java_script_enabled=True) as shown:
        if script:
            shown.page.evaluate(_OPEN_ALL)
            for button in shown.page.get_by_role("button", name="Zoom in").all():
                button.click()
        assert shown.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_timeline_by_keyboard(opened: Opens, page: str) -> None:
    """Arrows go along a lane and from lane to lane; each segment has the focus, its details are told below."""
    with opened(page) as shown:
        scroll = the_one(shown, f"{OVERLAP} .tl-scroll")
        scroll.focus()
        detail = the_one(shown, f"{OVERLAP} .tl-detail")
        assert "arrow keys" in detail.text_content()
        told = []
        for key in ("ArrowRight", "ArrowDown", "ArrowDown", "End", "ArrowUp", "ArrowUp", "ArrowUp"):
            shown.page.keyboard.press(key)
            assert focused(shown) == detail.text_content()
            told.append(focused(shown).partition(",")[0])
        assert told == [f"Thread-{number}: job {number}" for number in (1, 2, 3, 3, 2, 1, 1)]
        assert "0 to 2 s, that is 2 s, line 20" in focused(shown)
        shown.page.keyboard.press("Shift+Tab")
        shown.page.keyboard.press("Shift+Tab")
        assert focused(shown) == "Zoom in"  # of the buttons before it; those that can't do anything are left out


def test_details_under_the_pointer(opened: Opens, page: str) -> None:
    """Whoever points at a segment reads its details; there is no second hint by the browser."""
    with opened(page) as shown:
        the_one(shown, f"{OVERLAP} .tl-lane:nth-of-type(3) .s").hover()
        assert the_one(shown, f"{OVERLAP} .tl-detail").text_content().startswith("Thread-2: job 2, 2 to 4 s")
        assert shown.page.locator(f"{OVERLAP} .timeline title").count() == 0
        shown.page.mouse.move(1, 1)
        assert "arrow keys" in the_one(shown, f"{OVERLAP} .tl-detail").text_content()


def test_zoom(opened: Opens, page: str) -> None:
    """Keys and buttons make the plot wider and the axis finer; names stay in sight, and what has the focus is shown."""
    long = "#concurrency-fundamentals-test_long"
    with opened(page) as shown:
        shown.page.evaluate(_OPEN_ALL)
        plot, scroll = the_one(shown, f"{long} .tl-plot"), the_one(shown, f"{long} .tl-scroll")
        width = plot.bounding_box()["width"]
        marks = shown.page.locator(f"{long} .tl-axis text").count()
        scroll.focus()
        for key in ("+", "+"):
            shown.page.keyboard.press(key)
        assert plot.bounding_box()["width"] == pytest.approx(4 * width, rel=0.01)
        expect_more = f"() => document.querySelectorAll('{long} .tl-axis text').length > {2 * marks}"
        shown.page.wait_for_function(expect_more)
        shown.page.keyboard.press("ArrowRight")
        shown.page.keyboard.press("End")
        last, box = shown.page.evaluate("document.activeElement.getBoundingClientRect().left"), scroll.bounding_box()
        assert box["x"] < last < box["x"] + box["width"]
        assert the_one(shown, f"{long} .tl-names p:nth-child(2)").bounding_box()["x"] == pytest.approx(
            box["x"] + 1, abs=2
        )
        shown.page.keyboard.press("0")
        assert plot.bounding_box()["width"] == pytest.approx(width, abs=1)
        zoom_out = the_one(shown, f"{long} button[aria-label='Zoom out']")
        assert zoom_out.is_disabled()
        the_one(shown, f"{long} button[aria-label='Zoom in']").click()
        assert zoom_out.is_enabled()
        zoom_out.click()
        assert plot.bounding_box()["width"] == pytest.approx(width, abs=1)


def test_words_have_room_on_their_segments(opened: Opens, page: str) -> None:
    """A label is shown whole, or its number alone, or not at all; with more room, more of it."""
    label = "#concurrency-fundamentals-test_long .tl-lane text"
    with opened(page) as shown:
        shown.page.evaluate(_OPEN_ALL)
        shown.page.wait_for_function(f"() => document.querySelectorAll('{label}')[12].classList.contains('n')")
        the_one(shown, "#concurrency-fundamentals-test_long .tl-scroll").focus()
        shown.page.keyboard.press("+")
        shown.page.wait_for_function(f"() => document.querySelectorAll('{label}')[12].textContent === '12'")
        for _ in range(2):
            shown.page.keyboard.press("+")
        shown.page.wait_for_function(f"() => document.querySelectorAll('{label}')[12].textContent === 'job 12'")


def test_stepping_through_a_race(opened: Opens, page: str) -> None:
    """Next and previous, by pointer and by keyboard, go from line to line; each is told, and both ends are ends."""
    with opened(page) as shown:
        current = f"{RACE} .step-list [aria-current=step]"
        output = the_one(shown, f"{RACE} output")
        assert output.text_content() == "3 steps"
        assert shown.page.locator(current).count() == 0
        following = the_one(shown, RACE).get_by_role("button", name="Next")
        following.focus()
        shown.page.keyboard.press("Enter")
        assert output.text_content() == "Step 1 of 3: thread 1, line 3, read self.value = 0, and was interrupted"
        shown.page.keyboard.press("ArrowRight")
        assert "thread 2, line 3, read self.value = 0, wrote self.value = 1" in output.text_content()
        assert "One of the two lines that collided" in the_one(shown, current).text_content()
        for _ in range(3):
            following.press("Enter")
        assert output.text_content().startswith("Step 3 of 3: thread 1")
        shown.page.keyboard.press("ArrowLeft")
        the_one(shown, RACE).get_by_role("button", name="Previous").click()
        assert output.text_content().startswith("Step 1 of 3")
        the_one(shown, RACE).get_by_role("button", name="All").click()
        assert output.text_content() == "3 steps"
        assert shown.page.locator(current).count() == 0


def test_threads_have_columns(opened: Opens, page: str) -> None:
    """On a wide screen each thread's lines have a column; on a phone they are in one, with the thread's name."""
    cards = f"{RACE} .card"
    for width, apart in ((1100, 300), (360, 10)):
        with opened(page, width=width) as shown:
            first, second = (card.bounding_box()["x"] for card in shown.page.locator(cards).all()[:2])
            assert second - first > apart
            assert the_one(shown, f"{cards} b").is_visible() == (width == 360)


def test_without_a_script(opened: Opens, page: str) -> None:
    """Without JavaScript there are no buttons that do nothing; steps are a list, and timelines are told in words."""
    with opened(page, java_script_enabled=False) as shown:
        assert shown.page.locator("button").count() == 0
        assert shown.page.locator(".tl-detail:visible").count() == 0
        assert shown.page.locator(f"{RACE} .card:visible").count() == 3
        the_one(shown, f"{OVERLAP} .words summary").click()
        assert "job 2, 2 to 4 s, that is 2 s, line 20" in the_one(shown, f"{OVERLAP} .words dl").inner_text()


def test_links_open_what_they_lead_to(opened: Opens, page: str) -> None:
    """A link to a check that is closed opens it, also as the address of the page."""
    with opened(page) as shown:
        long = the_one(shown, "#concurrency-fundamentals-test_long")
        assert long.get_attribute("open") is None
        shown.page.evaluate("location.hash = 'concurrency-fundamentals-test_long'")
        shown.page.wait_for_function("() => document.getElementById('concurrency-fundamentals-test_long').open")
        the_one(shown, "#concurrency-fundamentals-test_again a").click()
        assert shown.page.url.endswith(OVERLAP)


def test_the_order_of_the_keyboard(opened: Opens, page: str) -> None:
    """The first stop skips to the results; what is closed isn't stopped at; every stop can be seen."""
    with opened(page) as shown:
        shown.page.keyboard.press("Tab")
        assert focused(shown) == "Skip to the results"
        assert the_one(shown, ".skip").bounding_box()["x"] >= 0
        for _ in range(40):
            shown.page.keyboard.press("Tab")
            assert shown.page.evaluate("document.activeElement.checkVisibility()")


def test_on_paper(opened: Opens, page: str) -> None:
    """Printed, timelines are whole, and buttons are left out."""
    with opened(page) as shown:
        shown.page.emulate_media(media="print")
        assert the_one(shown, f"{OVERLAP} .tl-scroll").evaluate("box => getComputedStyle(box).overflow") == "visible"
        assert shown.page.locator("button:visible").count() == 0


@pytest.mark.parametrize("where", ["failure", "run"])
def test_hostile_words_stay_words(opened: Opens, where: str) -> None:
    """Whatever a submission says, prints or is called, no script of it runs and no element of it comes to be."""
    step = StepNote(HOSTILE, 1, HOSTILE, HOSTILE)
    words: dict[str, Any] = {"called": HOSTILE, "observed": HOSTILE, "question": HOSTILE, "output": HOSTILE}
    failure = FailureData(verdict=HOSTILE, lines=[LineNote(1, HOSTILE, HOSTILE)], steps=[step], **words)
    lane = Lane(HOSTILE, [Segment(0, 1, HOSTILE, HOSTILE, 1), Segment(1, 2, "job", HOSTILE)])
    run = Run([lane], [HOSTILE]) if where == "run" else Run()
    made = report(exercise(failed(failure, file=HOSTILE)), submission=HOSTILE, faults=[HOSTILE])
    with opened(report_page(made, MadeRuns({"test_overlap": run}, {"test_overlap": [lane]}))) as shown:
        for key in ("Tab", "ArrowRight"):
            the_one(shown, ".tl-scroll" if where == "run" else "body").press(key)
        shown.page.evaluate(_OPEN_ALL)
        assert shown.page.evaluate("window.pwned") is None
        assert shown.page.locator("img, script:not(:last-child)").count() == 0
        assert shown.page.title().startswith("0/2 points: </title></pre></script>")
        assert shown.said == []
        assert len(shown.asked) == 1


def test_the_policy_stops_what_is_put_in(opened: Opens, page: str) -> None:
    """Even if markup got into the page, no script, handler, style, picture, frame, form or address of it would work."""
    kinds = [
        "connect-src",
        "form-action",
        "frame-src",
        "img-src",
        "script-src-elem",
        "style-src-attr",
        "style-src-elem",
    ]
    with opened(page) as shown:
        shown.page.evaluate(_PUT_IN)
        shown.page.wait_for_function("kinds => kinds.every((kind) => window.refused.includes(kind))", arg=kinds)
        assert shown.page.evaluate("window.pwned") is None
        assert the_one(shown, "body").is_visible()
        assert shown.page.url.startswith("file:")
        assert {shown.refused.get(address) for address in shown.asked[1:]} <= {"csp"}
