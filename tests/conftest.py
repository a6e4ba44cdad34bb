"""Lets ``pytest tests/concurrency`` work from an editor; grading itself never reads this file."""

from grader.lab.plugin import *  # noqa: F403 - hooks and fixtures of the plugin become this file's own
