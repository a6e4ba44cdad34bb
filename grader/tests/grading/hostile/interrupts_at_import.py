# Tries: to look like somebody who presses Ctrl-C.
# Told: The file raises KeyboardInterrupt in line 3 while it is imported.
raise KeyboardInterrupt
