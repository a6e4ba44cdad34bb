# Tries: to run for ever while it is imported.
# Told: Your program computed without end, in line 3, and had to be stopped.
while True:
    pass
