"""Tries to find something secret in the environment.

says: The file raises RuntimeError in line 8 while it is imported: HOME LANG PATH PYTHONDONTWRITEBYTECODE TMPDIR
"""

import os

raise RuntimeError(" ".join(sorted(name for name in os.environ if "LIBRARY_PATH" not in name)))
