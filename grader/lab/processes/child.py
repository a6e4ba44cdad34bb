"""What a child process runs first that was not forked: it is where the main program of other courses' children is.

`multiprocessing` imports it, by the name that `reality` gives as that of the main module, before it unpickles anything.
So the submission is loaded under its true name, the mock API has its doors open, and jobs know where the judge listens.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from grader.lab.loading import load
from grader.lab.processes.messenger import Messenger, install

VARIABLE = "GRADER_PROCESSES"
"""The environment variable that holds what a child has to know."""


def prepare(told: dict[str, Any]) -> None:
    """Prepare this process.

    Args:
        told: what `reality` has written down for its children.
    """
    messenger = Messenger(told["address"], told["caller"], told["deadly"])
    install(messenger)
    if told["routes"]:
        # Only here: the libraries take longer to import than everything else.
        from grader.lab.processes.doors import open_doors  # noqa: PLC0415

        open_doors(told["routes"], messenger)
    load(told["module"], Path(told["file"]))


if __name__ == "__mp_main__":
    prepare(json.loads(os.environ[VARIABLE]))
