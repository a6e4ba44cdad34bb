"""Scenarios with real child processes: they meet at the judge, which counts their time.

`coordinator` keeps the virtual time, `rendezvous` listens to the processes for the judge, `reality` performs a scenario
in the worker, `messenger` and `work` are what its processes use, and `child` prepares those that were not forked. This
file imports nothing, because each child that is not forked imports it.
"""
