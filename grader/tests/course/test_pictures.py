"""The pictures of lessons: drawn from the runs that they name, and never out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course import verification
from grader.course.pictures import has_picture, runs
from grader.course.strays import stray_problems
from grader.lab.exercises import Exercise
from grader.tests.course.tiny_course import README, SOLUTION, TinyCourse

if TYPE_CHECKING:
    from pathlib import Path

IN_A_THREAD = '''
    """Run jobs, in another thread."""

    import threading


    def run(jobs):
        """Run jobs one after another."""
        results = []
        thread = threading.Thread(target=lambda: results.extend(job() for job in jobs))
        thread.start()
        thread.join()
        return results
'''
LINK = "![Two jobs.](timeline.svg)\n"
COMMENT = """\
<!-- timeline
fundamentals test_time mistake slow: Slow, & <late>
fundamentals test_time solution: As it should be
-->
"""
FORM = "`<exercise> <check> solution: <caption>`, or with `mistake <name>` or `variant <name>`"
STALE = "exercises/adding/timeline.svg is stale; write it with: nox -s verify -- --record"
MISSING = "exercises/adding/timeline.svg is missing; write it with: nox -s verify -- --record"


def problems_of(course: TinyCourse, *, record: bool = False) -> list[str]:
    """Verify, and return what is said about lessons and pictures."""
    found = course.verify(record=record)
    assert found.faults == []
    return [problem for problem in found.problems if "picture" in problem or "timeline.svg" in problem]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course whose lesson has a picture that was drawn."""
    course = TinyCourse(tmp_path_factory.mktemp("drawn"))
    course.add("adding", readme=README + COMMENT + LINK)
    assert problems_of(course) == [MISSING]
    found = course.verify(record=True)
    assert (found.problems, found.faults) == ([], [])
    return course


def picture(course: TinyCourse) -> str:
    """The picture of the lesson as it is now."""
    return (course.root / "exercises/adding/timeline.svg").read_text(encoding="utf-8")


def test_the_picture(drawn: TinyCourse) -> None:
    """It has the lesson's heading, and shows each run below its caption, with the time that it took."""
    text = picture(drawn)
    assert "<title>Adding: what runs when</title>" in text
    assert (
        "Slow, &amp; &lt;late&gt;: 3 s. caller: sleeps from 0 to 1 s; job 1 from 1 to 2 s; job 2 from 2 to 3 s." in text
    )
    assert "As it should be: 2 s. caller: job 1 from 0 to 1 s; job 2 from 1 to 2 s." in text


def test_a_current_picture_is_no_problem(drawn: TinyCourse) -> None:
    """A second run draws the same, and the file belongs to the lesson."""
    assert problems_of(drawn) == []


def test_a_stale_picture_is_told(drawn: TinyCourse) -> None:
    """Whatever differs from what would be drawn now is told, line breaks apart, and drawing it anew mends it."""
    file = drawn.root / "exercises/adding/timeline.svg"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"\n", b"\r\n"))
    assert problems_of(drawn) == []
    file.write_bytes(before.replace(b"job 2", b"job 9"))
    assert problems_of(drawn) == [STALE]
    assert problems_of(drawn, record=True) == []
    assert file.read_bytes() == before


def test_a_changed_solution_makes_it_stale(tmp_path: Path) -> None:
    """The picture is compared with what the solution does now."""
    course = TinyCourse(tmp_path)
    course.add("adding", readme=README + COMMENT + LINK)
    assert problems_of(course, record=True) == []
    course.write("solutions/adding/fundamentals.py", IN_A_THREAD)
    assert problems_of(course) == [STALE]


def test_what_is_not_as_it_must_be_is_not_drawn(tmp_path: Path) -> None:
    """Of a solution that fails no picture is made: the one that is there stays, and nothing more is told."""
    course = TinyCourse(tmp_path)
    course.add("adding", readme=README + COMMENT + LINK)
    assert problems_of(course, record=True) == []
    before = picture(course)
    course.write("solutions/adding/fundamentals.py", SOLUTION.replace("jobs]", "jobs][::-1]"))
    assert problems_of(course, record=True) == []
    assert picture(course) == before


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (LINK, ["README.md shows timeline.svg and has no comment that says which runs it draws"]),
        (COMMENT, ["README.md says which runs its picture draws, and doesn't show it: ![…](timeline.svg)"]),
        ("<!-- timeline\n\n-->\n" + LINK, ["README.md: its picture names no run"]),
        (
            COMMENT.replace(" solution: As it should be", " stub: Late") + LINK,
            [f"README.md: a run of its picture is written as {FORM}, not 'fundamentals test_time stub: Late'"],
        ),
        (
            COMMENT.replace("fundamentals test_time sol", "http_api test_time sol") + LINK,
            ["README.md: its picture names adding/http_api, which doesn't exist"],
        ),
        (
            COMMENT.replace("mistake slow", "mistake lazy") + LINK,
            ["README.md: its picture names adding/fundamentals mistake lazy, which doesn't exist"],
        ),
        (
            COMMENT.replace("test_time sol", "test_speed sol") + LINK,
            ["README.md: its picture names the check test_speed of adding/fundamentals, which doesn't exist"],
        ),
    ],
)
def test_what_a_lesson_may_not_say(tmp_path: Path, text: str, problems: list[str]) -> None:
    """Comment and link belong together, and what the comment names must be there."""
    course = TinyCourse(tmp_path)
    course.add("adding", readme=README + text)
    assert problems_of(course, record=True) == [f"exercises/adding/{problem}" for problem in problems]
    assert not (tmp_path / "exercises/adding/timeline.svg").exists()


def test_runs_in_which_nothing_takes_time(tmp_path: Path) -> None:
    """A picture without a lane shows nothing."""
    course = TinyCourse(tmp_path)
    course.add("adding", readme=README + COMMENT.replace("test_time mistake slow", "test_time variant at_once") + LINK)
    course.write("tests/adding/variants/fundamentals__at_once.py", SOLUTION)
    suite = (tmp_path / "tests/adding/test_fundamentals.py").read_text(encoding="utf-8")
    suite = suite.replace("seconds=1", "seconds=0").replace("makespan(seen, 2)", "makespan(seen, 0)")
    course.write("tests/adding/test_fundamentals.py", suite)
    assert problems_of(course) == [
        "exercises/adding/README.md: nothing takes time in test_time with variant at_once, so its picture shows nothing"
    ]


def test_a_lesson_may_have_no_picture(tmp_path: Path) -> None:
    """Without comment and link there is nothing to draw, and a picture that lies about is a stray."""
    course = TinyCourse(tmp_path)
    course.add("adding")
    assert not has_picture(course.course, "adding")
    assert runs(course.course, "adding") == []
    assert list(stray_problems(course.course)) == []
    course.write("exercises/adding/timeline.svg", "<svg/>")
    assert list(stray_problems(course.course)) == ["exercises/adding/timeline.svg belongs to no exercise"]


def test_a_picture_is_compared_only_if_all_of_it_was_judged(drawn: TinyCourse) -> None:
    """Where only another exercise is verified, nothing is known of the picture."""
    drawn.add("other")
    drawn.write("exercises/adding/timeline.svg", picture(drawn).replace("job 2", "job 9"))
    for exercise, problems in (("other", []), ("adding", [STALE])):
        found = verification(drawn.course, [Exercise(exercise, "fundamentals")], record=False)
        assert [problem for problem in found.problems if "timeline.svg" in problem] == problems
