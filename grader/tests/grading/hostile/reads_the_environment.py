# Tries: to find something secret in the environment.
# Told: The file raises RuntimeError in line 5 while it is imported: HOME LANG PATH TMPDIR
import os

raise RuntimeError(" ".join(sorted(name for name in os.environ if "LIBRARY_PATH" not in name)))
