"""How examples are chosen: the same ones in every run, and nothing of them is kept."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same every time", derandomize=True, database=None, deadline=None)
settings.load_profile("same every time")
