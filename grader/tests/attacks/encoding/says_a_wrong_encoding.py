# vim: set fileencoding=no-such-encoding :
"""Says that it is written in an encoding that there isn't.

says: The file is not valid Python
flags: encoding, unreadable
"""
