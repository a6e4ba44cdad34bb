"""The picture of lanes as SVG."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from grader.lab.failure import Lane, Segment
from grader.report import Panel, timeline_svg
from grader.report.looks import LOOKS, OTHER, PAGE

SPACE = "{http://www.w3.org/2000/svg}"
EVERY = [*LOOKS, "no such kind"]
HOSTILE = "</title><script>alert(1)</script>&\"'\x00\x1b[31m\u202e\ud800\ufffe]]>"


def lane(name: str, *times: tuple[float, float], kind: str = "job", label: str = "") -> Lane:
    """A lane in which something goes on at these times."""
    return Lane(name, [Segment(began, ended, kind, label) for began, ended in times])


def drawn(*lanes: Lane, caption: str = "Caption") -> ET.Element:
    """The picture of these lanes, read as a browser would."""
    return ET.fromstring(timeline_svg([Panel(caption, lanes)], "Title"))  # noqa: S314 - made here


def texts(picture: ET.Element, name: str = "text") -> list[str]:
    """What is written in a picture, from top to bottom."""
    return ["".join(found.itertext()) for found in picture.iter(f"{SPACE}{name}")]


def bars(picture: ET.Element, kind: str) -> list[tuple[float, float]]:
    """Where areas of a kind begin and how wide they are, but for that in the legend."""
    found = [found for found in picture.iter(f"{SPACE}rect") if found.get("class") == f"tl-{kind}"]
    return [(float(area.attrib["x"]), float(area.attrib["width"])) for area in found if len(area)]


def test_what_is_written() -> None:
    """A caption, the lanes' names, the labels, the seconds and the legend are text."""
    picture = drawn(lane("Thread-1", (0, 2), label="job 1"), lane("caller", (0, 4), kind="wait"))
    assert texts(picture) == [
        *("Caption", "Thread-1", "job 1", "caller", "waits"),
        *("seconds", "0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"),
        *("does a job", "waits"),
    ]


def test_who_can_not_see_it_hears_it() -> None:
    """It is an image with a title, and its description says everything that it shows."""
    picture = drawn(
        lane("Thread-1", (0, 2), label="job 1"), lane("caller", (0, 2.5), (3, 3.5), kind="wait"), Lane("x", [])
    )
    assert picture.get("role") == "img"
    assert [child.tag.removeprefix(SPACE) for child in picture][:2] == ["title", "desc"]
    assert texts(picture, "title")[0] == "Title"
    assert texts(picture, "desc") == [
        "Caption. Thread-1: job 1 from 0 to 2 s. caller: waits from 0 to 2.5 s; waits from 3 to 3.5 s. x: nothing."
    ]


def test_panels_have_one_scale() -> None:
    """The same time has the same length in all panels."""
    panels = [Panel("Slow", [lane("a", (0, 5), (5, 10))]), Panel("Quick", [lane("b", (0, 5))])]
    first, second, third = bars(ET.fromstring(timeline_svg(panels, "Title")), "job")  # noqa: S314 - made here
    assert first == third
    assert second[0] == pytest.approx(first[0] + first[1] + 1.5)
    assert second[1] == pytest.approx(first[1])


def test_the_same_lanes_give_the_same_bytes() -> None:
    """Nothing in it depends on when or where it was drawn; it is short, and ends with a line break."""
    lanes = [lane(kind, (index / 3, index / 3 + 0.7), kind=kind) for index, kind in enumerate(EVERY)]
    text = timeline_svg([Panel("Caption", lanes)], "Title")
    assert text == timeline_svg([Panel("Caption", lanes)], "Title")
    assert text.isascii()
    assert text.endswith("</svg>\n")
    assert not re.search(r"\d\.\d{7}", text)


def test_it_needs_nothing_else() -> None:
    """No script, no handler, no address but that of the name space, no reference but to its own patterns."""
    text = timeline_svg([Panel("Caption", [lane(kind, (0, 1), kind=kind) for kind in EVERY])], "Title")
    assert not re.search(r"<script|\son\w+=|href|@import|javascript:", text)
    assert re.findall(r"https?:[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    ids = re.findall(r'\bid="(tl-\w+)"', text)
    assert sorted(ids) == sorted({f"tl-{kind}" for kind, look in LOOKS.items() if look.pattern})
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {f"#{name}" for name in ids}


def test_hostile_text() -> None:
    """Whatever a name, a label, a kind or a caption holds is text, visible, and of bounded length."""
    for text in (HOSTILE, "x" * 100_000):
        named = Lane(text, [Segment(0, 1, text, text), Segment(1, 2, "job", text)])
        written = timeline_svg([Panel(text, [named])], text)
        picture = ET.fromstring(written)  # noqa: S314 - made here
        assert {found.tag.removeprefix(SPACE) for found in picture.iter()} <= {
            *("svg", "title", "desc", "style", "rect", "path", "text", "defs", "pattern")
        }
        assert len(written) < 6_000
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800\ufffe]", written)
    assert "\\x1b" in timeline_svg([Panel(HOSTILE, [])], "Title")


@pytest.mark.parametrize("times", [(0, 0), (0, 1e-9), (3, 4.6e9), (-5, 1), (0, float("inf")), (float("nan"), 2)])
def test_any_times_can_be_drawn(times: tuple[float, float]) -> None:
    """Nothing, next to nothing, centuries and what is no time stay on the page."""
    picture = drawn(lane("a", times))
    assert len(picture.findall(f"{SPACE}text")) < 20
    ((left, width),) = bars(picture, "job")
    assert left >= 166
    assert width >= 3
    assert left + width <= 694


def test_without_lanes_there_is_a_caption() -> None:
    """A panel in which nothing took time can be drawn."""
    assert texts(drawn())[0] == "Caption"


def test_what_is_stuck_goes_on_beyond_the_end() -> None:
    """A deadlock, which takes no time, is seen nevertheless: it has no end."""
    picture = drawn(lane("a", (0, 2), kind="sleep"), lane("b", (2, 2), kind="stuck"))
    (asleep,), (stuck,) = bars(picture, "sleep"), bars(picture, "stuck")
    assert stuck[0] == pytest.approx(asleep[0] + asleep[1] + 1.5)
    assert stuck[1] > 20


def test_a_label_that_does_not_fit_is_shortened() -> None:
    """In a short segment a job has its number, a wait its first word, and in a very short one there is nothing."""
    ends = [lane("z", (0, 100), label="job 1")]
    assert texts(drawn(*ends, lane("a", (0, 5), label="job 12")))[3:5] == ["a", "12"]
    assert texts(drawn(*ends, lane("a", (0, 12), kind="lock")))[3:5] == ["a", "waits"]
    assert texts(drawn(*ends, lane("a", (0, 1), label="job 12")))[3:5] == ["a", "seconds"]


def test_long_names_lose_their_middle() -> None:
    """What tells threads of a pool apart stays."""
    lanes = [lane(f"ThreadPoolExecutor-0_{number}", (0, 1)) for number in (17, 18)]
    assert [text for text in texts(drawn(*lanes)) if "Pool" in text or "_" in text] == [
        "ThreadPoo…cutor-0_17",
        "ThreadPoo…cutor-0_18",
    ]


def test_of_many_lanes_the_first_are_drawn() -> None:
    """No picture is endless; how many are left out is said."""
    found = texts(drawn(*[lane(f"job {number}", (0, 2)) for number in range(1, 51)]))
    assert [text for text in found if text.startswith("job ")][-1] == "job 15"
    assert "and 35 more" in found
    many = timeline_svg([Panel("Caption", [lane("a", *[(time, time + 1) for time in range(5_000)])])], "Title")
    assert len(many) < 60_000
    assert "and so on." in many


def test_instants_are_above_the_rest() -> None:
    """A mark for an interruption isn't hidden by the segment that it interrupts."""
    segments = [Segment(0.5, 0.5, "preempted"), Segment(0, 1, "job", "job 1"), Segment(0, 1, "wait")]
    classes = [found.get("class") for found in drawn(Lane("a", segments)).iter() if len(found) and found.get("class")]
    assert classes == ["tl-wait", "tl-job", "tl-preempted"]


def test_no_two_kinds_differ_in_colour_alone() -> None:
    """Each kind has a pattern or a shape that no other has."""
    looks = [(look.pattern, look.shape) for look in LOOKS.values()]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(theme: str) -> None:
    """Text has a contrast of 7 to 1 on everything that it is written on, less important text 4.5, outlines 3."""
    page, _, text, soft = PAGE[theme]
    assert contrast(text, page) >= 7
    assert contrast(soft, page) >= 4.5
    for look in (*LOOKS.values(), OTHER):
        fill, ink = look.dark if theme == "dark" else look.light
        assert contrast(ink, page) >= 3
        if look.shape == "bar":
            assert contrast(text, fill) >= 7
            assert contrast(ink, fill) >= 2.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour is, from 0 to 1."""
    parts = [int(colour[first:last], 16) / 255 for first, last in pairwise((1, 3, 5, 7))]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
