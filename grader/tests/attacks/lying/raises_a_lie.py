"""Raises errors whose text, cause, notes, traceback and group are not to be had, or are endless.

says: It raised Liar
"""


class Liar(ExceptionGroup):
    def __new__(cls):
        return super().__new__(cls, "x", [ValueError()])

    exceptions = property(lambda self: [self] * 1_000_000)
    __traceback__ = property(lambda self: 1 / 0)
    __cause__ = property(lambda self: self)
    __context__ = property(lambda self: self)
    __notes__ = property(lambda self: ["x" * 1_000_000] * 1_000)
    args = property(lambda self: 1 / 0)
    message = property(lambda self: 1 / 0)

    def __str__(self):
        return "x" * 10_000_000


def run_concurrently(jobs):
    raise Liar
