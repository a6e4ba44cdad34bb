# Tries: to end the process politely.
# Told: The file calls sys.exit() in line 5 while it is imported.
import sys

sys.exit(0)
