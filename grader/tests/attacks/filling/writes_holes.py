"""Makes files that seem to be larger than any disk.

says: The file raises OSError
flags: files
"""

import os

descriptor = os.open("huge", os.O_CREAT | os.O_RDWR)
os.ftruncate(descriptor, 1 << 50)
