"""The small picture of simulated time."""

from __future__ import annotations

from grader.lab.failure import Lane, Segment
from grader.lab.timeline import timeline_lines


def lane(name: str, *times: tuple[float, float], kind: str = "job") -> Lane:
    """A lane that is busy at these times."""
    return Lane(name, [Segment(began, ended, kind) for began, ended in times])


def drawn(*lanes: Lane, width: int = 40, unicode: bool = False) -> list[str]:
    """The picture of these lanes."""
    return timeline_lines(lanes, unicode=unicode, width=width)


def test_begins_and_ends_fall_between_cells() -> None:
    """The scale is chosen so that equal times look equal."""
    assert drawn(lane("job 1", (0, 1)), lane("job 2", (1, 3)), lane("job 3", (3, 7))) == [
        "job 1     ####........................",
        "job 2     ....########................",
        "job 3     ............################",
        "          0                        7 s",
    ]


def test_something_short_can_still_be_seen() -> None:
    """What takes no time, or hardly any, gets one cell."""
    lanes = [lane("request 1", (0, 0)), lane("request 3", (0.001, 0.0011)), lane("request 4", (9, 10))]
    assert drawn(*lanes, width=22) == [
        "request 1  #..........",
        "request 3  #..........",
        "request 4  .........##",
        "           0      10 s",
    ]


def test_neighbours_that_look_the_same_share_a_line() -> None:
    """Equal lanes with numbers in a row are drawn once; others of the same look are not mixed up with them."""
    lanes = [lane(f"job {number}", (0, 1)) for number in range(1, 10)]
    assert drawn(*lanes, lane("task 10", (0, 1)), lane("Thread-1", (0, 1)), lane("Thread-2", (0, 2)), width=20) == [
        "job 1-9   #####.....",
        "task 10   #####.....",
        "Thread-1  #####.....",
        "Thread-2  ##########",
        "          0      2 s",
    ]


def test_of_many_lanes_the_first_are_drawn() -> None:
    """More than six lines would hide the message."""
    lanes = [lane(f"job {number + 1}", (number, number + 1)) for number in range(12)]
    assert drawn(*lanes, width=34) == [
        "job 1     ##......................",
        "job 2     ..##....................",
        "job 3     ....##..................",
        "job 4     ......##................",
        "job 5     ........##..............",
        "          and so on",
        "          0                   12 s",
    ]


def test_the_reference_is_below_to_the_same_scale() -> None:
    """What the reference solution takes has a line of its own, also below many; not where it is as long as the rest."""
    slow, quick = lane("job 1", (0, 4)), lane("job 1", (0, 1))
    assert timeline_lines([slow], unicode=False, width=31, reference=1) == [
        "job 1      ####################",
        "reference  +++++...............",
        "           0                4 s",
    ]
    assert timeline_lines([quick], unicode=True, width=31, reference=4)[:2] == [
        "job 1      █████···············",
        "reference  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒",
    ]
    many = [lane(f"job {number + 1}", (number, number + 1)) for number in range(12)]
    assert [line.split()[0] for line in timeline_lines(many, unicode=False, width=40, reference=3)[5:7]] == [
        "and",
        "reference",
    ]
    assert timeline_lines([slow], unicode=False, width=31, reference=4) == drawn(slow, width=31)


def test_signs_are_explained_where_they_need_it() -> None:
    """Waiting, holding and standing still have signs of their own, and a line that says so."""
    waiting = Lane("Thread-1", [Segment(0, 1, "wait"), Segment(1, 2, "hold")])
    assert drawn(waiting, width=20) == [
        "Thread-1  -----=====",
        "          0      2 s",
        "          - waits  = holds the lock",
    ]
    assert drawn(waiting, width=20, unicode=True)[0] == "Thread-1  ░░░░░▓▓▓▓▓"


def test_long_names_lose_their_middle() -> None:
    """What tells threads of a pool apart stays."""
    lanes = [lane(f"ThreadPoolExecutor-0_{number}", (0, 1)) for number in (17, 18)]
    assert [line.split()[0] for line in drawn(*lanes, width=60)[:2]] == [
        "ThreadPo..xecutor-0_17",
        "ThreadPo..xecutor-0_18",
    ]


def test_without_time_there_is_no_picture() -> None:
    """Lanes in which no time passes are not drawn."""
    assert drawn() == drawn(lane("job 1", (0, 0))) == []
