"""The attacks themselves are no tests, and what lies beside them is theirs."""

from __future__ import annotations

from pathlib import Path

collect_ignore = sorted(path.name for path in Path(__file__).parent.iterdir() if path.is_dir())
