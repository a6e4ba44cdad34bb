# -*- coding: utf-7 -*-
"""Says that it is written in UTF-7, in which a comment can hold code.

says: Your program ended Python itself, with exit status 0, while its file was imported.
flags: encoding, leaving
"""

# Nothing to see here. +AAo-import os+AAo-os._exit(0)


def run_concurrently(jobs):
    return []
