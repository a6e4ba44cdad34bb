"""Carrying out what the command line says, and turning what goes wrong into words and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli._arguments import parser
from grader.cli._ending import BAD_INPUT, CANNOT_JUDGE, code_of_interruption, say
from grader.errors import BadInputError
from grader.lab import CannotJudgeError
from grader.lab.exercises import NoCourseError, UnknownExerciseError
from grader.stopping import listening

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


def run(arguments: Sequence[str]) -> int:
    """Run the command that these are the arguments of; return its exit code."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:  # closed by whoever called: there is nobody to tell
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the very end
    options = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        with listening():
            return command(options)
    except (BadInputError, UnknownExerciseError, NoCourseError) as error:
        say(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return code_of_interruption()
    except CannotJudgeError as error:
        say(str(error))
        return CANNOT_JUDGE
    except MemoryError:
        say("The grader has no memory left. End other programs, or raise its limit (ulimit -v), and try again.")
        return CANNOT_JUDGE
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that some checks failed
        say(f"{traceback.format_exc()}The grader itself failed. Please send what is above to whoever runs the course.")
        return CANNOT_JUDGE
