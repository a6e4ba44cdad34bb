"""Raises NotImplementedError from a library, so as to look like a stub that costs nothing.

says: It raised NotImplementedError
flags: code
"""

import abc
import numbers


class Number(numbers.Complex):
    pass


def run_concurrently(jobs):
    numbers.Complex.__add__(0, 1)
    exec(compile("raise NotImplementedError('TODO 1: nothing')", "library.py", "exec"))
