"""Tries to write a file without end.

says: The file raises OSError in line 8 while it is imported: [Errno 27] File too large
"""

with open("file", "wb") as file:
    while True:
        file.write(bytes(1 << 20))
