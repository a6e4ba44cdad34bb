"""Puts links to other files in the place of its own file and of its folder, while it runs.

says: The file raises RuntimeError in line 15
"""

import os
import pathlib

here = pathlib.Path(__file__)
here.unlink()
here.symlink_to("/etc/passwd")
for name in ("report.json", "results.json"):
    pathlib.Path(name).symlink_to("/etc/passwd")
os.symlink("/", "everything")
raise RuntimeError("whoever reads line 14 now reads another file")
