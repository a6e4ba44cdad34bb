"""Tries to crash the interpreter.

says: Your program was ended by the signal SIGSEGV before it had an answer.
flags: foreign
"""

import ctypes


def run_concurrently(jobs):
    ctypes.string_at(0)
