"""Hands in modules with the names of the standard library's, of the libraries' and of the grader's.

says: It raised LookupError: none of them
flags: code
"""

import sys


def run_concurrently(jobs):
    import importlib

    for name in ("queue", "json", "msgspec", "pytest", "requests", "secrets", "sched", "grader", "fundamentals"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        if hasattr(module, "PLANTED"):
            raise RuntimeError(name)
    raise LookupError("none of them")
