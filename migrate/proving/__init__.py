"""Proving: run the migrated pipeline and its original for real, kill them, and count what happened twice.

The room knows processes, ports, one Temporal dev server and the counting services of a proof. It reads the history over
the server's HTTP interface, so it needs no engine package in its own interpreter; `runner.py` alone imports one, in
the interpreter of the project that is proved.
"""
