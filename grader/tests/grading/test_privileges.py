"""User numbers for workers, where the grader runs as root."""

from __future__ import annotations

import os
import sys
from contextlib import closing

import pytest

from grader.grading import _privileges
from grader.grading._privileges import Claim

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the names that claims are made with")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claim what no grader does that happens to run on this machine."""
    monkeypatch.setattr(_privileges, "_CLAIM", f"test-{os.urandom(8).hex()}-{{}}")


def test_nobody_else_has_the_number() -> None:
    """What ends or clears away all that is a user's meets no other slot's workers, also of another grader."""
    with closing(Claim()) as first, closing(Claim()) as second:
        assert first.user != second.user
        again = first.user
    with closing(Claim()) as third:
        assert third.user == again


def test_a_claim_ends_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """However that ends: nothing is left that somebody would have to remove."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, str(Claim().user).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        user = int(told.read())
    os.waitpid(pid, 0)
    monkeypatch.setattr(os, "getpid", lambda: user - 61_184)
    with closing(Claim()) as claim:
        assert claim.user == user


def test_whoever_takes_all_numbers_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a number all the same, as if nobody claimed any."""
    monkeypatch.setattr(_privileges, "_USERS", 2)
    with closing(Claim()) as first, closing(Claim()) as second, closing(Claim()) as third:
        assert {first.user, second.user} == {61_184, 61_185}
        assert third.user in {first.user, second.user}
