"""Garbage of one program."""

from __future__ import annotations

import gc
import weakref

import pytest

from grader.lab.garbage import set_apart


class Ring:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> None:
    """Nothing is frozen."""
    gc.unfreeze()


def test_only_what_is_made_meanwhile_is_collected() -> None:
    """What was garbage before stays until the block has ended."""
    gc.disable()
    try:
        before = weakref.ref(Ring())
        with set_apart():
            meanwhile = weakref.ref(Ring())
            gc.collect()
            assert before() is not None
            assert meanwhile() is None
        gc.collect()
        assert before() is None
    finally:
        gc.enable()


def test_one_block_in_another_changes_nothing_for_it() -> None:
    """The inner one leaves set apart what the outer one has."""
    with set_apart():
        with set_apart():
            pass
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0
