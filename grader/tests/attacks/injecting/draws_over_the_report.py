"""Writes text that would be as wide or as high as a screen: thousands of marks on one letter, and empty lines.

says: It raised ValueError
"""


def run_concurrently(jobs):
    print("\n" * 100_000 + "e" + "\u0301" * 5_000 + "\u3164" * 500 + "\u200d" * 5_000 + "\ufdfd" * 1_000, flush=True)
    raise ValueError("\n" * 1_000 + "Total  10/10" + "\U0001f468\u200d" * 1_000)
