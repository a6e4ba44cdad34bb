# Tries: to take the keyboard.
# Told: The file raises EOFError in line 3 while it is imported: EOF when reading a line
input()
