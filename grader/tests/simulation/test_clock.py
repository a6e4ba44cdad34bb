"""Tests of virtual time."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from decimal import Decimal
from time import sleep as sleep_imported_by_name

import pytest

from grader.tests.simulation.bench import SECOND, seconds, value


@pytest.mark.parametrize("clock", [time.time, time.monotonic, time.perf_counter])
def test_clocks_in_seconds_show_virtual_time(clock: object) -> None:
    """A sleep of a tenth of a second moves each clock by a tenth of a second, up to its own resolution."""
    name = clock.__name__  # type: ignore[attr-defined]  # a function

    def measure() -> float:
        read = getattr(time, name)
        began = read()
        time.sleep(0.1)
        return float(read() - began)

    assert value(measure) == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("name", ["time_ns", "monotonic_ns", "perf_counter_ns"])
def test_clocks_in_nanoseconds_are_exact(name: str) -> None:
    """The clocks in whole nanoseconds show exactly what was slept."""

    def measure() -> int:
        read = getattr(time, name)
        began = read()
        time.sleep(0.1)
        time.sleep(1e-9)
        return int(read() - began)

    assert value(measure) == 100_000_001


def test_whole_seconds_are_exact_in_floats() -> None:
    """Differences of whole and half seconds are exact, so that programs can be judged to the digit."""

    def measure() -> list[float]:
        began = time.monotonic()
        found = []
        for length in (2, 0.5, 0.25, 3):
            time.sleep(length)
            found.append(time.monotonic() - began)
        return found

    assert value(measure) == [2.0, 2.5, 2.75, 5.75]


@pytest.mark.parametrize("number", ["CLOCK_REALTIME", "CLOCK_MONOTONIC"])
def test_clocks_by_number_show_virtual_time(number: str) -> None:
    """`time.clock_gettime` and its form in nanoseconds show virtual time for the clocks that tell time."""
    clock = getattr(time, number)

    def measure() -> tuple[float, int]:
        began, began_ns = time.clock_gettime(clock), time.clock_gettime_ns(clock)
        time.sleep(5)
        return time.clock_gettime(clock) - began, time.clock_gettime_ns(clock) - began_ns

    assert value(measure) == (5.0, 5 * SECOND)


def test_processor_time_is_real() -> None:
    """The clocks of processor time are left alone: a simulated sleep uses next to none of it."""

    def measure() -> list[float]:
        began = [time.process_time(), time.thread_time(), time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)]
        time.sleep(1000)
        ended = [time.process_time(), time.thread_time(), time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)]
        return [after - before for before, after in zip(began, ended, strict=True)]

    assert all(0 <= used < 1000 for used in value(measure))


def test_the_calendar_functions_show_virtual_time() -> None:
    """The functions of `time` that take the present time by default take the virtual one; given one, they use that."""

    def measure() -> list[object]:
        time.sleep(60)
        return [
            time.gmtime()[:6],
            time.gmtime(0)[:6],
            time.mktime(time.localtime()),
            time.ctime() == time.ctime(time.time()),
            time.asctime() == time.asctime(time.localtime(time.time())),
            time.strftime("%Y %M"),
            time.strftime("%Y", time.gmtime(0)),
        ]

    expected = [(2026, 1, 1, 0, 1, 0), (1970, 1, 1, 0, 0, 0), 1_767_225_660.0, True, True, "2026 01", "1970"]
    assert value(measure) == expected


def test_datetime_shows_virtual_time() -> None:
    """`datetime.now` and its kin show virtual time, and what they return is an ordinary date-time."""

    def measure() -> list[object]:
        began = dt.datetime.now()  # noqa: DTZ005 - as programs that measure do it
        time.sleep(1.5)
        ended = dt.datetime.now()  # noqa: DTZ005 - as above
        return [
            (ended - began).total_seconds(),
            dt.datetime.now(dt.UTC),
            dt.datetime.utcnow(),  # noqa: DTZ003 - deprecated, and in use
            (dt.datetime.today() - ended).total_seconds(),  # noqa: DTZ002 - as above
            dt.date.today() == ended.date(),  # noqa: DTZ011 - as above
            isinstance(ended, dt.datetime) and isinstance(ended, dt.date),
            isinstance(ended.date(), dt.datetime),
            issubclass(dt.datetime, dt.date),
        ]

    instant = dt.datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=dt.UTC)
    found = value(measure)
    assert found == [1.5, instant, instant.replace(tzinfo=None), 0.0, True, True, False, True]
    assert type(found[1]) is dt.datetime


def test_classes_derived_from_datetime_work() -> None:
    """A class that a program derives from `datetime` makes its own instances, in virtual time."""

    def measure() -> tuple[str, int]:
        class Stamp(dt.datetime):
            pass

        return type(Stamp.now()).__name__, Stamp(2020, 1, 2).day

    assert value(measure) == ("Stamp", 2)


def test_functions_imported_by_name_before_the_simulation_are_replaced() -> None:
    """A module that did ``from time import sleep`` long before sleeps in virtual time, too."""
    assert seconds(lambda: sleep_imported_by_name(100)) == 100


def test_waiting_costs_no_real_time() -> None:
    """A year of sleeping leaves the real clock where it was, as far as a person would care."""
    began = time.monotonic()
    run_for = 365 * 24 * 3600
    assert value(lambda: [time.sleep(run_for / 1e5) for _ in range(10)]) == [None] * 10
    assert time.monotonic() - began < 3600


def test_threads_outside_the_simulation_have_real_time() -> None:
    """A thread that doesn't belong to the simulation sees real clocks all the while, and sleeps for real."""
    # Made before the simulation, these are real locks: waiting for them is waiting for real.
    ask, answer = threading.Lock(), threading.Lock()
    ask.acquire()
    answer.acquire()
    seen: list[tuple[float, float]] = []

    def outside() -> None:
        ask.acquire()
        began = time.time()
        time.sleep(0.001)
        seen.append((began, time.time()))
        answer.release()

    thread = threading.Thread(target=outside)
    thread.start()
    before = time.time()

    def inside() -> None:
        time.sleep(1_000)
        ask.release()
        answer.acquire()

    value(inside)
    thread.join()
    assert before <= seen[0][0] < seen[0][1] < before + 1_000


class Indexable:
    """A number that isn't an `int`."""

    def __index__(self) -> int:
        return 3


@pytest.mark.parametrize("length", [3, 3.0, True + 2, Indexable()])
def test_sleep_accepts_what_the_real_one_accepts(length: float) -> None:
    """Numbers of any kind that the real function takes are slept."""
    assert seconds(lambda: time.sleep(length)) == 3


@pytest.mark.parametrize(
    "length", [math.nan, math.inf, -math.inf, -1, -0.1, 1e10, 1e300, 10**30, "2", None, Decimal(1)]
)
def test_sleep_refuses_what_the_real_one_refuses(length: float) -> None:
    """Impossible lengths raise the same exceptions, with the same words, as the real function's."""
    with pytest.raises((ValueError, OverflowError, TypeError)) as real:
        time.sleep(length)
    with pytest.raises(real.type) as simulated:
        value(lambda: time.sleep(length))
    assert str(simulated.value) == str(real.value)


def test_the_shortest_sleep_takes_a_nanosecond() -> None:
    """A sleep shorter than the clock's resolution still lets time pass, so that loops end."""

    def nap() -> int:
        time.sleep(1e-300)
        return time.monotonic_ns()

    assert value(nap) - value(lambda: time.monotonic_ns()) == 1
