"""Raises an error that is no Exception, whose class pretends to be another one.

says: It raised
"""


class Nobody(BaseException):
    __module__ = "grader.simulation"
    __qualname__ = "SimulationStopped"

    @property
    def __class__(self):
        return KeyboardInterrupt


def run_concurrently(jobs):
    raise Nobody("stopped")
