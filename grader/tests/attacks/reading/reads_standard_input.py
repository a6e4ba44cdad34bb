"""Tries to take the keyboard.

says: The file raises EOFError in line 6 while it is imported: EOF when reading a line
"""

input()
